package io.sightlog.journal.internal.append;

import io.sightlog.journal.JournalFullException;
import io.sightlog.journal.WhenFull;
import io.sightlog.journal.WriterOptions;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** What a writer does when there is no room on the device: what its options say. */
final class DiskFullPolicy {
    private static final long LOOK_EVERY_NANOS = 100_000_000;
    /** For how long room may take to appear after a deletion: whoever has the file mapped keeps its blocks. */
    private static final int LOOKS_AFTER_DELETION = 10;

    private final WriterOptions options;
    private final CycleProvisioner ground;

    DiskFullPolicy(WriterOptions options, CycleProvisioner ground) {
        this.options = options;
        this.ground = ground;
    }

    /**
     * Tries again, after waiting or making room.
     *
     * @param first why it did not work
     * @return what the first try that worked returned
     * @throws JournalFullException when there is no room, and no more is to be waited for or to be made
     */
    <T> T awaitFor(JournalFullException first, Supplier<T> again) {
        JournalFullException full = first;
        if (options.whenFull() == WhenFull.BLOCK) {
            options.notice().accept(full.getMessage() + "; waiting for room");
        }
        for (int looks = 0; ; looks++) {
            if (options.whenFull() == WhenFull.STOP) {
                throw ground.mayDropOldest()
                        ? new JournalFullException(full.getMessage() + ", or write with --when-full drop-oldest", full)
                        : full;
            }
            if (options.whenFull() == WhenFull.DROP_OLDEST && looks % LOOKS_AFTER_DELETION == 0) {
                dropOldest(full);
            } else {
                LockSupport.parkNanos(this, LOOK_EVERY_NANOS);
                if (Thread.currentThread().isInterrupted() || options.giveUp().getAsBoolean()) {
                    throw full;
                }
            }
            try {
                return again.get();
            } catch (JournalFullException e) {
                full = e;
            }
        }
    }

    private void dropOldest(JournalFullException full) {
        Path dropped = ground.dropOldest(options.dropUnread());
        if (dropped == null) {
            throw new JournalFullException(
                    full.getMessage() + "; there is no closed cycle left that "
                            + (options.dropUnread() ? "could" : "may") + " be dropped",
                    full);
        }
        options.notice().accept("dropped " + dropped + ": there was no room");
    }
}
