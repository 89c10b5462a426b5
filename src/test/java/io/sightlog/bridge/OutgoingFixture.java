package io.sightlog.bridge;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.ConsumerStatus;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A journal whose clock the test moves, and a broker in memory. */
abstract class OutgoingFixture {
    @TempDir
    Path temp;

    final FakeBroker broker = new FakeBroker(1);
    final AtomicLong clock = new AtomicLong(1_700_000_000_000_000_000L);
    final EventDraft draft = new EventDraft();

    @AfterEach
    void close() throws InterruptedException {
        broker.close();
    }

    Journal journal() {
        return Journal.open(temp.resolve("q"), clock::get);
    }

    /** Frames, each as one excerpt. */
    List<Position> append(int from, int to) {
        List<Position> positions = new ArrayList<>();
        try (JournalWriter writer = journal().writer(Roll.MINUTELY)) {
            for (int i = from; i < to; i++) {
                positions.add(new Position(
                        writer.append(draft.clear().capturedNanos(i).frame(i, 0)), 0));
            }
        }
        return positions;
    }

    void message(String topic) {
        try (JournalWriter writer = journal().writer(Roll.MINUTELY)) {
            writer.append(draft.clear().capturedNanos(0).message(topic, "text"));
        }
    }

    void nextCycle() {
        clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
    }

    BridgeRun bridge(OutgoingOptions options) {
        return new BridgeRun(journal(), options, broker);
    }

    List<Position> sentPositions() {
        return broker.all().stream().map(got -> got.envelope().position()).toList();
    }

    long lag() {
        ConsumerStatus status = journal().consumer(BridgeRun.NAME);
        return status == null ? Long.MAX_VALUE : status.lagEvents();
    }
}
