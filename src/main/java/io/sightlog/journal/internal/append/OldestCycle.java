package io.sightlog.journal.internal.append;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The oldest cycle of a journal, if it may go to make room. */
public interface OldestCycle {
    /**
     * Deletes it.
     *
     * @param unreadToo also when a named consumer has not read all of it
     * @return what was deleted, or null when there is none that may be
     */
    @Nullable
    Path drop(boolean unreadToo);

    /** What {@link #drop} would delete, or null. */
    @Nullable
    Path file(boolean unreadToo);
}
