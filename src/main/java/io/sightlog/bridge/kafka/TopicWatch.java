package io.sightlog.bridge.kafka;

import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.kafka.KafkaTopics.Topic;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/** Asks about a topic every now and then, without waiting, and so sees that its broker is away, or that it has changed. One thread. */
final class TopicWatch {
    private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** So long without an answer is an outage. */
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** A topic that nobody knows so often in a row is gone; a broker that has just started may not know it yet. */
    private static final int MOST_UNKNOWN = 3;

    private final KafkaTopics topics;
    private final String brokers;
    private final String name;
    private final BooleanSupplier stop;
    private @Nullable KafkaFuture<TopicDescription> asked;
    private long askedTicks = System.nanoTime();
    private boolean isAway;
    private int unknown;

    TopicWatch(KafkaTopics topics, String brokers, String name, BooleanSupplier stop) {
        this.topics = topics;
        this.brokers = brokers;
        this.name = name;
        this.stop = stop;
    }

    /**
     * @param quiet whether nothing has come lately
     * @return the topic when an answer has just come, else null
     * @throws BrokerException when there is no answer
     * @throws io.sightlog.bridge.UndeliverableException when the topic is gone, or nobody may know
     */
    @Nullable
    Topic look(boolean quiet) throws IOException {
        long now = System.nanoTime();
        if (asked == null) {
            long pause = isAway || unknown > 0 ? AWAY_NANOS : quiet ? QUIET_NANOS : BUSY_NANOS;
            if (now - askedTicks >= pause) {
                asked = topics.ask(name);
                askedTicks = now;
            }
            return null;
        }
        if (!asked.isDone()) {
            if (quiet && now - askedTicks > SILENT_NANOS) {
                isAway = true;
                throw new BrokerException(brokers + " does not answer", null);
            }
            return null;
        }
        KafkaFuture<TopicDescription> answered = asked;
        asked = null;
        askedTicks = now;
        Topic topic;
        try {
            topic = topics.answer(name, answered, stop);
            isAway = false;
        } catch (BrokerException e) {
            isAway = true;
            if (quiet) {
                throw e;
            }
            return null; // records have come since it was asked
        }
        unknown = topic == null ? unknown + 1 : 0;
        return topic == null && unknown >= MOST_UNKNOWN ? topics.topic(name, KafkaSource.MAKE, stop) : topic;
    }
}
