package io.sightlog.journal.internal.format;

import io.sightlog.event.Memory;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.os.IoReason;
import io.sightlog.journal.internal.os.KernelLocks;
import io.sightlog.journal.internal.os.Proc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may hold the write lock: {@code sightlog.writers}, a slot for each open writer. A slot is owned by a record lock of the
 * kernel on its first byte, from opening to closing; the kernel releases it when the process ends, whatever its number, its PID
 * namespace and the way it ends. What is written in a slot serves messages, and one more look before a writer is called dead.
 *
 * <pre>
 *    0  4  magic "SLWR"
 *    4  4  version 1
 *    8  4  slots, 1024
 *   16  8  checked: boot, as in a slot, in which the newest cycles were last checked; 0 never
 * 4096     slots, 64 bytes each: {@link WriterRecord}
 * </pre>
 *
 * <p>A process loses its record locks when it closes any handle of the file. So there is one instance a file and process, under
 * the monitor of {@link #OPEN}, and nothing else opens the file. Its channel is one that an interrupt does not close.
 */
public final class WriterSlots {
    public static final int SLOTS = 1024;

    private static final int MAGIC = 'S' | 'L' << 8 | 'W' << 16 | 'R' << 24;
    private static final int VERSION = 1;
    private static final int CHECKED = 16;
    private static final int FIRST = 4096;
    private static final int FILE_BYTES = FIRST + SLOTS * WriterRecord.BYTES;

    private static final Map<Object, WriterSlots> OPEN = new HashMap<>();

    private final Object key;
    private final SharedFile file;
    private final AsynchronousFileChannel channel;
    private final @Nullable FileLock[] own = new FileLock[SLOTS];
    private int owned;

    private WriterSlots(Object key, SharedFile file, AsynchronousFileChannel channel) {
        this.key = key;
        this.file = file;
        this.channel = channel;
    }

    /** Whether the newest cycles were checked since the machine started. */
    public boolean isChecked() {
        long boot = Proc.bootId();
        return boot != 0 && Memory.getLong(file.address() + CHECKED) == boot;
    }

    /** They are now. Under the write lock only. */
    public void checked() {
        Memory.putLong(file.address() + CHECKED, Proc.bootId());
    }

    /** A writer's slot, until it is closed. */
    public final class Slot implements AutoCloseable {
        private final int number;
        private final long record;
        private boolean closed;

        private Slot(int number) {
            this.number = number;
            this.record = record(number);
        }

        /** What the lock word is while this writer holds it. */
        public long word() {
            return LockWord.of(ProcessHandle.current().pid(), number);
        }

        /** The write lock was taken at this time. */
        public void held(long nanos) {
            WriterRecord.held(record, nanos);
        }

        /** Asks about others' slots in the same file. */
        public WriterSlots slots() {
            return WriterSlots.this;
        }

        @Override
        public void close() {
            synchronized (OPEN) {
                if (!closed) {
                    closed = true;
                    giveBack(number);
                }
            }
        }
    }

    /**
     * Takes a free slot. One that the lock word names is not free, though its owner is dead: whoever follows the dead holder
     * must be able to tell.
     *
     * @throws JournalException when there is none, or the file cannot be written
     */
    public static Slot take(JournalDirectory directory, MetadataWords words) {
        boolean interrupted = Thread.interrupted(); // which would close a channel while we open it
        try {
            synchronized (OPEN) {
                WriterSlots slots = open(directory);
                try {
                    return slots.takeFree(directory, words);
                } finally {
                    slots.closeUnused();
                }
            }
        } catch (IOException e) {
            throw Disk.failure("cannot append to journal " + directory.path() + ": sightlog.writers", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static WriterSlots open(JournalDirectory directory) throws IOException {
        Path path = directory.writers();
        WriterSlots known = Files.exists(path) ? OPEN.get(key(path)) : null;
        if (known != null) {
            return known;
        }
        if (Files.exists(path)) {
            Ownership.narrow(path);
        }
        SharedFile file = SharedFile.open(directory, path, FILE_BYTES, NewFile::createLocked);
        WriterSlots opened = null;
        try {
            int magic = Memory.getInt(file.address());
            if (magic == 0) {
                Memory.putInt(file.address() + 8, SLOTS);
                Memory.putInt(file.address() + 4, VERSION);
                Memory.putInt(file.address(), MAGIC);
            } else if (magic != MAGIC
                    || Memory.getInt(file.address() + 4) != VERSION
                    || Memory.getInt(file.address() + 8) != SLOTS) {
                throw new JournalException(path + " is not what this Sightlog knows (version "
                        + Memory.getInt(file.address() + 4) + "); a newer one may have made it");
            }
            opened = new WriterSlots(
                    key(path),
                    file,
                    AsynchronousFileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
            OPEN.put(opened.key, opened);
            return opened;
        } finally {
            if (opened == null) {
                file.close();
            }
        }
    }

    private static Object key(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path.toRealPath() : key;
    }

    private Slot takeFree(JournalDirectory directory, MetadataWords words) throws IOException {
        for (int slot = 0; slot < SLOTS; slot++) {
            FileLock lock = tryLock(slot);
            if (lock != null) {
                if (!WriterRecord.seemsAlive(record(slot))
                        && LockWord.slot(Memory.getLongAcquire(words.writeLock())) != slot) {
                    own[slot] = lock;
                    owned++;
                    WriterRecord.write(record(slot));
                    return new Slot(slot);
                }
                lock.release();
            }
        }
        KernelLocks.Holder locker = KernelLocks.of(directory.writers(), FIRST);
        if (locker != null && locker.pid() != WriterRecord.pid(record(0))) {
            throw new JournalException("cannot append to journal " + directory.path() + ": " + locker.describe()
                    + ", which is no writer of it, has locked sightlog.writers: end that process");
        }
        throw new JournalException(
                "all " + SLOTS + " slots for writers are taken: close writers, or use one for several threads");
    }

    private @Nullable FileLock tryLock(int slot) throws IOException {
        if (own[slot] != null) {
            return null;
        }
        try {
            return channel.tryLock(FIRST + (long) slot * WriterRecord.BYTES, 1, false);
        } catch (OverlappingFileLockException e) {
            return null; // of this process all the same, by way of another class loader
        }
    }

    private void giveBack(int slot) {
        FileLock lock = own[slot];
        own[slot] = null;
        owned--;
        WriterRecord.clear(record(slot));
        try {
            if (lock != null) {
                lock.release();
            }
            closeUnused();
        } catch (IOException e) {
            throw new JournalException("cannot close sightlog.writers: " + IoReason.of(e), e);
        }
    }

    private void closeUnused() throws IOException {
        if (owned == 0) {
            OPEN.remove(key);
            channel.close();
            file.close();
        }
    }

    /**
     * Does something while it is certain that the owner of a slot is dead and nobody becomes its owner.
     *
     * @return what the action returned; false when the owner lives, or cannot be known
     */
    public boolean whileDead(int slot, BooleanSupplier action) {
        if (slot < 0 || slot >= SLOTS) {
            return false;
        }
        synchronized (OPEN) {
            try {
                FileLock lock = tryLock(slot);
                if (lock == null) {
                    return false;
                }
                try {
                    return !WriterRecord.seemsAlive(record(slot)) && action.getAsBoolean();
                } finally {
                    lock.release();
                }
            } catch (IOException e) {
                return false;
            }
        }
    }

    /** Whether it is a writer of this process. */
    public boolean isOwn(int slot) {
        synchronized (OPEN) {
            return own[slot] != null;
        }
    }

    /** Who, other than the process it names, keeps others from telling whether that one lives; null when nobody does. */
    public KernelLocks.@Nullable Holder stranger(JournalDirectory directory, int slot) {
        KernelLocks.Holder locker = KernelLocks.of(directory.writers(), FIRST + (long) slot * WriterRecord.BYTES);
        return locker == null
                        || locker.pid() == WriterRecord.pid(record(slot))
                        || (locker.pid() == 0 && WriterRecord.seemsAlive(record(slot)))
                ? null
                : locker;
    }

    /** When its owner last took the write lock, nanoseconds since the epoch; 0 never. */
    public long heldNanos(int slot) {
        return WriterRecord.heldNanos(record(slot));
    }

    /** Whether it is of this boot and PID namespace, so that its process id means something here. */
    public boolean isHere(int slot) {
        return WriterRecord.isHere(record(slot));
    }

    /** Name of the machine that its owner runs on, as it calls itself. */
    public String host(int slot) {
        return WriterRecord.host(record(slot));
    }

    private long record(int slot) {
        return file.address() + FIRST + (long) slot * WriterRecord.BYTES;
    }

    /**
     * Reads a slot by opening and closing the file, which would cost a writer of this process its slot: only for processes
     * without one.
     *
     * @return null when it cannot be read
     */
    public static WriterRecord.@Nullable Owner owner(JournalDirectory directory, int slot) {
        ByteBuffer record = ByteBuffer.allocate(WriterRecord.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel file = FileChannel.open(directory.writers(), StandardOpenOption.READ)) {
            long at = FIRST + (long) slot * WriterRecord.BYTES;
            return file.read(record, at) < WriterRecord.BYTES ? null : WriterRecord.owner(record);
        } catch (IOException e) {
            return null;
        }
    }
}
