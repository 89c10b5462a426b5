package io.sightlog.journal.internal.format;

/** The 64 bits by which an excerpt is known: its cycle in the upper 32, its number in that cycle in the lower 32. */
public final class ExcerptIndex {
    /** Bits that count within a cycle, the same for every roll. */
    public static final int SEQUENCE_BITS = 32;

    private static final long SEQUENCE_MASK = (1L << SEQUENCE_BITS) - 1;

    private ExcerptIndex() {}

    public static long of(int cycle, long sequence) {
        return ((long) cycle << SEQUENCE_BITS) | sequence;
    }

    public static int cycle(long index) {
        return (int) (index >>> SEQUENCE_BITS);
    }

    /** Number of the excerpt in its cycle, from 0. */
    public static long sequence(long index) {
        return index & SEQUENCE_MASK;
    }
}
