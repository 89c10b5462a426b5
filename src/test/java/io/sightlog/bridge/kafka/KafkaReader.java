package io.sightlog.bridge.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads a whole topic without anything of ours, and counts by the ids in the headers. */
public final class KafkaReader {
    private static final int SECONDS = 300;

    private final String bootstrap;
    private final String topic;

    KafkaReader(String bootstrap, String topic) {
        this.bootstrap = bootstrap;
        this.topic = topic;
    }

    /**
     * What was there.
     *
     * @param records those with an id, in the order of each partition; when it was only tallied, those whose id was there before
     * @param others those without one: label sets, and what strangers wrote
     * @param perProducer sequences of each producer, how often each one was there
     * @param backwards how often, in one partition, a producer's sequence came after a greater one that had not been there before
     */
    public record Count(
            List<ConsumerRecord<byte[], byte[]>> records,
            List<ConsumerRecord<byte[], byte[]>> others,
            Map<String, Map<Long, Integer>> perProducer,
            int backwards) {

        /** How many ids there are. */
        public int distinct() {
            return perProducer.values().stream().mapToInt(Map::size).sum();
        }

        /** How many records have an id that another one has. */
        public int repeated() {
            return total() - distinct();
        }

        private int total() {
            return perProducer.values().stream()
                    .flatMap(sequences -> sequences.values().stream())
                    .mapToInt(Integer::intValue)
                    .sum();
        }

        /** Which of the sequences 0, 1 ... up to the greatest are not there, of all producers. */
        public List<String> missing() {
            List<String> missing = new ArrayList<>();
            perProducer.forEach((producer, sequences) -> {
                long last = sequences.keySet().stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(-1);
                for (long sequence = 0; sequence <= last; sequence++) {
                    if (!sequences.containsKey(sequence)) {
                        missing.add(producer + "-" + sequence);
                    }
                }
            });
            return missing;
        }

        @Override
        public String toString() {
            return total() + " records, " + distinct() + " ids, " + repeated() + " repeated, "
                    + missing().size() + " missing, " + backwards + " backwards, " + others.size() + " others";
        }
    }

    /** All that is committed now, of all partitions. */
    public Count committed() {
        return count("read_committed", true);
    }

    /** All that is there now, also of transactions that were aborted. */
    public Count uncommitted() {
        return count("read_uncommitted", true);
    }

    /** As {@link #committed}, of more than memory holds: only repeats are kept. */
    public Count tallyCommitted() {
        return count("read_committed", false);
    }

    /** As {@link #uncommitted}, likewise. */
    public Count tallyUncommitted() {
        return count("read_uncommitted", false);
    }

    private Count count(String isolation, boolean keeps) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        List<ConsumerRecord<byte[], byte[]>> others = new ArrayList<>();
        Map<String, Map<Long, Integer>> all = new TreeMap<>();
        Map<String, Long> greatest = new HashMap<>();
        int[] backwards = {0};
        read(isolation, record -> {
            String id = header(record, "sightlog-id");
            if (id == null) {
                others.add(record);
                return;
            }
            String producer = id.substring(0, id.indexOf('-'));
            long sequence = Long.parseLong(id.substring(id.indexOf('-') + 1));
            boolean isNew =
                    all.computeIfAbsent(producer, any -> new TreeMap<>()).merge(sequence, 1, Integer::sum) == 1;
            if (keeps || !isNew) {
                records.add(record);
            }
            Long before = greatest.merge(record.partition() + " " + producer, sequence, Math::max);
            backwards[0] += isNew && before > sequence ? 1 : 0;
        });
        return new Count(records, others, all, backwards[0]);
    }

    /** The newest value of a header, as text; null when there is none. */
    public static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** The records of all partitions up to their ends as they are now, each partition in its order. */
    public List<ConsumerRecord<byte[], byte[]>> read(String isolation) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        read(isolation, records::add);
        return records;
    }

    private void read(String isolation, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                bootstrap,
                "isolation.level",
                isolation,
                "enable.auto.commit",
                "false",
                "max.poll.records",
                "5000",
                "allow.auto.create.topics",
                "false");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Set<TopicPartition> partitions = new HashSet<>();
            consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(Duration.ofMillis(500)).forEach(each);
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError("not read in " + SECONDS + " s: " + ends);
                }
            }
        }
    }
}
