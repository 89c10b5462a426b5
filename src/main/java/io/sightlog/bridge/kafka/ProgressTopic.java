package io.sightlog.bridge.kafka;

import io.sightlog.bridge.UndeliverableException;
import io.sightlog.bridge.kafka.KafkaTopics.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/**
 * The compacted topic in which bridges that send in transactions keep how far they are: all in its first partition, each under
 * its transactional id. The newest record of a bridge is the one that counts.
 */
final class ProgressTopic {
    private static final int PARTITION = 0;
    private static final String MAKE = "--partitions 1 --config cleanup.policy=compact";

    private static final String CLEANUP = "cleanup.policy";
    /** So that what is behind is soon gone, and starts read little. */
    private static final Map<String, String> CONFIG = Map.of(
            CLEANUP,
            "compact",
            "segment.bytes",
            Integer.toString(16 << 20),
            "segment.ms",
            "3600000",
            "min.cleanable.dirty.ratio",
            "0.1");

    private final String name;
    private final byte[] key;

    ProgressTopic(String name, String transactionalId) {
        this.name = name;
        this.key = transactionalId.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Makes it when it is missing.
     *
     * @return what people should know of one that is there; null for nothing
     * @throws UndeliverableException when it is missing, and cannot be made: how an administrator does it
     */
    @Nullable
    String make(KafkaTopics topics, BooleanSupplier stop) throws IOException {
        Topic topic = topics.find(name, stop);
        if (topic != null) {
            return isCompacted(topics, stop)
                    ? null
                    : "topic \"" + name + "\" is not compacted: what it holds may go, and events come twice then; "
                            + "kafka-configs.sh --alter --topic " + name + " --add-config cleanup.policy=compact";
        }
        NewTopic wanted = new NewTopic(name, Optional.of(1), Optional.empty()).configs(CONFIG);
        try {
            topics.await(topics.admin().createTopics(List.of(wanted)).all(), "making topic \"" + name + "\"", stop);
        } catch (IOException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return null; // another bridge was faster
            }
            if (e instanceof UndeliverableException) {
                topics.topic(name, MAKE, stop);
            }
            throw e;
        }
        topics.topic(name, MAKE, stop); // every broker has heard of it
        return null;
    }

    private boolean isCompacted(KafkaTopics topics, BooleanSupplier stop) throws IOException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        try {
            Config config = topics.await(
                    Objects.requireNonNull(topics.admin()
                            .describeConfigs(List.of(resource))
                            .values()
                            .get(resource)),
                    "its settings",
                    stop);
            ConfigEntry cleanup = config.get(CLEANUP);
            return cleanup == null || "compact".equals(cleanup.value());
        } catch (UndeliverableException e) {
            return true; // not for this user to know
        }
    }

    /** What was committed last. To be asked after the producer's transactions were initialised, when none of its own is open. */
    @Nullable
    Progress read(ClientProperties properties, KafkaTopics topics, BooleanSupplier stop) throws IOException {
        TopicPartition partition = new TopicPartition(name, PARTITION);
        // not where readers of what is committed see the end: another bridge's transaction may be open before our
        // record
        long end = topics.await(
                        topics.admin()
                                .listOffsets(Map.of(partition, OffsetSpec.latest()))
                                .partitionResult(partition),
                        "the end of topic \"" + name + "\"",
                        stop)
                .offset();
        byte[][] newest = new byte[1][];
        try (Backwards backwards = new Backwards(properties, true, stop)) {
            backwards.read(partition, end, record -> !isOwn(record, newest));
        }
        try {
            return newest[0] == null ? null : Progress.parse(newest[0]);
        } catch (IOException e) {
            throw UndeliverableException.ofAll(
                    "topic \"" + name + "\" says of " + new String(key, StandardCharsets.UTF_8)
                            + " what is no progress: " + e.getMessage() + "; was it written by something else?",
                    e);
        }
    }

    private boolean isOwn(ConsumerRecord<byte[], byte[]> record, byte[][] newest) {
        if (record.value() == null || !Arrays.equals(record.key(), key)) {
            return false;
        }
        newest[0] = record.value();
        return true;
    }

    ProducerRecord<byte[], byte[]> record(Progress progress) {
        return new ProducerRecord<>(name, PARTITION, key, progress.toJson());
    }
}
