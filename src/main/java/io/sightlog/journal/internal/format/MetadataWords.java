package io.sightlog.journal.internal.format;

import io.sightlog.event.Memory;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.internal.os.IoReason;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

/**
 * The words of {@code metadata.cq4t}, writable, for who deletes cycles: that takes the write lock for an instant, so that no
 * writer is in the middle of opening the file that goes. One thread at a time.
 */
public final class MetadataWords implements AutoCloseable {
    private static final int BYTES = 1 << 16;
    private static final long LOCK_WAIT_NANOS = 2_000_000_000L;
    private static final long PAUSE_NANOS = 50_000;

    private final JournalDirectory directory;
    private final MappedByteBuffer mapping;
    private final long writeLock;
    private final long lowestCycle;
    private final long modCount;

    private MetadataWords(JournalDirectory directory, MappedByteBuffer mapping, Metadata metadata) {
        this.directory = directory;
        this.mapping = mapping;
        long start = Memory.addressOf(mapping);
        this.writeLock = start + metadata.writeLockOffset();
        this.lowestCycle = start + metadata.lowestCycleOffset();
        this.modCount = start + metadata.modCountOffset();
    }

    /** @throws JournalException when there is no journal, or no permission */
    public static MetadataWords open(JournalDirectory directory) {
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            if (metadata == null) {
                throw new JournalException("no journal in " + directory.path() + " yet");
            }
            long last = Math.max(
                    metadata.writeLockOffset(), Math.max(metadata.lowestCycleOffset(), metadata.modCountOffset()));
            try (FileChannel channel =
                    FileChannel.open(directory.metadata(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                long bytes = Math.max(Math.min(BYTES, channel.size()), last + Long.BYTES);
                return new MetadataWords(directory, channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes), metadata);
            } catch (IOException e) {
                throw new JournalException("cannot write " + directory.metadata() + ": " + IoReason.of(e), e);
            }
        }
    }

    /**
     * Takes the write lock as a process without a slot, for much less than a second.
     *
     * @throws JournalException when another holds it all the time, naming it; then nothing was taken
     */
    public void lock() {
        long end = System.nanoTime() + LOCK_WAIT_NANOS;
        while (!Memory.compareAndSetLong(
                writeLock, Metadata.UNLOCKED, ProcessHandle.current().pid())) {
            long holder = Memory.getLongAcquire(writeLock);
            if (System.nanoTime() - end > 0) {
                throw new JournalException("the write lock of " + directory.path() + " is held by process "
                        + Metadata.pid(holder) + " for more than " + LOCK_WAIT_NANOS / 1_000_000_000L
                        + " s: sightlog doctor says what to do");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** @throws JournalException when it was taken from us meanwhile */
    public void unlock() {
        if (!Memory.compareAndSetLong(writeLock, ProcessHandle.current().pid(), Metadata.UNLOCKED)) {
            throw new JournalException("the write lock of " + directory.path()
                    + " was taken from this process while it held it, by process "
                    + Metadata.pid(Memory.getLongAcquire(writeLock)));
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
