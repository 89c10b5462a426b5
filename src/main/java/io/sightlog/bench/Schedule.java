package io.sightlog.bench;

import java.util.concurrent.locks.LockSupport;

/**
 * When events are due: an open schedule, which waits for nobody.
 *
 * @param startNanos {@link System#nanoTime} at which event 0 is due
 * @param rate events a second, 1 or more
 */
record Schedule(long startNanos, long rate) {
    /** Below this a sleep might end too late, so the rest is spun. */
    private static final long SPIN_NANOS = 150_000;

    private static final long SECOND = 1_000_000_000;

    Schedule {
        if (rate < 1) {
            throw new IllegalArgumentException("rate=" + rate + " is not 1 or more events a second");
        }
    }

    /** When an event is due, on the clock of {@link System#nanoTime}. Exact: nothing adds up over many events. */
    long dueNanos(long event) {
        return startNanos + event / rate * SECOND + event % rate * SECOND / rate;
    }

    /** Returns when it is that time, or at once when it was already. Sleeps far from it and spins close to it. */
    static void await(long dueNanos) {
        long left = dueNanos - System.nanoTime();
        while (left > 0) {
            if (left > SPIN_NANOS) {
                LockSupport.parkNanos(left - SPIN_NANOS);
            } else {
                Thread.onSpinWait();
            }
            left = dueNanos - System.nanoTime();
        }
    }
}
