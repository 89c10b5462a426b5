package io.sightlog.capture.live;

/**
 * Places and times of a camera's frames: both rise from frame to frame, whatever its stamps and the machine's clock do. One thread.
 *
 * <p>The place is the stream's own while that keeps step with the arrivals, since many servers invent their stamps; else it is the
 * time since the first arrival.
 */
final class StreamClock {
    /** What a stream's stamps may be off the arrivals, for jitter of the network, and for clocks of different speed. */
    private static final long TOLERANCE_NANOS = 2_000_000_000L;

    private static final double DRIFT = 0.01;

    private long firstArrival = Long.MIN_VALUE;
    private long firstStamp;
    private long stampArrival;
    private long stampPlace;
    private boolean hasStamps;
    private long place = -1;
    private long captured = Long.MIN_VALUE;

    /** The camera was opened anew: its stamps begin anew. */
    void opened() {
        hasStamps = false;
    }

    /**
     * A frame has arrived.
     *
     * @param nanoTime when, by the clock that never goes back
     * @param epochNanos when, since 1970
     * @param stampNanos the stream's own, {@link Long#MIN_VALUE} for none
     */
    void arrived(long nanoTime, long epochNanos, long stampNanos) {
        if (firstArrival == Long.MIN_VALUE) {
            firstArrival = nanoTime;
        }
        captured = Math.max(epochNanos, captured == Long.MIN_VALUE ? epochNanos : captured + 1);
        long byArrival = nanoTime - firstArrival;
        if (stampNanos != Long.MIN_VALUE && !hasStamps) {
            hasStamps = true;
            firstStamp = stampNanos;
            stampArrival = nanoTime;
            stampPlace = byArrival;
        }
        long next = byArrival;
        if (hasStamps && stampNanos != Long.MIN_VALUE) {
            long sinceStamps = nanoTime - stampArrival;
            long byStamp = stampNanos - firstStamp;
            if (Math.abs(byStamp - sinceStamps) <= TOLERANCE_NANOS + DRIFT * sinceStamps) {
                next = stampPlace + byStamp;
            }
        }
        place = Math.max(next, place + 1);
    }

    /** Of the last frame, 0 or more. */
    long positionNanos() {
        return Math.max(0, place);
    }

    /** Of the last frame, since 1970. */
    long capturedNanos() {
        return captured;
    }
}
