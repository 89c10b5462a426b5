package io.sightlog.replay;

/**
 * Says when each event of the past is due again: as long after the first one as it was captured after it, divided by the rate.
 *
 * <p>Due times hang on the first event, not on the one before, so that an event that comes late does not delay the rest. An
 * event captured before its predecessor is due at once and counted. One that is more than {@link #NEW_RECORDING_NANOS}
 * back begins another recording, and what follows is paced from there. So does one that was captured more than the largest gap
 * after its predecessor: a clock was set meanwhile, or nothing was recorded.
 *
 * <p>Times are of one monotonic clock, in nanoseconds. One thread at a time.
 */
public final class Pace {
    /** How long it waits for one event at most, unless told, in captured time. */
    public static final long DEFAULT_MAX_GAP_NANOS = 3_600_000_000_000L;

    /** The rate that waits for nothing. */
    public static final double MAX = Double.POSITIVE_INFINITY;

    static final long NEW_RECORDING_NANOS = 1_000_000_000L;

    private final double rate;
    private final long maxGapNanos;
    private boolean begun;
    private long anchorNanos;
    private long anchorCapturedNanos;
    private long latestCapturedNanos;
    private long coveredNanos;
    /** From the event before to the one that is due, in captured time. */
    private long aheadNanos;

    private long beganNanos;
    private long lastNanos;
    private long stepsBack;
    private long gaps;
    private long longestGapNanos;
    private long events;

    /** With {@link #DEFAULT_MAX_GAP_NANOS}. */
    public Pace(double rate) {
        this(rate, DEFAULT_MAX_GAP_NANOS);
    }

    /**
     * @param maxGapNanos the largest gap in captured time that is waited for
     * @throws IllegalArgumentException when the rate or the gap is not above 0
     */
    public Pace(double rate, long maxGapNanos) {
        if (!(rate > 0)) {
            throw new IllegalArgumentException("rate=" + rate + " is not above 0");
        }
        if (maxGapNanos <= 0) {
            throw new IllegalArgumentException("maxGapNanos=" + maxGapNanos + " is not above 0");
        }
        this.rate = rate;
        this.maxGapNanos = maxGapNanos;
    }

    /**
     * Takes the next event.
     *
     * @param capturedNanos when it was captured
     * @param nowNanos the monotonic clock
     * @return when it is due on that clock; it may be in the past
     */
    public long due(long capturedNanos, long nowNanos) {
        aheadNanos = 0;
        if (!begun) {
            begun = true;
            beganNanos = events == 0 ? nowNanos : beganNanos;
            anchor(capturedNanos, nowNanos);
            return nowNanos;
        }
        if (capturedNanos < latestCapturedNanos) {
            stepsBack++;
            long back = latestCapturedNanos - capturedNanos;
            if (back > NEW_RECORDING_NANOS || back < 0) {
                anchor(capturedNanos, nowNanos);
            }
            return nowNanos;
        }
        long ahead = capturedNanos - latestCapturedNanos;
        if (rate != MAX && (ahead > maxGapNanos || ahead < 0)) { // less than 0: more than fits
            gaps++;
            longestGapNanos = Math.max(longestGapNanos, ahead < 0 ? Long.MAX_VALUE : ahead);
            anchor(capturedNanos, nowNanos);
            return nowNanos;
        }
        aheadNanos = ahead;
        latestCapturedNanos = capturedNanos;
        return rate == MAX ? nowNanos : anchorNanos + Math.round((capturedNanos - anchorCapturedNanos) / rate);
    }

    private void anchor(long capturedNanos, long nowNanos) {
        anchorNanos = nowNanos;
        anchorCapturedNanos = capturedNanos;
        latestCapturedNanos = capturedNanos;
    }

    /** Told when the event that {@link #due} took last was emitted; one that never is does not count. */
    public void emitted(long nowNanos) {
        events++;
        coveredNanos += aheadNanos;
        lastNanos = nowNanos;
    }

    /** The past begins again, now. */
    public void again() {
        begun = false;
    }

    public double rate() {
        return rate;
    }

    /** Events emitted. */
    public long events() {
        return events;
    }

    /** Events captured before their predecessor. */
    public long stepsBack() {
        return stepsBack;
    }

    /** Gaps in captured time that were too large to be waited for. */
    public long gaps() {
        return gaps;
    }

    /** The longest of them, 0 without one. */
    public long longestGapNanos() {
        return longestGapNanos;
    }

    /** From the first event to the last, on the monotonic clock. */
    public long elapsedNanos() {
        return events == 0 ? 0 : lastNanos - beganNanos;
    }

    /** Captured time that went by for each unit of time, 0 when there was none. */
    public double reached() {
        return elapsedNanos() > 0 ? (double) coveredNanos / elapsedNanos() : 0;
    }
}
