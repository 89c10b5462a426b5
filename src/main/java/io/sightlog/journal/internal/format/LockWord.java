package io.sightlog.journal.internal.format;

/**
 * What {@code chronicle.write.lock} holds: {@link Metadata#UNLOCKED}, or in the low 32 bits the process id of the holder, which
 * is all that plain Chronicle Queue looks at, and above them the number of its slot in {@code sightlog.writers} plus 1. Without
 * a slot it is a plain Chronicle Queue's, or an older Sightlog's.
 */
public final class LockWord {
    /** Nobody holds it, and whoever takes it clears first what a dead holder left: somebody could not. */
    public static final long UNCLEARED = 0x7fff_ffff_0000_0000L;

    private LockWord() {}

    public static long of(long pid, int slot) {
        return ((slot + 1L) << 32) | (pid & 0xffff_ffffL);
    }

    public static int pid(long word) {
        return (int) word;
    }

    /** -1 when it has none. */
    public static int slot(long word) {
        return (int) (word >>> 32) - 1;
    }
}
