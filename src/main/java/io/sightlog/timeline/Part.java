package io.sightlog.timeline;

import io.sightlog.journal.CycleStatus;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What is known of a cycle, or of a day or month of cycles. */
sealed interface Part {
    /** A cycle of which nothing is known yet. */
    record Missing(CycleStatus cycle) implements Part {}

    /**
     * One that has a file. Immutable.
     *
     * @param name of the file
     * @param levels lengths of its buckets in seconds
     * @param bytes its size
     * @param damaged what was left out in it
     * @param cycle that it is of, null for a day or month
     */
    record Filed(
            IndexHead.Of of,
            String name,
            long startSecond,
            long seconds,
            MadeFrom origin,
            int[] levels,
            long bytes,
            long damaged,
            @Nullable CycleStatus cycle)
            implements Part {
        static Filed of(String name, IndexHead head, @Nullable CycleStatus cycle) {
            return new Filed(
                    head.of(),
                    name,
                    head.startSecond(),
                    head.seconds(),
                    head.origin(),
                    head.levels(),
                    head.totalBytes(),
                    head.damaged(),
                    cycle);
        }

        long endSecond() {
            return startSecond + seconds;
        }

        /** Another one, even of the same content, is another file. */
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return origin.hashCode();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** The cycle that is written to: a table that grows. Any thread. */
    final class Open implements Part {
        final CycleStatus cycle;
        /** For the table. Fair, so that who asks is not kept waiting by who goes on. */
        final ReentrantLock lock = new ReentrantLock(true);

        final EventIndexer indexer;
        /** Whether all that was there is in it. */
        volatile boolean isCaughtUp;
        /** Whether another part stands for the cycle by now; under the lock. */
        private boolean isClosed;

        Open(CycleStatus cycle, EventIndexer indexer) {
            this.cycle = cycle;
            this.indexer = indexer;
        }

        /** Under the lock, once another part stands for it. */
        void close() {
            isClosed = true;
            indexer.table.close();
        }

        /**
         * @return what was left out in it
         * @throws BadIndexException when another part stands for it by now
         */
        long read(long width, long fromSecond, long toSecond, Cells cells) throws IOException {
            lock.lock();
            try {
                if (isClosed) {
                    throw new BadIndexException("the cycle was closed meanwhile");
                }
                IndexTable table = indexer.table;
                table.read(Levels.dividing(table.levels, width), fromSecond, toSecond, cells);
                return indexer.damaged();
            } finally {
                lock.unlock();
            }
        }

        /** Up to when all is in it, since the epoch: to the end of the cycle once it has caught up. */
        long knownTo() {
            boolean isDone = isCaughtUp;
            lock.lock();
            try {
                return isDone ? cycle.startSeconds() + cycle.seconds() : indexer.table.nowSecond();
            } finally {
                lock.unlock();
            }
        }
    }
}
