package io.sightlog.bridge.kafka;

import io.sightlog.bridge.BridgeNotices;
import io.sightlog.bridge.Headers;
import io.sightlog.bridge.Outlet;
import io.sightlog.bridge.kafka.KafkaTopics.Topic;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Opens outlets to a topic of Kafka. Used by one thread. */
public final class KafkaOpening implements Outlet.Opening {
    /** Where progress is kept unless something else is said. */
    public static final String PROGRESS_TOPIC = "sightlog-progress";

    private static final String MAKE = "--partitions 3";
    /** A transaction that a dead bridge left holds up readers for so long, when none comes after it. */
    private static final String TRANSACTION_MILLIS = "10000";

    private static final long INIT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final ClientProperties properties;
    private final Options options;
    private final BridgeNotices notices;
    private final Set<String> said = new HashSet<>();

    /**
     * How to send.
     *
     * @param topic that must be there
     * @param by what chooses the partition
     * @param progressTopic null unless it is sent in transactions
     * @param windowEvents so many events may be on their way at once
     */
    public record Options(
            String topic, PartitionBy by, @Nullable String progressTopic, int windowEvents) {}

    /** @param notices told of what people should know, of each thing once */
    public KafkaOpening(ClientProperties properties, Options options, BridgeNotices notices) {
        this.properties = properties;
        this.options = options;
        this.notices = notices;
    }

    @Override
    public Outlet open(Outlet.Bridge bridge, BooleanSupplier stop) throws IOException {
        KafkaTopics topics = new KafkaTopics(properties);
        Sending sending = null;
        try {
            Topic topic = topics.topic(options.topic(), MAKE, stop);
            String progressTopic = options.progressTopic();
            if (progressTopic == null) {
                Set<Headers.Id> arrived = ReadBack.of(properties, topic, bridge, options.windowEvents(), stop);
                sending = new Sending(properties, topics, topic, options.by(), bridge, Map.of(), stop);
                return new KafkaOutlet(topics, sending, arrived);
            }
            String id = "sightlog-" + bridge.journal() + "-" + bridge.name();
            ProgressTopic progress = new ProgressTopic(progressTopic, id);
            String warning = progress.make(topics, stop);
            if (warning != null) {
                say(warning);
            }
            Map<String, Object> own = Map.of("transactional.id", id, "transaction.timeout.ms", TRANSACTION_MILLIS);
            sending = new Sending(properties, topics, topic, options.by(), bridge, own, stop);
            return open(topics, sending, progress, bridge, stop);
        } catch (IOException | RuntimeException e) {
            if (sending != null) {
                sending.close();
            }
            topics.close();
            throw e;
        }
    }

    /** First all others of the same id are shut out, so that what is read then is the last that was committed. */
    private KafkaTransactions open(
            KafkaTopics topics, Sending sending, ProgressTopic progress, Outlet.Bridge bridge, BooleanSupplier stop)
            throws IOException {
        init(sending, stop);
        Progress before = progress.read(properties, topics, stop);
        if (before == null) {
            return new KafkaTransactions(topics, sending, progress, bridge, null);
        }
        Position position = before.position();
        if (bridge.isNew() && bridge.resets() == 0) {
            say(bridge.name() + " has sent up to " + position + " before, and goes on after it");
        } else if (before.resets() != bridge.resets()) {
            say(bridge.name() + " was reset since it sent up to " + position
                    + ": it sends from where it stands, also what was sent before");
            return new KafkaTransactions(topics, sending, progress, bridge, null);
        }
        KafkaTransactions outlet = new KafkaTransactions(topics, sending, progress, bridge, before);
        if (before.resets() != bridge.resets()) {
            outlet.take(position); // or it would be taken for reset when it is no longer new
        }
        return outlet;
    }

    /** Takes longer than a call may while a transaction that a dead one left is given up. */
    private void init(Sending sending, BooleanSupplier stop) throws IOException {
        long end = System.nanoTime() + INIT_NANOS;
        while (true) {
            try {
                sending.producer().initTransactions();
                return;
            } catch (TimeoutException e) {
                if (stop.getAsBoolean() || System.nanoTime() - end > 0) {
                    throw KafkaErrors.of("cannot send in transactions to " + properties.brokers(), e);
                }
            } catch (KafkaException e) {
                throw KafkaErrors.of("cannot send in transactions to " + properties.brokers(), e);
            }
        }
    }

    private void say(String text) {
        if (said.add(text)) {
            notices.note(text);
        }
    }
}
