package io.sightlog.journal.internal.append;

import io.sightlog.event.Memory;
import io.sightlog.event.ShownTime;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.LockWord;
import io.sightlog.journal.internal.format.MetadataWords;
import io.sightlog.journal.internal.format.WriterSlots;
import io.sightlog.journal.internal.os.KernelLocks;
import io.sightlog.journal.internal.os.Proc;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.util.concurrent.TimeUnit;

/** One wait for the write lock: whether its holder is dead, and if not, what to tell about it. */
final class HolderWatch {
    /**
     * For how long a holder without a slot must not move anything, besides its process not being there, before it is called dead: it
     * may live in another PID namespace, where it has another number.
     */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final JournalDirectory directory;
    private final MetadataWords words;
    private final WriterSlots slots;
    private final long mine;

    private long watched;
    private long movedAt;
    private long modCount;
    private long writePosition;

    HolderWatch(JournalDirectory directory, MetadataWords words, WriterSlots slots, long mine) {
        this.directory = directory;
        this.words = words;
        this.slots = slots;
        this.mine = mine;
        this.watched = LockWord.FREE;
    }

    /**
     * Takes the lock over when its holder is dead.
     *
     * @param holder the word as it was just read, not free
     * @param now {@link System#nanoTime}
     * @return whether the lock is ours now
     */
    boolean follow(long holder, long now) {
        if (holder == LockWord.UNCLEARED) {
            return swap(holder);
        }
        if (LockWord.slot(holder) >= 0) {
            // Whoever holds the slot's lock keeps others from becoming its owner, and so from writing the same word
            // anew.
            return slots.whileDead(LockWord.slot(holder), () -> swap(holder));
        }
        return !Proc.lives(LockWord.pid(holder)) && quiet(holder, now) && swap(holder);
    }

    private boolean swap(long holder) {
        return Memory.compareAndSetLong(words.writeLock(), holder, mine);
    }

    private boolean quiet(long holder, long now) {
        long position;
        try {
            position = writePosition();
        } catch (FileAccessException e) {
            movedAt = now; // nobody is dead because we cannot look
            return false;
        }
        if (holder != watched || modCount != words.modCount() || writePosition != position) {
            watched = holder;
            modCount = words.modCount();
            writePosition = position;
            movedAt = now;
        }
        return now - movedAt >= QUIET_NANOS;
    }

    /** Where the newest cycle's end is; -1 when that cannot be known. */
    private long writePosition() {
        int cycle = words.highestCycle();
        if (cycle < 0) {
            return -1;
        }
        try (CycleFile file = CycleFile.tryOpen(directory.cycleFile(words.roll(), cycle), cycle)) {
            if (file == null) {
                return -1;
            }
            CycleCursor cursor = file.start();
            cursor.toEnd();
            return cursor.position();
        } catch (FileAccessException e) {
            throw e;
        } catch (JournalException e) {
            return -1;
        }
    }

    /** Who holds it, in what state, and what to do. */
    String describe(long holder) {
        if (holder == LockWord.FREE) {
            return "other writers were always quicker; append less, or from fewer writers";
        }
        int slot = LockWord.slot(holder);
        long pid = LockWord.pid(holder);
        if (slot >= 0 && slot < WriterSlots.SLOTS) {
            String since = slots.heldNanos(slot) == 0 ? "" : " since " + ShownTime.of(slots.heldNanos(slot));
            if (slots.isOwn(slot)) {
                return "another writer of this process holds the write lock" + since + ": let it end its append";
            }
            if (!slots.isHere(slot)) {
                return "process " + pid + " of another PID namespace, on host " + slots.host(slot)
                        + ", holds the write lock" + since + ": continue it, or end it, there";
            }
            KernelLocks.Holder stranger = slots.stranger(directory, slot);
            if (stranger != null) {
                return stranger.describe() + " has locked the slot of process " + pid
                        + " in sightlog.writers, so that nobody can tell whether that one, which holds the write lock, is"
                        + " dead: end " + stranger.describe();
            }
            return "process " + pid + " holds the write lock" + since + andIs(pid);
        }
        return "process " + pid + ", no Sightlog of this version, holds the write lock" + andIs(pid);
    }

    private static String andIs(long pid) {
        return switch (Proc.state(pid)) {
            case 'T', 't' -> " and is stopped: continue it (kill -CONT " + pid + ") or end it (kill -9 " + pid + ")";
            case Proc.GONE, 'Z', 'X' -> " and is not there: try again";
            default -> " and is running: wait for it, or end it (kill -9 " + pid + ")";
        };
    }
}
