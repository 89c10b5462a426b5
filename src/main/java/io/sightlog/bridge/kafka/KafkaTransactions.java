package io.sightlog.bridge.kafka;

import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.Envelope;
import io.sightlog.bridge.Outlet;
import io.sightlog.bridge.UndeliverableException;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Sends to Kafka in transactions, each of which says how far the bridge is with it: readers of what is committed see every event
 * once. A transaction takes what is there, and ends when there is nothing more for now, or enough. Events are acknowledged when
 * it is committed.
 */
final class KafkaTransactions implements Outlet {
    private static final int MOST_EVENTS = 1_000;
    private static final long MOST_BYTES = 4 << 20;
    private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** That progress tells of. */
    private static final int MOST_PRODUCERS = 1_000;

    private static final Duration MOST = Duration.ofMinutes(10);
    private static final Duration SILENT = Duration.ofSeconds(4);

    private final KafkaTopics topics;
    private final Sending sending;
    private final ProgressTopic progressTopic;
    private final Bridge bridge;
    private final @Nullable Progress arrived;
    /** With the newest sequence number of each, the one that was heard of last at the end. */
    private final Map<Long, Long> producers = new LinkedHashMap<>(16, 0.75f, true);

    private boolean open;
    private long openedNanos;
    private long bytes;
    private @Nullable Position last;
    private final List<Receipt> receipts = new ArrayList<>();
    /** An event of the open transaction has failed, and its receipt was told: it cannot be committed. */
    private volatile boolean failed;
    /** The record of progress has failed. */
    private volatile @Nullable IOException progressFailed;

    /**
     * Takes all of it over.
     *
     * @param arrived how far it had come; null when none is there that counts
     */
    KafkaTransactions(
            KafkaTopics topics,
            Sending sending,
            ProgressTopic progressTopic,
            Bridge bridge,
            @Nullable Progress arrived) {
        this.topics = topics;
        this.sending = sending;
        this.progressTopic = progressTopic;
        this.bridge = bridge;
        this.arrived = arrived;
        if (arrived != null) {
            producers.putAll(arrived.producers());
        }
    }

    @Override
    public boolean hasArrived(Position position, long producer, long sequence) {
        if (arrived == null || position.compareTo(arrived.position()) > 0) {
            return false;
        }
        Long newest = arrived.producers().get(producer);
        if (newest != null) {
            return sequence <= newest;
        }
        return bridge.isNew() && !knowsAll(arrived);
    }

    /** Whether a producer that it does not know has sent nothing: not when some were left out, or came before a reset. */
    private static boolean knowsAll(Progress progress) {
        return progress.resets() == 0 && progress.producers().size() < MOST_PRODUCERS;
    }

    @Override
    public void send(Envelope envelope, Receipt receipt) throws IOException {
        begin();
        receipts.add(receipt);
        last = envelope.position();
        producers.put(envelope.producer(), envelope.sequence());
        if (producers.size() > MOST_PRODUCERS) {
            producers.remove(producers.keySet().iterator().next());
        }
        bytes += envelope.body().length;
        try {
            sending.send(envelope, inTransaction(receipt));
        } catch (BrokerException | UndeliverableException e) {
            if (!failed) { // else it is only that an event before this one has failed
                throw e;
            }
        }
        if (receipts.size() >= MOST_EVENTS || bytes >= MOST_BYTES || System.nanoTime() - openedNanos >= MOST_NANOS) {
            commit();
        }
    }

    @Override
    public void sendLabels(long hash, byte[] content) throws IOException {
        begin();
        try {
            sending.sendLabels(hash, content);
        } catch (BrokerException | UndeliverableException e) {
            if (!failed) {
                throw e;
            }
        }
    }

    private void begin() throws IOException {
        if (!open) {
            call("begin", sending.producer()::beginTransaction);
            open = true;
            openedNanos = System.nanoTime();
        }
    }

    /** The client has it; the receipt is for when all of the transaction is committed. */
    private Receipt inTransaction(Receipt receipt) {
        return new Receipt() {
            @Override
            public void acked() {
                // not yet
            }

            @Override
            public void failed(IOException why) {
                if (!failed) { // the client says the same of all that come after the one that has failed
                    failed = true;
                    receipt.failed(why);
                }
            }
        };
    }

    @Override
    public void caughtUp() throws IOException {
        if (open) {
            commit();
        }
        if (!failed) {
            sending.look();
        }
    }

    /** Says of events before this connection that they are there, also with how often the consumer was reset by now. */
    void take(Position position) throws IOException {
        begin();
        last = position;
        commit();
    }

    private void commit() throws IOException {
        if (failed) {
            return;
        }
        if (last != null) {
            Progress progress =
                    new Progress(bridge.name(), bridge.resets(), last, Map.copyOf(producers), Instant.now());
            try {
                sending.send(progressTopic.record(progress), ofProgress());
            } catch (BrokerException e) {
                if (!failed) {
                    throw e;
                }
            }
        }
        // before the client waits itself, with a bound that no slow line could keep
        if (!sending.awaitAcks(MOST, SILENT)) {
            throw new BrokerException("nothing is acknowledged any more", null);
        }
        IOException why = progressFailed;
        if (failed) {
            return;
        }
        if (why != null) {
            throw why;
        }
        call("commit", sending.producer()::commitTransaction);
        open = false;
        bytes = 0;
        receipts.forEach(Receipt::acked);
        receipts.clear();
    }

    private Receipt ofProgress() {
        return new Receipt() {
            @Override
            public void acked() {
                // it is part of the transaction
            }

            @Override
            public void failed(IOException why) {
                progressFailed = why instanceof UndeliverableException never && never.isOfOne()
                        ? UndeliverableException.ofAll(String.valueOf(why.getMessage()), why)
                        : why;
            }
        };
    }

    private static void call(String what, Runnable action) throws IOException {
        try {
            action.run();
        } catch (KafkaException | IllegalStateException e) {
            throw KafkaErrors.ofCall("cannot " + what + " a transaction", e);
        }
    }

    @Override
    public void finish(Duration most) throws IOException {
        if (open) {
            commit();
        }
    }

    @Override
    public boolean isConnected() {
        return sending.isConnected();
    }

    /** Readers of what is committed wait for a transaction that is open: it is given up, when that is said in time. */
    @Override
    public void close() {
        if (open && isConnected()) {
            try {
                sending.producer().abortTransaction();
            } catch (KafkaException | IllegalStateException e) {
                // it ends by itself, or with the next connection
            }
        }
        sending.close();
        topics.close();
    }
}
