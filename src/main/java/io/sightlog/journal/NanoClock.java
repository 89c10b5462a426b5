package io.sightlog.journal;

import io.sightlog.event.EpochNanos;

/** Time in nanoseconds since the epoch. */
@FunctionalInterface
public interface NanoClock {
    /** The machine's clock, for any thread; see {@link EpochNanos}. */
    NanoClock SYSTEM = new SystemClock();

    /** Now, nanoseconds since the epoch. Called by writers on every append, under the write lock: it must not block. */
    long nanos();

    /** No lambda: making one would cost short verbs milliseconds. */
    final class SystemClock implements NanoClock {
        private SystemClock() {}

        @Override
        public long nanos() {
            return EpochNanos.now();
        }
    }
}
