package io.sightlog.bridge.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/** Tells Kafka how far the journal is, for tools that show what waits: nothing depends on it. One thread. */
final class GroupCommits {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private final String group;
    private final Receiving receiving;
    private Map<Integer, Long> sent = Map.of();
    private boolean isRefused;

    GroupCommits(KafkaConsumer<byte[], byte[]> consumer, String topic, String group, Receiving receiving) {
        this.consumer = consumer;
        this.topic = topic;
        this.group = group;
        this.receiving = receiving;
    }

    /** Sends what is new, and does not wait. */
    void send() {
        Map<TopicPartition, OffsetAndMetadata> offsets = offsets();
        if (!offsets.isEmpty()) {
            consumer.commitAsync(offsets, (done, failure) -> {
                if (failure != null) {
                    failed(failure);
                }
            });
        }
    }

    /** Likewise, and waits for so long. */
    void last(Duration most) {
        Map<TopicPartition, OffsetAndMetadata> offsets = offsets();
        if (!offsets.isEmpty()) {
            try {
                consumer.commitSync(offsets, most);
            } catch (KafkaException e) {
                failed(e);
            }
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets() {
        Map<Integer, Long> next = receiving.offsets().next();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        if (!isRefused && !next.equals(sent)) {
            sent = Map.copyOf(next);
            next.forEach((partition, offset) ->
                    offsets.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
        }
        return offsets;
    }

    private void failed(Exception why) {
        sent = Map.of();
        if (!(why instanceof RetriableException) && !isRefused) {
            isRefused = true;
            receiving.note("group " + group + " does not show how far the journal is: " + why.getMessage());
        }
    }
}
