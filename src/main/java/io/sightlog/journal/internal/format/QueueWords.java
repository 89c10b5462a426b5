package io.sightlog.journal.internal.format;

import io.sightlog.event.Memory;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.os.IoReason;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** The words that writers share in {@code metadata.cq4t}, mapped for writing. Closed by whoever opened it. */
public final class QueueWords implements AutoCloseable {
    private final MappedByteBuffer mapping;
    private final Roll roll;
    private final long writeLock;
    private final long highestCycle;
    private final long modCount;

    private QueueWords(MappedByteBuffer mapping, Metadata metadata) {
        long start = Memory.addressOf(mapping);
        this.mapping = mapping;
        this.roll = metadata.roll();
        this.writeLock = start + metadata.writeLockOffset();
        this.highestCycle = start + metadata.highestCycleOffset();
        this.modCount = start + metadata.modCountOffset();
    }

    /** @throws JournalException when it is not complete, or cannot be written */
    public static QueueWords open(JournalDirectory directory) {
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            if (metadata == null) {
                throw new JournalException("cannot append to journal " + directory.path()
                        + ": its metadata.cq4t is not complete; try again");
            }
            try (FileChannel channel =
                    FileChannel.open(directory.metadata(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                int bytes = Math.max(
                                metadata.writeLockOffset(),
                                Math.max(metadata.highestCycleOffset(), metadata.modCountOffset()))
                        + 8;
                return new QueueWords(channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes), metadata);
            }
        } catch (IOException e) {
            throw new JournalException(
                    "cannot append to journal " + directory.path() + ": metadata.cq4t: " + IoReason.of(e), e);
        }
    }

    public Roll roll() {
        return roll;
    }

    /** Address of the lock word, 8-aligned. */
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

    @Override
    public void close() {
        Memory.free(mapping);
    }
}
