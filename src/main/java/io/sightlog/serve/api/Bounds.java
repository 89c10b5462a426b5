package io.sightlog.serve.api;

import java.util.function.LongSupplier;

/**
 * How much one question may read.
 *
 * @param mostEvents so many events
 * @param mostNanos so long
 * @param progressNanos how often it is said how far it is
 * @param ticks nanoseconds from any beginning
 */
record Bounds(long mostEvents, long mostNanos, long progressNanos, LongSupplier ticks) {
    static final Bounds DEFAULT = new Bounds(5_000_000, 10_000_000_000L, 500_000_000L, System::nanoTime);
}
