package io.sightlog.inspect;

/** How many frames came in the last seconds, by their stamps, which never run backwards. One thread. */
final class FrameRate {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long WINDOW_NANOS = 10 * SECOND_NANOS;
    private static final int PARTS = 100;
    private static final long PART_NANOS = WINDOW_NANOS / PARTS;

    private int[] counts = new int[0];
    /** Number of the newest part from the epoch. */
    private long newest;

    private long firstNanos;

    /** A frame was appended. */
    void add(long nanos) {
        if (counts.length == 0) {
            counts = new int[PARTS];
            firstNanos = nanos;
            newest = nanos / PART_NANOS;
        }
        long part = Math.max(newest, nanos / PART_NANOS);
        clear(newest + 1, part);
        newest = part;
        counts[at(part)]++;
    }

    private void clear(long from, long to) {
        for (long part = Math.max(from, to - PARTS + 1); part <= to; part++) {
            counts[at(part)] = 0;
        }
    }

    private static int at(long part) {
        return (int) Math.floorMod(part, (long) PARTS);
    }

    /** Frames a second in the ten seconds before now, or since the first one when that is less, but for the first second. */
    double perSecond(long nowNanos) {
        if (counts.length == 0) {
            return 0;
        }
        long now = Math.max(newest, nowNanos / PART_NANOS);
        long frames = 0;
        for (long part = Math.max(now - PARTS + 1, newest - PARTS + 1); part <= newest; part++) {
            frames += counts[at(part)];
        }
        long since = Math.max(nowNanos, newest * PART_NANOS) - firstNanos;
        long window = since < 0 ? WINDOW_NANOS : Math.max(SECOND_NANOS, Math.min(WINDOW_NANOS, since));
        return frames * (double) SECOND_NANOS / window;
    }
}
