package io.sightlog.journal.internal.format;

/**
 * What {@code chronicle.write.lock} in {@code metadata.cq4t} holds: {@link #FREE}, or in the low 32 bits the process id of the
 * holder as it sees itself, which is all that plain Chronicle Queue looks at, and above them the number of its slot in {@code
 * sightlog.writers} plus 1. Without a slot it is a plain Chronicle Queue's, an older Sightlog's, or of who prunes.
 */
public final class LockWord {
    /** Nobody holds it. */
    public static final long FREE = Long.MIN_VALUE;

    /** Nobody holds it, and whoever takes it clears first what a dead holder left: somebody could not. */
    public static final long UNCLEARED = 0x7fff_ffff_0000_0000L;

    private static final int PID_BITS = 32;
    private static final long PID_MASK = (1L << PID_BITS) - 1;

    private LockWord() {}

    public static long of(long pid, int slot) {
        return ((slot + 1L) << PID_BITS) | (pid & PID_MASK);
    }

    public static long pid(long word) {
        return word & PID_MASK;
    }

    /** -1 when it has none. */
    public static int slot(long word) {
        return (int) (word >>> PID_BITS) - 1;
    }
}
