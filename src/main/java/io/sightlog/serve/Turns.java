package io.sightlog.serve;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who makes an answer now. One whose asker does not read gives its turn to others until it goes on. There is a bound to how many do not read:
 * beyond it the one that has not read for the longest is cut, and so is each while others wait for memory. Any thread.
 */
final class Turns {
    private final Semaphore all = new Semaphore(Limits.ANSWERS, /* fair= */ true);
    private final Semaphore pictures = new Semaphore(Limits.PICTURES, /* fair= */ true);
    private final BooleanSupplier isMemoryWanted;

    /** Since when, in ticks, those who do not read have not, the longest first. Guarded by itself. */
    private final Map<Connections.Deadline, Long> stalled = new LinkedHashMap<>();

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
            waits(deadline);
        }

        /** It reads again; waits for a turn. */
        void goesOn(Connections.Deadline deadline) {
            reads(deadline);
            if (isPicture) {
                pictures.acquireUninterruptibly();
            }
            all.acquireUninterruptibly();
            isTaken = true;
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

    /** Waits for a turn; null when there is none in so many milliseconds. */
    @Nullable
    Turn take(boolean isPicture, long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
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

    /** What is sent by this connection waits for its asker, without a turn. */
    void waits(Connections.Deadline deadline) {
        synchronized (stalled) {
            stalled.put(deadline, System.nanoTime());
            if (stalled.size() > Limits.STALLED) {
                Connections.Deadline longest = stalled.keySet().iterator().next();
                stalled.remove(longest);
                longest.in(0);
            }
        }
    }

    /** It was sent, or cannot be. */
    void reads(Connections.Deadline deadline) {
        synchronized (stalled) {
            stalled.remove(deadline);
        }
    }

    /** Once in a while: lets those go who hold memory that others wait for. */
    void look() {
        if (!isMemoryWanted.getAsBoolean()) {
            return;
        }
        long now = System.nanoTime();
        synchronized (stalled) {
            List<Connections.Deadline> cut = new ArrayList<>();
            stalled.forEach((deadline, since) -> {
                if (now - since >= TimeUnit.MILLISECONDS.toNanos(Limits.HOLDING_MILLIS)) {
                    deadline.in(0);
                    cut.add(deadline);
                }
            });
            stalled.keySet().removeAll(cut);
        }
    }
}
