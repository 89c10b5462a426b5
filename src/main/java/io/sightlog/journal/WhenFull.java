package io.sightlog.journal;

/** What a writer does when there is no room on the device. */
public enum WhenFull {
    /** The append fails with a {@link JournalFullException}; appending works again when there is room. */
    STOP,
    /** The append waits until there is room, or its thread is interrupted. */
    BLOCK,
    /** The oldest closed cycle is deleted, and then the next, until there is room. */
    DROP_OLDEST
}
