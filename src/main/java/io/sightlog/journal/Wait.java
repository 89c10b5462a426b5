package io.sightlog.journal;

import java.util.concurrent.locks.LockSupport;

/** How a consumer passes the time while there is nothing to read. One instance a thread. */
public interface Wait {
    /**
     * Told how much was read; waits a moment when it was nothing, and longer when it was nothing several times.
     *
     * @param events what {@link JournalReader#poll} returned
     */
    void idle(int events);

    /** Spins a little, then parks for 50 microseconds, then for longer, up to a millisecond. */
    static Wait parking() {
        return new Wait() {
            private static final int SPINS = 100;
            private static final long SHORTEST_NANOS = 50_000;
            private static final long LONGEST_NANOS = 1_000_000;

            private int spins;
            private long nanos = SHORTEST_NANOS;

            @Override
            public void idle(int events) {
                if (events > 0) {
                    spins = 0;
                    nanos = SHORTEST_NANOS;
                } else if (spins < SPINS) {
                    spins++;
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(nanos);
                    nanos = Math.min(nanos * 2, LONGEST_NANOS);
                }
            }
        };
    }
}
