package io.sightlog.jmh.peers;

import org.HdrHistogram.Histogram;

/** What a consumer has received in one phase: checked to be complete and in order, with the latency of each. One thread. */
final class Arrivals {
    /** The number of the event that ends a phase; its time is the count of events before it. */
    static final long END = 1L << 62;

    private final Histogram latencyNanos = new Histogram(600_000_000_000L, 3);
    private boolean timed;
    private long expected;
    private boolean ended;

    /** Takes one event as it arrives, now. */
    void onEvent(long number, long nanos) {
        if (number == END) {
            end(nanos);
            return;
        }
        if (number != expected) {
            throw new IllegalStateException("event " + expected + " should have arrived, it is " + number);
        }
        if (timed) {
            latencyNanos.recordValue(Math.max(0, System.nanoTime() - nanos));
        }
        expected++;
    }

    private void end(long count) {
        if (count != expected) {
            throw new IllegalStateException(count + " events were sent, " + expected + " have arrived");
        }
        ended = true;
    }

    boolean ended() {
        return ended;
    }

    long count() {
        return expected;
    }

    Histogram latencyNanos() {
        return latencyNanos;
    }

    /** @param withLatency whether each event carries a time, and is measured against the clock */
    void reset(boolean withLatency) {
        timed = withLatency;
        latencyNanos.reset();
        expected = 0;
        ended = false;
    }
}
