package io.sightlog.bridge.kafka;

import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.kafka.KafkaTopics.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** One connection on which the records of a topic come, until it fails. One thread. */
final class KafkaSession implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration LAST_COMMIT = Duration.ofSeconds(1);
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final double MILLIS_PER_SECOND = 1e3;

    private final KafkaSource.Options options;
    private final KafkaTopics topics;
    private final Receiving receiving;
    private final Reachable reachable;
    private final BooleanSupplier stop;
    private final String brokers;
    private final TopicWatch watch;
    private final GroupCommits commits;
    private final KafkaConsumer<byte[], byte[]> consumer;

    private Topic topic;
    private long everyTicks;
    private long recordTicks = System.nanoTime();
    private long newestMillis;

    KafkaSession(
            ClientProperties properties,
            KafkaSource.Options options,
            KafkaTopics topics,
            Topic topic,
            Receiving receiving,
            Reachable reachable,
            BooleanSupplier stop)
            throws IOException {
        this.options = options;
        this.topics = topics;
        this.topic = topic;
        this.receiving = receiving;
        this.reachable = reachable;
        this.stop = stop;
        this.brokers = properties.brokers();
        this.watch = new TopicWatch(topics, brokers, topic.name(), stop);
        String group = options.group() == null
                ? "sightlog-" + receiving.offsets().checkpoint().journal()
                : options.group();
        Map<String, Object> own = Map.of(
                "group.id", group,
                "enable.auto.commit", "false",
                "auto.offset.reset", "none",
                "isolation.level", "read_committed",
                "allow.auto.create.topics", "false",
                "check.crcs", "true");
        Map<String, Object> unlessGiven = Map.of("max.poll.records", "2000", "metadata.max.age.ms", "30000");
        try {
            this.consumer = new KafkaConsumer<>(
                    properties.consumer(own, unlessGiven), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw KafkaErrors.of("cannot receive from " + brokers, e);
        }
        this.commits = new GroupCommits(consumer, topic.name(), group, receiving);
    }

    /**
     * Receives until it is to stop, or the end that was there at the beginning.
     *
     * @return false when the topic is another one now
     */
    boolean receive() throws IOException {
        try {
            assign();
            receiving.begun();
            Map<Integer, Long> ends = options.untilEnd() ? receiving.ends(this::ends) : Map.of();
            while (!stop.getAsBoolean() && !(options.untilEnd() && isAt(ends))) {
                ConsumerRecords<byte[], byte[]> records = poll();
                if (!records.isEmpty()) {
                    received(records);
                }
                if (!look()) {
                    return false;
                }
            }
            receiving.finish();
            commits.last(LAST_COMMIT);
            return true;
        } catch (TopicAnew e) {
            return false;
        } catch (KafkaException e) {
            throw KafkaErrors.of("cannot receive topic " + topic.name() + " from " + brokers, e);
        }
    }

    /** There is another topic of this name. */
    private static final class TopicAnew extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private void received(ConsumerRecords<byte[], byte[]> records) throws IOException {
        reachable.works();
        recordTicks = System.nanoTime();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            newestMillis = record.timestamp();
        }
        receiving.take(records);
    }

    private TopicPartition at(int partition) {
        return new TopicPartition(topic.name(), partition);
    }

    /** All partitions there are; those that have been assigned go on where they are. */
    private void assign() {
        Map<Integer, Long> next = receiving.offsets().next();
        List<TopicPartition> all = new ArrayList<>();
        List<TopicPartition> unknown = new ArrayList<>();
        for (int partition = 0; partition < topic.partitions(); partition++) {
            all.add(at(partition));
            if (!next.containsKey(partition)) {
                unknown.add(at(partition));
            }
        }
        if (!unknown.isEmpty()) {
            Map<TopicPartition, Long> begin = receiving.beginsAtEnd()
                    ? consumer.endOffsets(unknown, ANSWER)
                    : consumer.beginningOffsets(unknown, ANSWER);
            begin.forEach((partition, offset) -> receiving.offsets().set(partition.partition(), offset));
        }
        List<TopicPartition> added = new ArrayList<>(all);
        added.removeAll(consumer.assignment());
        consumer.assign(all);
        added.forEach(one -> consumer.seek(one, next.getOrDefault(one.partition(), 0L)));
    }

    private Map<Integer, Long> ends() {
        Map<Integer, Long> ends = new TreeMap<>();
        consumer.endOffsets(consumer.assignment(), ANSWER).forEach((one, end) -> ends.put(one.partition(), end));
        return ends;
    }

    private boolean isAt(Map<Integer, Long> ends) {
        for (Map.Entry<Integer, Long> end : ends.entrySet()) {
            if (consumer.position(at(end.getKey()), ANSWER) < end.getValue()) {
                return false;
            }
        }
        return true;
    }

    private ConsumerRecords<byte[], byte[]> poll() throws IOException {
        try {
            return consumer.poll(POLL);
        } catch (OffsetOutOfRangeException e) {
            outOfRange(e);
            return ConsumerRecords.empty();
        }
    }

    /** What is to come next is not there: the broker has deleted it, or has lost it, or the topic is another one. */
    private void outOfRange(OffsetOutOfRangeException e) throws IOException {
        if (!isSame(topics.topic(topic.name(), KafkaSource.MAKE, stop))) {
            throw new TopicAnew();
        }
        Map<TopicPartition, OffsetAndMetadata> diverged =
                e instanceof LogTruncationException truncated ? truncated.divergentOffsets() : Map.of();
        Map<TopicPartition, Long> wanted = e.offsetOutOfRangePartitions();
        Map<TopicPartition, Long> begin = consumer.beginningOffsets(wanted.keySet(), ANSWER);
        Map<TopicPartition, Long> end = consumer.endOffsets(wanted.keySet(), ANSWER);
        for (TopicPartition one : wanted.keySet()) {
            long next = wanted.getOrDefault(one, 0L);
            long first = begin.getOrDefault(one, 0L);
            OffsetAndMetadata same = diverged.get(one);
            long last = same == null ? end.getOrDefault(one, 0L) : same.offset();
            long to = next < first ? first : last;
            receiving.missed(one.partition(), next, to);
            consumer.seek(one, to);
        }
    }

    private boolean isSame(Topic now) {
        return now.id().equals(topic.id()) && now.partitions() >= topic.partitions();
    }

    /** What is done every now and then; false when the topic is another one now. */
    private boolean look() throws IOException {
        long now = System.nanoTime();
        boolean quiet = now - recordTicks > QUIET_NANOS;
        try {
            Topic answered = watch.look(quiet);
            if (answered != null) {
                reachable.works();
                if (!isSame(answered)) {
                    return false;
                }
                if (answered.partitions() > topic.partitions()) {
                    topic = answered;
                    assign();
                }
            }
        } catch (BrokerException e) {
            reachable.failed(e); // its client goes on trying by itself
        }
        if (now - everyTicks >= EVERY_NANOS) {
            everyTicks = now;
            if (now - recordTicks >= EVERY_NANOS) {
                receiving.idle();
            }
            commits.send();
            lag();
        }
        return true;
    }

    private void lag() {
        long events = 0;
        for (TopicPartition one : consumer.assignment()) {
            OptionalLong lag = consumer.currentLag(one);
            events += lag.orElse(0);
        }
        double seconds = Math.max(0, System.currentTimeMillis() - newestMillis) / MILLIS_PER_SECOND;
        reachable.lag(events, events == 0 ? 0 : seconds);
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
