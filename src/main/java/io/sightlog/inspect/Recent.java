package io.sightlog.inspect;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The last durations there were, and their median. One thread. */
final class Recent {
    static final int MOST = 100;

    private long[] ring = new long[0];
    private int count;
    private int next;

    /** A duration of 0 or less is one that nobody took. */
    void add(long nanos) {
        if (nanos <= 0) {
            return;
        }
        if (ring.length == 0) {
            ring = new long[MOST];
        }
        ring[next] = nanos;
        next = (next + 1) % MOST;
        count = Math.min(count + 1, MOST);
    }

    /** Null when there is none. */
    @Nullable
    Long median() {
        if (count == 0) {
            return null;
        }
        long[] sorted = Arrays.copyOf(ring, count);
        Arrays.sort(sorted);
        return sorted[(count - 1) / 2];
    }
}
