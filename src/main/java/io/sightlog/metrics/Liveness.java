package io.sightlog.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a loop still goes round: it beats each time, also while it waits, and whoever asks sees when it last did. That a broker or
 * a camera is away is no reason to be called dead. Any thread.
 */
public final class Liveness {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final long limitNanos;
    private final LongSupplier nanoTime;
    private final AtomicLong lastNanos;

    /** @param limit after so long without a beat it counts as dead; longer than the longest that one round may take */
    public Liveness(Duration limit) {
        this(limit, System::nanoTime);
    }

    Liveness(Duration limit, LongSupplier nanoTime) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("a limit longer than nothing is needed, not " + limit);
        }
        this.limitNanos = limit.toNanos();
        this.nanoTime = nanoTime;
        this.lastNanos = new AtomicLong(nanoTime.getAsLong());
    }

    /** The loop has come round. Allocates nothing, waits for nobody. */
    public void beat() {
        lastNanos.lazySet(nanoTime.getAsLong());
    }

    /** The same question as the given one, which the loop asks each time it comes round: asked by this thread, it is a beat. */
    public BooleanSupplier beatsWith(BooleanSupplier asked) {
        Thread loop = Thread.currentThread();
        return () -> {
            if (Thread.currentThread() == loop) {
                beat();
            }
            return asked.getAsBoolean();
        };
    }

    /** One line for people when it is dead, null while it lives. */
    public @Nullable String whyNot() {
        long silentNanos = nanoTime.getAsLong() - lastNanos.get();
        return silentNanos <= limitNanos
                ? null
                : "the loop has not come round for " + silentNanos / NANOS_PER_SECOND + " s, the limit is "
                        + limitNanos / NANOS_PER_SECOND + " s";
    }
}
