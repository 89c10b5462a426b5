package io.sightlog.journal.internal.append;

import io.sightlog.journal.JournalReplacedException;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.Cycles;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import org.jspecify.annotations.Nullable;

/**
 * Looks once a second, and before each cycle, whether the journal is still the one that was opened and whether files that others
 * made are what they should be. Under the write lock only.
 */
final class JournalWatch {
    /** For how long, by the clock, appends go on without a look. */
    private static final long LOOK_EVERY_NANOS = 1_000_000_000;

    private final JournalDirectory directory;
    private final JournalIdentity identity;
    private final Roll roll;

    /** Cycles up to this one were looked at. */
    private int trustedCycle;
    /** Stamps from this one on are in a cycle whose file was not looked at yet, in ms. */
    private long nextCycleMillis;
    /** What the clock said at the last look. */
    private long lookedNanos;
    /** Whether files are opened by name in this append. */
    private boolean opensFiles;
    /** Set when another journal's files may be open. */
    private @Nullable JournalReplacedException replaced;

    JournalWatch(JournalDirectory directory, JournalIdentity identity, Roll roll) {
        this.directory = directory;
        this.identity = identity;
        this.roll = roll;
    }

    /** Cycles up to this one were looked at. */
    void trust(int cycle) {
        trustedCycle = cycle;
    }

    /**
     * Before an append.
     *
     * @param millis when it is
     * @param nowNanos what the clock says
     * @throws JournalReplacedException when it is not the journal any more that was opened
     */
    void check(long millis, long nowNanos) {
        // unsigned: also when the clock was set back
        if (millis < nextCycleMillis && Long.compareUnsigned(nowNanos - lookedNanos, LOOK_EVERY_NANOS) < 0) {
            return;
        }
        lookedNanos = Long.MIN_VALUE; // unless it goes well
        if (replaced != null) {
            throw replaced;
        }
        identity.check();
        if (millis >= nextCycleMillis) {
            int cycle = Cycles.at(roll, millis);
            opensFiles = true;
            new PreOpenCheck(directory).checkNewer(roll, trustedCycle, cycle);
            trustedCycle = cycle;
            nextCycleMillis = Cycles.startMillis(roll, cycle + 1);
        }
        lookedNanos = nowNanos;
    }

    /** Once it has begun: after files were opened by name, and before the first byte is written to them. */
    void checkOpened() {
        if (!opensFiles) {
            return;
        }
        boolean same = false;
        try {
            identity.check();
            opensFiles = false;
            same = true;
        } catch (JournalReplacedException e) {
            replaced = e;
            throw e;
        } finally {
            if (!same) {
                lookedNanos = Long.MIN_VALUE;
            }
        }
    }
}
