package io.sightlog.journal.internal.append;

import io.sightlog.journal.DamageException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.Cycles;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.MetadataWords;
import io.sightlog.journal.internal.format.Signal;
import io.sightlog.journal.internal.os.Disk;
import java.util.function.LongSupplier;

/**
 * When an append is: now, but never before the last append or the newest cycle, so that stamps and cycles only go forward. Moved
 * under the write lock only.
 */
final class AppendClock {
    private final JournalDirectory directory;
    private final NanoClock clock;
    private final Signal signal;
    private final MetadataWords words;
    private final Roll roll;
    private long nowNanos;
    private long stampNanos;

    AppendClock(JournalDirectory directory, NanoClock clock, Signal signal, MetadataWords words, Roll roll) {
        this.directory = directory;
        this.clock = clock;
        this.signal = signal;
        this.words = words;
        this.roll = roll;
    }

    /** A file of stamps that was lost, or is older than the events after a loss of power, is set right. */
    void restore(LongSupplier newestStamp) {
        try {
            long last = newestStamp.getAsLong();
            if (last > signal.lastAppendedNanos()) {
                signal.lastAppendedNanos(last);
                stampNanos = Math.max(stampNanos, last);
            }
        } catch (DamageException e) {
            // damage behind us does not stop us; reported to whoever reads there
        }
    }

    /** An append begins. */
    void tick() {
        nowNanos = clock.nanos();
        stampNanos = stamp(nowNanos);
    }

    private long stamp(long now) {
        long nanos = Math.max(now, signal.lastAppendedNanos());
        int newest = words.highestCycle();
        if (newest > 0 && Cycles.startMillis(roll, newest) > Long.MAX_VALUE / 1_000_000L) {
            throw new JournalException("cannot append to journal " + directory.path() + ": its newest cycle, " + newest
                    + ", is beyond all dates");
        }
        if (newest > 0 && Cycles.startMillis(roll, newest) > nanos / 1_000_000L && isThere(newest)) {
            return Cycles.startMillis(roll, newest) * 1_000_000L;
        }
        return nanos;
    }

    private boolean isThere(int cycle) {
        return Disk.isThere(directory.cycleFile(roll, cycle));
    }

    /** Milliseconds, of an append that would begin now; without the lock. */
    long nextMillis() {
        return Math.floorDiv(stamp(clock.nanos()), 1_000_000L);
    }

    /** What the clock itself said. */
    long nowNanos() {
        return nowNanos;
    }

    /** Of this append, nanoseconds since the epoch. */
    long stampNanos() {
        return stampNanos;
    }

    /** Likewise, milliseconds. */
    long stampMillis() {
        return Math.floorDiv(stampNanos, 1_000_000L);
    }
}
