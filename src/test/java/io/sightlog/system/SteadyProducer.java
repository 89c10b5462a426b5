package io.sightlog.system;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Retention;
import io.sightlog.journal.Roll;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A producer on a thread of its own that appends at a pace to a journal which begins a new cycle each second. Its events are two
 * detections with labels, of every time at which a clock that was set wrongly may have captured them. It counts how late it ever
 * was: nothing else should hold it up.
 */
final class SteadyProducer implements AutoCloseable {
    private static final long[] CAPTURED = {
        0, 1, 1_795_000_000_000_000_000L, 4_102_444_800_000_000_000L, Long.MAX_VALUE, -86_400_000_000_000L
    };

    private final Path queue;
    private final int perSecond;
    private final Thread thread = new Thread(this::run, "producer");
    private volatile boolean stop;
    private volatile long appended;
    private volatile long latestNanos;
    private volatile @Nullable Position last;
    private volatile @Nullable Throwable failure;

    SteadyProducer(Path queue, int perSecond) {
        this.queue = queue;
        this.perSecond = perSecond;
        thread.start();
    }

    private void run() {
        try (JournalWriter writer = Journal.open(queue).writer(Roll.SECONDLY)) {
            long labels = writer.publish(LabelSet.of("m", List.of("person", "car")));
            EventDraft draft = new EventDraft();
            Random random = new Random(7);
            long start = System.nanoTime();
            while (!stop) {
                long due = start + appended * TimeUnit.SECONDS.toNanos(1) / perSecond;
                long early = due - System.nanoTime();
                if (early > 0) {
                    LockSupport.parkNanos(early);
                    continue;
                }
                draft.clear().source("gate").stream("gate").capturedNanos(CAPTURED[random.nextInt(CAPTURED.length)]);
                draft.frame(appended, 0).size(640, 480).labelSet(labels);
                draft.detection(0, 0.9f, 1, 2, 3, 4, 0).detection(1, 0.5f, 5, 6, 7, 8, 9);
                writer.append(draft);
                last = writer.lastPosition();
                appended++;
                latestNanos = Math.max(latestNanos, System.nanoTime() - due);
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    /** How many it has appended; their sequences are 0, 1 ... */
    long appended() {
        check();
        return appended;
    }

    /** The newest event. */
    @Nullable
    Position last() {
        return last;
    }

    /** How late it was at most, behind its pace. */
    long latestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(latestNanos);
    }

    private void check() {
        if (failure != null) {
            throw new AssertionError("the producer failed", failure);
        }
    }

    /** Deletes old cycles but for two, and those that a consumer has not read; how many went. One that was killed may hold it up. */
    static int prune(Path queue) {
        Journal journal = Journal.open(queue);
        if (!journal.exists()) {
            return 0;
        }
        try {
            Retention retention = journal.retention();
            return retention.execute(retention.plan(new Retention.Policy(null, Long.MAX_VALUE, 2, Set.of(), false)));
        } catch (JournalException e) {
            if (String.valueOf(e.getMessage()).contains("is held by process")) {
                return 0;
            }
            throw e;
        }
    }

    /** Appends no more; all that it has is on disk. */
    long stop() throws InterruptedException {
        stop = true;
        thread.join(TimeUnit.MINUTES.toMillis(1));
        check();
        return appended;
    }

    @Override
    public void close() {
        stop = true;
        LockSupport.unpark(thread);
    }
}
