package io.sightlog.journal.internal.append;

import io.sightlog.event.Memory;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.LockWord;
import io.sightlog.journal.internal.format.MetadataWords;
import io.sightlog.journal.internal.format.WriterSlots;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import net.openhft.chronicle.queue.impl.single.WriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The lock that orders the writers of a journal: the word that Chronicle Queue has for it, held under the rules of
 * {@code docs/format.md}. A holder that has died is followed at once; one that lives, however slowly, is never robbed.
 *
 * <p>Not reentrant; one writer each, on the writer's thread. Taking and releasing it costs a swap each, and allocates nothing.
 */
final class WriterLock implements WriteLock {
    /** What is done each time the lock has been taken, before anything else is. */
    interface Taken {
        /**
         * @param afterDeath whether its holder died with it
         * @throws RuntimeException and it is released again
         */
        void lockTaken(boolean afterDeath);
    }

    private static final long FREE = LockWord.FREE;
    private static final int SPINS = 200;
    private static final int YIELDS = 100;
    private static final long SHORTEST_PAUSE_NANOS = 20_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000;
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final JournalDirectory directory;
    private final MetadataWords words;
    private final WriterSlots.Slot slot;
    private final Taken taken;
    private final long timeoutNanos;
    private final long word;
    private final long mine;
    private @Nullable String lost;

    /** @param timeoutNanos how long to wait for a holder that lives */
    WriterLock(JournalDirectory directory, MetadataWords words, WriterSlots.Slot slot, long timeoutNanos, Taken taken) {
        this.directory = directory;
        this.words = words;
        this.slot = slot;
        this.taken = taken;
        this.timeoutNanos = timeoutNanos;
        this.word = words.writeLock();
        this.mine = slot.word();
    }

    /** @throws JournalException when it cannot be had in time, naming who holds it; nothing was taken then */
    @Override
    public void lock() {
        boolean afterDeath = !Memory.compareAndSetLong(word, FREE, mine) && await();
        boolean done = false;
        try {
            taken.lockTaken(afterDeath);
            done = true;
        } finally {
            if (!done) {
                // what a dead one left may still be there: the next one shall know
                release(afterDeath ? LockWord.UNCLEARED : FREE);
            }
        }
    }

    /** Returns when it is ours; true when we took it from a dead holder. */
    @SuppressWarnings("ThreadPriorityCheck") // where cores are few, the holder may be waiting for ours
    private boolean await() {
        long start = System.nanoTime();
        boolean interrupted = false;
        try {
            HolderWatch watch = new HolderWatch(directory, words, slot.slots(), mine);
            long pause = SHORTEST_PAUSE_NANOS;
            long looked = start;
            for (int tries = 0; ; tries++) {
                long holder = Memory.getLongAcquire(word);
                if (holder == FREE && Memory.compareAndSetLong(word, FREE, mine)) {
                    return false;
                }
                if (tries < SPINS) {
                    Thread.onSpinWait();
                    continue;
                }
                if (tries < SPINS + YIELDS) {
                    Thread.yield();
                    continue;
                }
                long now = System.nanoTime();
                if (holder != FREE && now - looked >= LOOK_EVERY_NANOS) {
                    looked = now;
                    if (watch.follow(holder, now)) {
                        return true;
                    }
                }
                if (now - start >= timeoutNanos) {
                    throw new JournalException("cannot append to journal " + directory.path() + ": "
                            + watch.describe(Memory.getLongAcquire(word)));
                }
                interrupted |= Thread.interrupted(); // an interrupt would make every pause end at once
                LockSupport.parkNanos(this, pause);
                pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void unlock() {
        release(FREE);
    }

    private void release(long next) {
        if (!Memory.compareAndSetLong(word, mine, next)) {
            long now = Memory.getLongAcquire(word);
            lost = now == FREE ? "nobody" : "process " + LockWord.pid(now);
        }
    }

    /**
     * Who had the lock when we were about to release it; null when all is well. What was appended under it may lie over, or
     * under, what another one appended.
     */
    @Nullable
    String lost() {
        return lost;
    }

    @Override
    public boolean locked() {
        return Memory.getLongAcquire(word) != FREE;
    }

    /** Never: {@link #lock} does, and does it right. */
    @Override
    public boolean forceUnlockIfProcessIsDead() {
        return !locked();
    }

    @Override
    public boolean isLockedByCurrentProcess(LongConsumer notCurrentProcessConsumer) {
        long holder = Memory.getLongAcquire(word);
        if (holder != FREE && LockWord.pid(holder) == LockWord.pid(mine)) {
            return true;
        }
        notCurrentProcessConsumer.accept(holder);
        return false;
    }

    /** Does nothing: its parts belong to the writer. */
    @Override
    public void close() {}
}
