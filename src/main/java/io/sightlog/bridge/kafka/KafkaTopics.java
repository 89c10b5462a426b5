package io.sightlog.bridge.kafka;

import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.UndeliverableException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Asks brokers about their cluster and its topics, and so tells a topic that is missing from a broker that is away. One thread. */
final class KafkaTopics implements AutoCloseable {
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_MILLIS = 50;
    /** A broker that has just started may not know all of its topics yet. */
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(700);

    private final String brokers;
    private final Admin admin;

    /**
     * A topic as it is now.
     *
     * @param id which another one of the same name does not have
     * @param partitions how many, 1 or more
     */
    record Topic(String name, Uuid id, int partitions) {}

    /** @throws IOException when it cannot be set up so, or no broker's name is known */
    KafkaTopics(ClientProperties properties) throws IOException {
        this.brokers = properties.brokers();
        try {
            this.admin = Admin.create(properties.admin(Map.of("metadata.max.age.ms", "30000")));
        } catch (KafkaException e) {
            throw KafkaErrors.of("cannot ask " + brokers, e);
        }
    }

    Admin admin() {
        return admin;
    }

    /** The id of the cluster; empty when it has none. */
    String cluster(BooleanSupplier stop) throws IOException {
        String id = await(admin.describeCluster().clusterId(), "its cluster", stop);
        return id == null ? "" : id;
    }

    /**
     * A topic that has to be there.
     *
     * @param make options of kafka-topics.sh that make one as it should be
     * @throws UndeliverableException when there is none, which was looked at twice, or nobody may know
     */
    Topic topic(String name, String make, BooleanSupplier stop) throws IOException {
        Topic topic = find(name, stop);
        if (topic == null) {
            pause(AGAIN_NANOS, stop);
            topic = find(name, stop);
        }
        if (topic == null) {
            throw UndeliverableException.ofAll(
                    "no topic \"" + name + "\" at " + brokers + ": make it, e.g. kafka-topics.sh --bootstrap-server "
                            + brokers + " --create --topic " + name + " " + make,
                    null);
        }
        return topic;
    }

    /** A topic, null when there is none. */
    @Nullable
    Topic find(String name, BooleanSupplier stop) throws IOException {
        return answer(name, ask(name), stop);
    }

    /** Asks, and does not wait. */
    KafkaFuture<TopicDescription> ask(String name) {
        return Objects.requireNonNull(
                admin.describeTopics(List.of(name)).topicNameValues().get(name));
    }

    /** Waits for the answer: null when there is no such topic. */
    @Nullable
    Topic answer(String name, KafkaFuture<TopicDescription> asked, BooleanSupplier stop) throws IOException {
        try {
            TopicDescription topic = await(asked, "topic \"" + name + "\"", stop);
            return new Topic(name, topic.topicId(), topic.partitions().size());
        } catch (BrokerException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return null;
            }
            throw e;
        }
    }

    /**
     * The answer to something that was asked.
     *
     * @param about what it is about, for people
     */
    <T> T await(KafkaFuture<T> asked, String about, BooleanSupplier stop) throws IOException {
        long end = System.nanoTime() + ANSWER_NANOS;
        while (true) {
            try {
                return asked.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (stop.getAsBoolean() || System.nanoTime() - end > 0) {
                    throw new BrokerException(brokers + " does not answer", e);
                }
            } catch (ExecutionException e) {
                throw KafkaErrors.of("asked " + brokers + " about " + about, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BrokerException("interrupted", e);
            }
        }
    }

    private static void pause(long nanos, BooleanSupplier stop) throws BrokerException {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0 && !stop.getAsBoolean()) {
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BrokerException("interrupted", e);
            }
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
