package io.sightlog.bridge.kafka;

import io.sightlog.bridge.BrokerException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads partitions from their ends backwards, in steps that grow. One thread. */
final class Backwards implements AutoCloseable {
    private static final int FIRST_STEP = 256;
    private static final int LONGEST_STEP = 16_384;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    /** Longer than what others' transactions, which must end first, stay open. */
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final String brokers;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final BooleanSupplier stop;

    /** Looks at records, the newest of a partition first. */
    @FunctionalInterface
    interface Look {
        /** Whether to go on with the one before it. */
        boolean at(ConsumerRecord<byte[], byte[]> record);
    }

    /**
     * Makes it.
     *
     * @param committed whether records of transactions that were aborted, or are open, are left out
     */
    Backwards(ClientProperties properties, boolean committed, BooleanSupplier stop) throws IOException {
        this.brokers = properties.brokers();
        this.stop = stop;
        Map<String, Object> own = Map.of(
                "enable.auto.commit",
                "false",
                "auto.offset.reset",
                "earliest",
                "allow.auto.create.topics",
                "false",
                "isolation.level",
                committed ? "read_committed" : "read_uncommitted");
        Map<String, Object> liked = Map.of("max.poll.records", "5000", "fetch.max.wait.ms", "50");
        try {
            this.consumer = new KafkaConsumer<>(
                    properties.consumer(own, liked), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw KafkaErrors.of("cannot read from " + brokers, e);
        }
    }

    /** Where each partition ends, for readers with this one's isolation. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) throws IOException {
        try {
            return consumer.endOffsets(partitions, ANSWER);
        } catch (KafkaException e) {
            throw KafkaErrors.of("asked " + brokers + " for the ends of partitions", e);
        }
    }

    /**
     * Shows the records before an end, until the look has seen enough or there are no more.
     *
     * @throws BrokerException when nothing comes for 15 seconds, or it is to stop
     */
    void read(TopicPartition partition, long end, Look look) throws IOException {
        try {
            consumer.assign(List.of(partition));
            long beginning = Objects.requireNonNull(
                    consumer.beginningOffsets(List.of(partition), ANSWER).get(partition));
            long step = FIRST_STEP;
            for (long until = end; until > beginning; step = Math.min(LONGEST_STEP, 4 * step)) {
                long from = Math.max(beginning, until - step);
                List<ConsumerRecord<byte[], byte[]>> records = between(partition, from, until);
                for (int i = records.size() - 1; i >= 0; i--) {
                    if (!look.at(records.get(i))) {
                        return;
                    }
                }
                until = from;
            }
        } catch (KafkaException e) {
            throw KafkaErrors.of("read back from " + partition + " at " + brokers, e);
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> between(TopicPartition partition, long from, long until)
            throws IOException {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        consumer.seek(partition, from);
        long position = from;
        long movedNanos = System.nanoTime();
        while (position < until) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
                if (record.offset() < until) {
                    records.add(record);
                }
            }
            long now = consumer.position(partition, ANSWER);
            movedNanos = now == position ? movedNanos : System.nanoTime();
            position = now;
            if (stop.getAsBoolean() || System.nanoTime() - movedNanos > SILENT_NANOS) {
                throw new BrokerException("no more of " + partition + " came from " + brokers, null);
            }
        }
        return records;
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(
                Duration.ofMillis(TimeUnit.SECONDS.toMillis(1))));
    }
}
