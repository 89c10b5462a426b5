package io.sightlog.jmh.peers;

import io.sightlog.event.EventDraft;
import io.sightlog.jmh.Sample;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.EventHandler;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Sightlog as its users use it: each event encoded, stamped and checksummed at its append, checked at its poll. What is
 * seen in a frame does not change from event to event, only its number and its time of capture.
 */
final class SightlogPeer {
    private static final int LIMIT = 256;

    private SightlogPeer() {}

    static final class Producer implements Sender {
        private final Journal journal;
        private final JournalWriter writer;
        private final EventDraft draft;

        Producer(Path directory) {
            journal = Journal.open(directory.resolve("journal"));
            writer = journal.writer();
            draft = Sample.fill(new EventDraft().capturedNanos(0), writer.publish(Sample.labels()));
        }

        @Override
        public void send(long number, long nanos) {
            Sample.number(draft, number, nanos);
            writer.append(draft);
        }

        @Override
        public void close() {
            writer.close();
            journal.close();
        }
    }

    /** Appends 32 events at a time, each of them encoded likewise. */
    static final class BatchProducer implements Sender {
        private static final int EVENTS = 32;

        private final Journal journal;
        private final JournalWriter writer;
        private final EventDraft draft;
        private final EventBatch batch = new EventBatch();

        BatchProducer(Path directory) {
            journal = Journal.open(directory.resolve("journal"));
            writer = journal.writer();
            draft = Sample.fill(new EventDraft().capturedNanos(0), writer.publish(Sample.labels()));
        }

        @Override
        public void send(long number, long nanos) {
            Sample.number(draft, number, nanos);
            batch.add(draft);
            if (batch.count() == EVENTS) {
                flush();
            }
        }

        @Override
        public void flush() {
            writer.append(batch);
            batch.clear();
        }

        @Override
        public void close() {
            writer.close();
            journal.close();
        }
    }

    static final class Consumer implements Receiver {
        private final Journal journal;
        private final JournalReader reader;
        private final IdleStrategy wait;
        private @Nullable Arrivals current;
        private final EventHandler handler = event -> current().onEvent(event.frame(), event.capturedNanos());

        Consumer(Path directory, WaitKind kind) {
            journal = Journal.open(directory.resolve("journal"));
            reader = journal.reader();
            IdleStrategy.Mode mode = switch (kind) {
                case SPIN -> IdleStrategy.Mode.SPIN;
                case PARK -> IdleStrategy.Mode.PARK;
                case FUTEX, BLOCK -> IdleStrategy.Mode.FUTEX;
            };
            wait = journal.idleStrategy(mode);
        }

        @Override
        public void poll(Arrivals arrivals) {
            current = arrivals;
            wait.idle(reader.poll(handler, LIMIT));
        }

        private Arrivals current() {
            if (current == null) {
                throw new IllegalStateException("nobody polls");
            }
            return current;
        }

        @Override
        public void close() {
            wait.close();
            reader.close();
            journal.close();
        }
    }
}
