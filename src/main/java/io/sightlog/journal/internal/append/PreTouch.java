package io.sightlog.journal.internal.append;

import io.sightlog.journal.internal.os.CLibrary;

/**
 * Has the kernel provide the pages a writer is going to write to, some way ahead of it and many at once, between its appends:
 * a page fault a page, taken while an event is under way, is dearer, and its reader would take one for each of them, too.
 *
 * <p>It works on the writer's own mapping and asks with {@code madvise(MADV_POPULATE_WRITE)}, which changes no byte and never
 * faults: beyond the file, in a block that was unmapped meanwhile, or on a kernel before 5.14, it does nothing. For the thread
 * of the writer.
 */
final class PreTouch {
    /** Whether there is such a call here. */
    static final boolean AVAILABLE = "Linux".equals(System.getProperty("os.name"));

    private static final int MADV_POPULATE_WRITE = 23;
    /** A multiple of every size a page may have. */
    private static final long STEP_BYTES = 64 << 10;

    private static final long AHEAD_BYTES = 2 * STEP_BYTES;

    private boolean refused = !AVAILABLE;
    private long at;
    private long position;
    private long block = -1;
    /** Position in the file up to which pages are there. */
    private long provided;

    /**
     * The writer is here now.
     *
     * @param address of what it writes
     * @param filePosition of the same in its file
     */
    void at(long address, long filePosition) {
        at = address;
        position = filePosition;
    }

    /** Once what was written there is published. Costs a comparison, but every 64 KiB. */
    void provide() {
        long mapping = at - position;
        if (mapping != block) {
            block = mapping;
            provided = position & -STEP_BYTES;
        }
        if (provided - position < AHEAD_BYTES && !refused) {
            provideMore(mapping);
        }
    }

    private void provideMore(long mapping) {
        long from = Math.max(provided, position & -STEP_BYTES);
        long to = (position & -STEP_BYTES) + AHEAD_BYTES + STEP_BYTES;
        try {
            Call.madvise(mapping + from, to - from, MADV_POPULATE_WRITE);
        } catch (LinkageError | OutOfMemoryError e) {
            refused = true; // no way to ask the kernel here: the writer takes its page faults by itself
        }
        provided = to; // also where it failed: the next step is asked for when it comes
    }

    private static final class Call {
        static {
            CLibrary.bind(Call.class);
        }

        private Call() {}

        static native int madvise(long address, long bytes, int advice);
    }
}
