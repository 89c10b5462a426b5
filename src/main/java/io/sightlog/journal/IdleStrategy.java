package io.sightlog.journal;

import io.sightlog.journal.internal.os.Futex;
import java.util.concurrent.locks.LockSupport;

/** How a consumer passes the time while there is nothing to read. One instance a thread. */
public interface IdleStrategy extends AutoCloseable {
    /** What to trade: the time until an event is seen, or the processor. */
    enum Mode {
        /** Burns a core; sees an event soonest. */
        SPIN,
        /** Sleeps in the kernel until a writer wakes it: Linux only, parks elsewhere. */
        FUTEX,
        /** Looks again after 50 microseconds, and less often the longer it is quiet, down to once a millisecond. */
        PARK;

        /** {@link #FUTEX} where there is one. */
        public static Mode byDefault() {
            return Futex.AVAILABLE ? FUTEX : PARK;
        }
    }

    /**
     * Takes how much was read, and waits when it was nothing. Call it after every poll, and poll after every call: between
     * announcing a sleep and sleeping, one more look is needed.
     *
     * @param events what {@link JournalReader#poll} returned
     */
    void idle(int events);

    /** What it does right now. */
    Mode mode();

    /** Lets go of what it holds. */
    @Override
    default void close() {}

    /** Never lets go of the processor. */
    static IdleStrategy spinning() {
        return new IdleStrategy() {
            @Override
            public void idle(int events) {
                if (events == 0) {
                    Thread.onSpinWait();
                }
            }

            @Override
            public Mode mode() {
                return Mode.SPIN;
            }
        };
    }

    /** Spins a little, then parks for 50 microseconds, then for longer, up to a millisecond. */
    static IdleStrategy parking() {
        return new IdleStrategy() {
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

            @Override
            public Mode mode() {
                return Mode.PARK;
            }
        };
    }
}
