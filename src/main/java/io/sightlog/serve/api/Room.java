package io.sightlog.serve.api;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory that answers may take together while they are made and sent, so that many large ones at once wait for each other and do not
 * fill the heap. With a heap of a gigabyte or more nobody waits. Any thread.
 */
final class Room {
    private static final long WAIT_MILLIS = 10_000;
    private static final int UNIT_BYTES = 1 << 10;

    private final int units;
    private final Semaphore free;
    private final long waitMillis;

    Room(long bytes, long waitMillis) {
        units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT_BYTES));
        free = new Semaphore(units, /* fair= */ true);
        this.waitMillis = waitMillis;
    }

    /** Half of the heap that this program may have; the rest is for what is always there. */
    static Room ofHeap() {
        return new Room(Runtime.getRuntime().maxMemory() / 2, WAIT_MILLIS);
    }

    /** What one answer has taken, until it is closed. One thread. */
    final class Part implements AutoCloseable {
        private int taken;

        private Part(int taken) {
            this.taken = taken;
        }

        /** Gives back all but this. */
        void keep(long bytes) {
            int kept = Math.min(taken, units(bytes));
            free.release(taken - kept);
            taken = kept;
        }

        @Override
        public void close() {
            keep(0);
        }
    }

    /** Whether some wait for memory that others have. */
    boolean isWanted() {
        return free.hasQueuedThreads();
    }

    private int units(long bytes) {
        return (int) Math.min(units, (bytes + UNIT_BYTES - 1) / UNIT_BYTES);
    }

    /**
     * Waits until there is so much. What is more than there can be takes all of it.
     *
     * @throws Refusal with status 503 when there is not enough for a while
     */
    Part take(long bytes) throws Refusal {
        int wanted = units(bytes);
        try {
            if (free.tryAcquire(wanted, waitMillis, TimeUnit.MILLISECONDS)) {
                return new Part(wanted);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new Refusal(
                503,
                "others are given as much as the memory allows; ask again, or start serve with SIGHTLOG_OPTS=-Xmx4g");
    }
}
