package io.sightlog.serve;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who makes an answer now. One whose asker does not read gives its turn to others, and goes on without one when none is free then. There is a
 * bound to how many do not read: of more, the one that has not read for the longest is cut. While others wait for memory, everyone who has not
 * read for a second is cut. Any thread.
 */
final class Turns {
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(Limits.STALL_MILLIS);
    private static final long HOLDING_NANOS = TimeUnit.MILLISECONDS.toNanos(Limits.HOLDING_MILLIS);

    private final Semaphore all = new Semaphore(Limits.ANSWERS, /* fair= */ true);
    private final Semaphore pictures = new Semaphore(Limits.PICTURES, /* fair= */ true);
    private final BooleanSupplier isMemoryWanted;

    /** Since when, in ticks, what was sent to each waits to be taken, about the longest first. Guarded by itself. */
    private final Map<Connections.Deadline, Long> waiting = new LinkedHashMap<>();

    /** @param isMemoryWanted whether some wait for memory that others have */
    Turns(BooleanSupplier isMemoryWanted) {
        this.isMemoryWanted = isMemoryWanted;
    }

    /** Of one answer, which is made by one thread. */
    final class Turn implements AutoCloseable {
        private final boolean isPicture;
        private boolean isTaken;

        private Turn(boolean isPicture) {
            this.isPicture = isPicture;
            isTaken = true;
        }

        /** The asker does not read: others go on meanwhile. */
        void stalls(Connections.Deadline deadline) {
            close();
            waits(deadline, System.nanoTime() - STALL_NANOS);
        }

        /** It reads again. Waits for no turn: it may have memory that those who have one wait for. */
        void goesOn() {
            if (isPicture && !pictures.tryAcquire()) {
                return;
            }
            isTaken = all.tryAcquire();
            if (isPicture && !isTaken) {
                pictures.release();
            }
        }

        @Override
        public void close() {
            if (isTaken) {
                isTaken = false;
                all.release();
                if (isPicture) {
                    pictures.release();
                }
            }
        }
    }

    /** Waits for a turn; null when there is none in so many milliseconds, or when too many wait for pictures. */
    @Nullable
    Turn take(boolean isPicture, long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        if (isPicture && pictures.getQueueLength() >= Limits.WAITING_PICTURES) {
            return null; // or they would take all threads from those who ask for something else
        }
        try {
            if (isPicture && !pictures.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
                return null;
            }
            if (all.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return new Turn(isPicture);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null; // the server is closing
        }
        if (isPicture) {
            pictures.release();
        }
        return null;
    }

    /** What is sent by this connection since then, in ticks, waits for its asker, without a turn. */
    void waits(Connections.Deadline deadline, long sinceNanos) {
        synchronized (waiting) {
            waiting.put(deadline, sinceNanos);
        }
        look();
    }

    /** It was sent, or cannot be. */
    void reads(Connections.Deadline deadline) {
        synchronized (waiting) {
            waiting.remove(deadline);
        }
    }

    /** Once in a while, and when one more waits: cuts those who do not read, where they are too many or others wait for memory. */
    void look() {
        boolean isWanted = isMemoryWanted.getAsBoolean();
        long now = System.nanoTime();
        synchronized (waiting) {
            Map<Connections.Deadline, Long> stalled = new LinkedHashMap<>(waiting);
            stalled.values().removeIf(since -> now - since < STALL_NANOS);
            int beyond = stalled.size() - Limits.STALLED;
            for (Map.Entry<Connections.Deadline, Long> one : stalled.entrySet()) {
                if (beyond > 0 || (isWanted && now - one.getValue() >= HOLDING_NANOS)) {
                    one.getKey().in(0);
                    waiting.remove(one.getKey());
                }
                beyond--;
            }
        }
    }
}
