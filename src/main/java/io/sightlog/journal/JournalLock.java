package io.sightlog.journal;

import io.sightlog.journal.internal.format.TaskLock;

/** What one process at a time may do to a journal: {@link Journal#lock}. Ends with its process, or when it is closed. */
public final class JournalLock implements AutoCloseable {
    private final TaskLock lock;

    JournalLock(TaskLock lock) {
        this.lock = lock;
    }

    @Override
    public void close() {
        lock.close();
    }
}
