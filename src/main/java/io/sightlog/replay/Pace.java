package io.sightlog.replay;

/**
 * Says when each event of the past is due again: as long after the first one as it was captured after it, divided by the rate.
 *
 * <p>Due times hang on the first event, not on the one before, so that an event that comes late does not delay the rest. An
 * event captured before its predecessor is due at once and counted. One that is more than {@link #NEW_RECORDING_NANOS}
 * back begins another recording, and what follows is paced from there.
 *
 * <p>Times are of one monotonic clock, in nanoseconds. One thread at a time.
 */
public final class Pace {
    /** The rate that waits for nothing. */
    public static final double MAX = Double.POSITIVE_INFINITY;

    static final long NEW_RECORDING_NANOS = 1_000_000_000L;

    private final double rate;
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
    private long events;

    /** @throws IllegalArgumentException when the rate is not above 0 */
    public Pace(double rate) {
        if (!(rate > 0)) {
            throw new IllegalArgumentException("rate=" + rate + " is not above 0");
        }
        this.rate = rate;
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
            if (latestCapturedNanos - capturedNanos > NEW_RECORDING_NANOS) {
                anchor(capturedNanos, nowNanos);
            }
            return nowNanos;
        }
        aheadNanos = capturedNanos - latestCapturedNanos;
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

    /** From the first event to the last, on the monotonic clock. */
    public long elapsedNanos() {
        return events == 0 ? 0 : lastNanos - beganNanos;
    }

    /** Captured time that went by for each unit of time, 0 when there was none. */
    public double reached() {
        return elapsedNanos() > 0 ? (double) coveredNanos / elapsedNanos() : 0;
    }
}
