package io.sightlog.journal.internal.format;

import io.sightlog.event.Memory;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.os.IoReason;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

/**
 * The words in {@code metadata.cq4t} that writers share, and those who delete cycles, mapped for writing. Closed by whoever
 * opened it. Any thread may load them; {@link #lock} and what is done under it belong to one thread at a time.
 */
public final class MetadataWords implements AutoCloseable {
    private static final long LOCK_WAIT_NANOS = 2_000_000_000L;
    private static final long PAUSE_NANOS = 50_000;

    private final JournalDirectory directory;
    private final MappedByteBuffer mapping;
    private final Roll roll;
    private final long writeLock;
    private final long highestCycle;
    private final long lowestCycle;
    private final long modCount;

    private MetadataWords(JournalDirectory directory, MappedByteBuffer mapping, Metadata metadata) {
        this.directory = directory;
        this.mapping = mapping;
        this.roll = metadata.roll();
        long start = Memory.addressOf(mapping);
        this.writeLock = start + metadata.writeLockOffset();
        this.highestCycle = start + metadata.highestCycleOffset();
        this.lowestCycle = start + metadata.lowestCycleOffset();
        this.modCount = start + metadata.modCountOffset();
    }

    /**
     * @param what it is opened for: "append to"
     * @throws JournalException when there is no journal, or it is not complete yet, or may not be written to
     */
    public static MetadataWords open(JournalDirectory directory, String what) {
        String cannot = "cannot " + what + " journal " + directory.path() + ": ";
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            if (metadata == null) {
                throw new JournalException(cannot + "its metadata.cq4t is not there, or not complete yet; try again");
            }
            try (FileChannel channel =
                    FileChannel.open(directory.metadata(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                return new MetadataWords(
                        directory, channel.map(FileChannel.MapMode.READ_WRITE, 0, metadata.bytesOfWords()), metadata);
            }
        } catch (IOException e) {
            throw new JournalException(cannot + "metadata.cq4t: " + IoReason.of(e), e);
        }
    }

    public Roll roll() {
        return roll;
    }

    /** Address of the lock word, 8-aligned: see {@link LockWord}. */
    public long writeLock() {
        return writeLock;
    }

    /** The highest cycle a writer has opened; below 0 before the first. */
    public int highestCycle() {
        return (int) Math.max(Integer.MIN_VALUE, Memory.getLongAcquire(highestCycle));
    }

    /** Counted up whenever a cycle is opened. */
    public long modCount() {
        return Memory.getLongAcquire(modCount);
    }

    /** The list of cycles has changed: a file was made. */
    public void changed() {
        long count = modCount();
        while (!Memory.compareAndSetLong(modCount, count, count + 1)) {
            count = modCount();
        }
    }

    /** Makes a new one as if no queue had been opened with it yet. */
    public void neverOpened() {
        Memory.putLong(modCount, 0);
    }

    /**
     * Takes the write lock as a process without a slot, for much less than a second, so that no writer is in the middle of
     * opening a file.
     *
     * @throws JournalException when another holds it all the time, naming it; then nothing was taken
     */
    public void lock() {
        long end = System.nanoTime() + LOCK_WAIT_NANOS;
        while (!Memory.compareAndSetLong(
                writeLock, LockWord.FREE, ProcessHandle.current().pid())) {
            long holder = Memory.getLongAcquire(writeLock);
            if (System.nanoTime() - end > 0) {
                throw new JournalException("the write lock of " + directory.path() + " is held by process "
                        + LockWord.pid(holder) + " for more than " + LOCK_WAIT_NANOS / 1_000_000_000L
                        + " s: sightlog doctor says what to do");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** @throws JournalException when it was taken from us meanwhile */
    public void unlock() {
        if (!Memory.compareAndSetLong(writeLock, ProcessHandle.current().pid(), LockWord.FREE)) {
            throw new JournalException("the write lock of " + directory.path()
                    + " was taken from this process while it held it, by process "
                    + LockWord.pid(Memory.getLongAcquire(writeLock)));
        }
    }

    /** Under the lock: the oldest cycle that is left. */
    public void oldestIs(int cycle) {
        Memory.putLongRelease(lowestCycle, cycle);
        Memory.putLongRelease(modCount, Memory.getLongAcquire(modCount) + 1);
    }

    @Override
    public void close() {
        Memory.free(mapping);
    }
}
