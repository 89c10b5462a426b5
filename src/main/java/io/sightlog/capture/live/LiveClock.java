package io.sightlog.capture.live;

import io.sightlog.event.EpochNanos;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The time, for cameras. Any thread may use it. */
interface LiveClock {
    LiveClock SYSTEM = new LiveClock() {
        private static final long PIECE_NANOS = 50_000_000;

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long epochNanos() {
            return EpochNanos.now();
        }

        @Override
        public void sleep(long nanos, BooleanSupplier until) {
            long end = System.nanoTime() + nanos;
            while (!until.getAsBoolean()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                LockSupport.parkNanos(Math.min(left, PIECE_NANOS));
            }
        }
    };

    /** Of an unknown beginning; never goes back. */
    long nanoTime();

    /** Since 1970. */
    long epochNanos();

    /** Waits, at most until a condition holds, which is looked at some twenty times a second. */
    void sleep(long nanos, BooleanSupplier until);
}
