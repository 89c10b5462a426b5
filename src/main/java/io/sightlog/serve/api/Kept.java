package io.sightlog.serve.api;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that takes its time: a thread beside looks at it when somebody asks and the last look is old, and all others get what that one
 * has found. What takes long is looked at less often. Any thread.
 *
 * @param <T> what is kept
 */
final class Kept<T> {
    private static final long FIRST_WAIT_MILLIS = 1000;
    /** A look takes at most this share of the time. */
    private static final int SHARE = 10;

    private final ExecutorService beside;
    private final long maxAgeNanos;
    private final Supplier<T> look;

    private @Nullable Future<T> running;
    private @Nullable T last;
    private long lastTicks;
    private volatile long tookNanos;

    /** @param look gives the value; what it throws is thrown to whoever asks next */
    Kept(ExecutorService beside, long maxAgeNanos, Supplier<T> look) {
        this.beside = beside;
        this.maxAgeNanos = maxAgeNanos;
        this.look = look;
    }

    /**
     * The last value, which is made anew meanwhile when it is old.
     *
     * @return null when there is none within a second
     * @throws RuntimeException what the last look has thrown
     */
    @Nullable
    T get() {
        Future<T> awaited;
        synchronized (this) {
            take();
            if (running == null && (last == null || isOld())) {
                try {
                    running = beside.submit(this::look);
                } catch (RejectedExecutionException e) { // it is closing
                    return last;
                }
            }
            if (last != null || running == null) {
                return last;
            }
            awaited = running;
        }
        try {
            awaited.get(FIRST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // said below
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
        synchronized (this) {
            take();
            return last;
        }
    }

    private boolean isOld() {
        return System.nanoTime() - lastTicks >= Math.max(maxAgeNanos, SHARE * tookNanos);
    }

    private T look() {
        long begun = System.nanoTime();
        try {
            return look.get();
        } finally {
            tookNanos = System.nanoTime() - begun;
        }
    }

    private void take() {
        Future<T> done = running;
        if (done == null || !done.isDone()) {
            return;
        }
        running = null;
        try {
            last = done.get();
            lastTicks = System.nanoTime();
        } catch (ExecutionException e) {
            last = null;
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
