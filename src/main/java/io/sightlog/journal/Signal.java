package io.sightlog.journal;

import io.sightlog.event.Memory;
import java.io.IOException;

/**
 * The words that writers of a journal share beside the queue's own, in {@code sightlog.signal}.
 *
 * <pre>
 *    0  4  magic "SLSG"
 *    4  4  version 1
 *    8  8  lastAppendedNanos, written under the write lock
 *   64  4  wakes: counted up by a writer that wakes sleepers; what they sleep on
 *  128  4  sleepers: not 0 while somebody sleeps, or is about to
 * </pre>
 */
final class Signal implements AutoCloseable {
    private static final int MAGIC = 'S' | 'L' << 8 | 'S' << 16 | 'G' << 24;
    private static final int VERSION = 1;
    private static final int LAST_APPENDED_NANOS = 8;

    private final SharedFile file;

    private Signal(SharedFile file) {
        this.file = file;
    }

    static Signal open(JournalDirectory directory) {
        try {
            SharedFile file = SharedFile.open(directory.signal());
            int magic = Memory.getInt(file.address());
            int version = Memory.getInt(file.address() + 4);
            if (magic == 0) {
                Memory.putInt(file.address() + 4, VERSION);
                Memory.putInt(file.address(), MAGIC);
            } else if (magic != MAGIC || version > VERSION) {
                file.close();
                throw new JournalException(directory.signal() + " is not what this Sightlog knows (version " + version
                        + "); a newer one may have made it");
            }
            return new Signal(file);
        } catch (IOException e) {
            throw new JournalException(
                    "cannot write to journal " + directory.path() + ": sightlog.signal: " + JournalDirectory.reason(e),
                    e);
        }
    }

    /** The stamp of the last append, 0 before the first. */
    long lastAppendedNanos() {
        return Memory.getLongAcquire(file.address() + LAST_APPENDED_NANOS);
    }

    /** Under the write lock only. */
    void lastAppendedNanos(long nanos) {
        Memory.putLongRelease(file.address() + LAST_APPENDED_NANOS, nanos);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new JournalException("cannot close the journal's signal file: " + JournalDirectory.reason(e), e);
        }
    }
}
