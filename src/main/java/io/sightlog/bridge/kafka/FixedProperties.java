package io.sightlog.bridge.kafka;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Properties of the client that nobody may set, since the bridge would not do what it says any more. */
final class FixedProperties {
    private static final String BYTES = "the bridge hands over bytes as they are";
    private static final String LOST = "with anything else events could be lost";
    private static final String OWN_CODE = "the bridge runs no code but its own and Kafka's";
    private static final Map<String, String> WHY = why();

    private FixedProperties() {}

    /** Why a property is not to be set, as the rest of a sentence; null when it may be. */
    static @Nullable String why(String name) {
        return WHY.get(name);
    }

    private static Map<String, String> why() {
        Map<String, String> why = new HashMap<>();
        why.put("key.serializer", BYTES);
        why.put("value.serializer", BYTES);
        why.put("key.deserializer", BYTES);
        why.put("value.deserializer", BYTES);
        why.put("acks", "it is \"all\"; " + LOST);
        why.put("enable.idempotence", "it is true; with anything else events could come twice or in another order");
        why.put("retries", "it tries for ever; " + LOST);
        why.put("delivery.timeout.ms", "it tries for ever; " + LOST);
        why.put("max.block.ms", "the bridge must look at signals every now and then");
        why.put("buffer.memory", "it follows from the bridge's window");
        why.put("partitioner.class", "--partition-by chooses the partition");
        why.put("partitioner.ignore.keys", "--partition-by chooses the partition");
        why.put("transactional.id", "--exactly-once makes it of the journal's id and the consumer's name");
        why.put("transaction.two.phase.commit.enable", "the bridge commits its transactions itself");
        why.put("enable.auto.commit", "the journal knows how far it is");
        why.put("auto.commit.interval.ms", "the journal knows how far it is");
        why.put("auto.offset.reset", "--from says where to begin");
        why.put("isolation.level", "it is read_committed: what was aborted is no event");
        why.put("group.id", "--group names it");
        why.put("group.instance.id", "partitions are assigned by the bridge");
        why.put("group.protocol", "partitions are assigned by the bridge");
        why.put("group.remote.assignor", "partitions are assigned by the bridge");
        why.put("partition.assignment.strategy", "partitions are assigned by the bridge");
        why.put("allow.auto.create.topics", "a topic that is missing is an error");
        why.put("check.crcs", "it is true");
        why.put("enable.metrics.push", "nothing here calls home");
        why.put("interceptor.classes", OWN_CODE);
        why.put("metric.reporters", OWN_CODE);
        why.put("config.providers", OWN_CODE);
        why.put("bootstrap.controllers", "the bridge talks to brokers: -b names them");
        return why;
    }
}
