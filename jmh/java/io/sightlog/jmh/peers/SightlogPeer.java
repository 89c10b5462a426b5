package io.sightlog.jmh.peers;

import io.sightlog.event.EventDraft;
import io.sightlog.jmh.Sample;
import io.sightlog.journal.EventHandler;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Wait;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Sightlog as its users use it: each event encoded, stamped and checksummed at its append, checked at its poll. */
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
            draft = Sample.fill(new EventDraft(), writer.publish(Sample.labels()));
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

    static final class Consumer implements Receiver {
        private final Journal journal;
        private final JournalReader reader;
        private final @Nullable Wait wait;
        private @Nullable Arrivals current;
        private final EventHandler handler = event -> current().onEvent(event.frame(), event.capturedNanos());

        Consumer(Path directory, WaitKind kind) {
            journal = Journal.open(directory.resolve("journal"));
            reader = journal.reader();
            wait = kind == WaitKind.SPIN ? null : Wait.parking();
        }

        @Override
        public void poll(Arrivals arrivals) {
            current = arrivals;
            int events = reader.poll(handler, LIMIT);
            if (wait != null) {
                wait.idle(events);
            } else if (events == 0) {
                Thread.onSpinWait();
            }
        }

        private Arrivals current() {
            if (current == null) {
                throw new IllegalStateException("nobody polls");
            }
            return current;
        }

        @Override
        public void close() {
            reader.close();
            journal.close();
        }
    }
}
