package io.sightlog.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before something is tried again: longer each time, never the same for two that wait. One thread. */
public final class BackOff {
    private final RandomGenerator random;
    private final long firstNanos;
    private final long longestNanos;
    private long nextNanos;

    /**
     * @param first how long to wait at first, more or less
     * @param longest never more than this
     */
    public BackOff(RandomGenerator random, Duration first, Duration longest) {
        this.random = random;
        this.firstNanos = first.toNanos();
        this.longestNanos = longest.toNanos();
        this.nextNanos = firstNanos;
    }

    /** In nanoseconds: 0.8 to 1.2 times the first, 2, 4, ... times it, and never more than the longest. */
    public long next() {
        long base = nextNanos;
        nextNanos = Math.min(longestNanos, 2 * base);
        return Math.min(longestNanos, Math.round(base * (0.8 + 0.4 * random.nextDouble())));
    }

    /** It went well. */
    public void reset() {
        nextNanos = firstNanos;
    }
}
