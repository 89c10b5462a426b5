package io.sightlog.journal;

import java.time.Instant;

/** Time in nanoseconds since the epoch. */
@FunctionalInterface
public interface NanoClock {
    /** The machine's clock, for any thread. Follows a clock that is set within a tenth of a second. */
    NanoClock SYSTEM = new SystemClock();

    long nanos();

    /**
     * {@link Instant#now} allocates on every call, so this counts on from it with {@link System#nanoTime}, which the kernel
     * slews with the clock, and asks again ten times a second.
     */
    final class SystemClock implements NanoClock {
        private static final long ASK_AGAIN_NANOS = 100_000_000;

        private volatile Anchor anchor = Anchor.now();

        private record Anchor(long epochNanos, long monotonicNanos) {
            static Anchor now() {
                Instant now = Instant.now();
                return new Anchor(now.getEpochSecond() * 1_000_000_000L + now.getNano(), System.nanoTime());
            }
        }

        private SystemClock() {}

        @Override
        public long nanos() {
            Anchor from = anchor;
            long gone = System.nanoTime() - from.monotonicNanos;
            if (gone > ASK_AGAIN_NANOS) {
                from = Anchor.now();
                anchor = from;
                gone = 0;
            }
            return from.epochNanos + gone;
        }
    }
}
