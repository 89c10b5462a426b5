package io.sightlog.event;

import java.time.Instant;

/**
 * The machine's clock in nanoseconds since the epoch: the one clock of this process, by which events are captured and
 * appended, so that no event seems to be appended before it was captured. Any thread; allocates ten times a second.
 *
 * <p>{@link Instant#now} allocates on every call, so this counts on from it with {@link System#nanoTime}, which the kernel slews
 * with the clock, and asks again ten times a second. Follows a clock that is set within a tenth of a second; by less than
 * {@link #JITTER_NANOS} it is never set back.
 */
public final class EpochNanos {
    private static final long ASK_AGAIN_NANOS = 100_000_000;
    private static final long JITTER_NANOS = 1_000_000;
    /** Between the two clocks another thread may run; of so many tries the shortest is taken. */
    private static final int TRIES = 3;

    private static volatile Anchor anchor = Anchor.now();

    private EpochNanos() {}

    private record Anchor(long epochNanos, long monotonicNanos) {
        static Anchor now() {
            Anchor best = null;
            long shortest = Long.MAX_VALUE;
            for (int i = 0; i < TRIES || best == null; i++) {
                long before = System.nanoTime();
                Instant now = Instant.now();
                long took = System.nanoTime() - before;
                if (took < shortest) {
                    shortest = took;
                    best = new Anchor(now.getEpochSecond() * 1_000_000_000L + now.getNano(), before + took / 2);
                }
            }
            return best;
        }

        long at(long monotonic) {
            return epochNanos + (monotonic - monotonicNanos);
        }

        /** The same moment, never a little before what another one says. */
        Anchor after(Anchor other) {
            long back = other.at(monotonicNanos) - epochNanos;
            return back > 0 && back < JITTER_NANOS ? new Anchor(epochNanos + back, monotonicNanos) : this;
        }
    }

    /** Now. */
    public static long now() {
        Anchor from = anchor;
        long monotonic = System.nanoTime();
        if (monotonic - from.monotonicNanos > ASK_AGAIN_NANOS) {
            from = Anchor.now().after(from);
            anchor = from;
            monotonic = System.nanoTime();
        }
        return from.at(monotonic);
    }
}
