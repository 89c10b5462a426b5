package io.sightlog.capture.live;

import java.util.random.RandomGenerator;

/** How long to wait before a camera is tried again: longer each time, never the same for two cameras. One thread. */
final class BackOff {
    static final long FIRST_NANOS = 1_000_000_000L;
    static final long LONGEST_NANOS = 30_000_000_000L;

    private final RandomGenerator random;
    private long nextNanos = FIRST_NANOS;

    BackOff(RandomGenerator random) {
        this.random = random;
    }

    /** 0.8 to 1.2 times 1, 2, 4, ..., 30 s, never more than 30. */
    long next() {
        long base = nextNanos;
        nextNanos = Math.min(LONGEST_NANOS, 2 * base);
        return Math.min(LONGEST_NANOS, Math.round(base * (0.8 + 0.4 * random.nextDouble())));
    }

    /** The camera was well. */
    void reset() {
        nextNanos = FIRST_NANOS;
    }
}
