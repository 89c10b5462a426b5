package io.sightlog.bridge.kafka;

import io.sightlog.bridge.BridgeCounts;
import io.sightlog.bridge.BridgeNotices;
import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.Inbox;
import io.sightlog.bridge.InboxOptions;
import io.sightlog.bridge.kafka.KafkaTopics.Topic;
import io.sightlog.bridge.kafka.OffsetSearch.Found;
import io.sightlog.bridge.kafka.ReceivedOffsets.Source;
import io.sightlog.event.Digest;
import io.sightlog.event.JournalId;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalLock;
import io.sightlog.journal.JournalWriter;
import io.sightlog.retry.BackOff;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bridge in: takes the records of a topic into a journal, each once, until it is to stop. How far it is stands in the journal
 * alone, in the same append as the events, and is found there at the start. A broker that is away is waited for. One run, one thread.
 */
public final class KafkaSource {
    /** How a topic that is missing is made. */
    static final String MAKE = "--partitions 3";

    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final long LOOK_NANOS = 50_000_000;

    private final ClientProperties properties;
    private final Options options;
    private final Journal journal;
    private final JournalWriter writer;
    private final InboxOptions inboxOptions;
    private final BridgeNotices notices;
    private final BridgeCounts counts;
    private final BooleanSupplier stop;
    private final BackOff backOff = new BackOff(new SplittableRandom(), FIRST_WAIT, LONGEST_WAIT);
    private final Reachable reachable;

    private @Nullable JournalLock lock;
    private @Nullable Receiving receiving;
    private long missed;
    private long passedOver;

    /**
     * What is received, and from where on.
     *
     * @param topic that must be there
     * @param fromEnd whether to begin after what is there, when the journal does not say where to go on
     * @param group under which the offsets are told to Kafka, for tools that show how far it is; null for one that is made of the
     *     journal's id
     * @param untilEnd whether to end when all is in the journal that was there at the beginning
     */
    public record Options(
            String topic, boolean fromEnd, @Nullable String group, boolean untilEnd) {}

    /**
     * How it went.
     *
     * @param missed records that the broker had deleted, or lost, before they were received
     * @param passedOver records that can never be taken in
     */
    public record Result(long missed, long passedOver) {
        /** Whether all that was there is in the journal. */
        public boolean isWhole() {
            return missed == 0 && passedOver == 0;
        }
    }

    /**
     * @param writer stays the caller's
     * @param counts told of everything; its metrics get the lag, too
     * @param stop whether to stop, asked at least five times a second
     */
    public KafkaSource(
            ClientProperties properties,
            Options options,
            Journal journal,
            JournalWriter writer,
            InboxOptions inboxOptions,
            BridgeNotices notices,
            BridgeCounts counts,
            BooleanSupplier stop) {
        this.properties = properties;
        this.options = options;
        this.journal = journal;
        this.writer = writer;
        this.inboxOptions = inboxOptions;
        this.notices = notices;
        this.counts = counts;
        this.stop = stop;
        this.reachable =
                new Reachable("Kafka at " + properties.brokers() + ", topic " + options.topic, counts, notices);
    }

    /**
     * Receives until it is to stop, or until the end that was there at the beginning.
     *
     * @throws io.sightlog.bridge.UndeliverableException when something can never be received; all before it is in the journal
     * @throws JournalException when the journal cannot be written, or another process receives the topic into it
     * @throws IOException when it fails otherwise
     */
    public Result run() throws IOException {
        try {
            boolean more = true;
            while (more && !stop.getAsBoolean()) {
                try (KafkaTopics topics = new KafkaTopics(properties)) {
                    String cluster = topics.cluster(stop);
                    Topic topic = topics.topic(options.topic, MAKE, stop);
                    reachable.works();
                    backOff.reset();
                    more = receive(topics, cluster, topic);
                } catch (BrokerException e) {
                    if (!stop.getAsBoolean()) {
                        reachable.failed(e);
                        pause(backOff.next());
                    }
                }
            }
        } finally {
            counts.connected().set(0);
            close();
        }
        return new Result(missed, passedOver);
    }

    /** False when it is done; true when the topic is another one now. */
    private boolean receive(KafkaTopics topics, String cluster, Topic topic) throws IOException {
        Source source = new Source(cluster, topic.name(), topic.id().toString());
        Receiving now = receiving;
        if (now == null || !now.offsets().source().equals(source)) {
            boolean wasAnother = now != null;
            forget();
            lock(source);
            now = begin(source, wasAnother);
            receiving = now;
        }
        try (KafkaSession session = new KafkaSession(properties, options, topics, topic, now, reachable, stop)) {
            return !session.receive();
        }
    }

    private Receiving begin(Source source, boolean wasAnother) {
        JournalId id = journal.makeId();
        Found found = OffsetSearch.find(journal, id, source);
        boolean isNew = !found.isWritten();
        boolean fromEnd = isNew && options.fromEnd && !wasAnother && !found.wasAnother();
        if (isNew) {
            notices.note((wasAnother || found.wasAnother()
                            ? "topic " + source.topic() + " was made anew since it was received"
                            : "nothing of topic " + source.topic() + " is in this journal")
                    + ": begins at its " + (fromEnd ? "end" : "start"));
        }
        ReceivedOffsets offsets = new ReceivedOffsets(id, source);
        found.next().forEach(offsets::set);
        Inbox inbox = Inbox.open(journal, writer, inboxOptions, notices, counts, offsets);
        return new Receiving(journal, writer, inbox, offsets, found.cycle(), fromEnd, notices);
    }

    private void lock(Source source) {
        if (lock == null) {
            byte[] topic = (source.cluster() + "\n" + source.topic()).getBytes(StandardCharsets.UTF_8);
            lock = journal.lock(
                    "kafka-" + Digest.hex(Digest.of(topic)), "receiving topic " + source.topic() + " of Kafka");
        }
    }

    private void forget() {
        Receiving now = receiving;
        if (now != null) {
            receiving = null;
            missed += now.missed();
            passedOver += now.inbox().passedOver();
            now.inbox().close();
        }
    }

    private void close() {
        forget();
        JournalLock held = lock;
        if (held != null) {
            lock = null;
            held.close();
        }
    }

    /** Looks at whether to stop meanwhile. */
    private void pause(long nanos) {
        long until = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !stop.getAsBoolean(); left = until - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, LOOK_NANOS));
        }
    }
}
