package io.sightlog.journal.internal.format;

import io.sightlog.event.Memory;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.os.Futex;
import io.sightlog.journal.internal.os.IoReason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * The words that writers of a journal share beside the queue's own, in {@code sightlog.signal}.
 *
 * <pre>
 *    0  4  magic "SLSG"
 *    4  4  version 1
 *    8  8  lastAppendedNanos, written under the write lock
 *   16  8  durable: index up to which the journal is on the device, plus 1; 0 not known
 *   64  4  wakes: counted up by a writer that wakes sleepers; what they sleep on
 *  128  4  sleepers: not 0 while somebody sleeps, or is about to
 * </pre>
 */
public final class Signal implements AutoCloseable {
    private static final int MAGIC = 'S' | 'L' << 8 | 'S' << 16 | 'G' << 24;
    private static final int VERSION = 1;
    private static final int LAST_APPENDED_NANOS = 8;
    private static final int DURABLE = 16;
    private static final int WAKES = 64;
    private static final int SLEEPERS = 128;

    private final SharedFile file;

    private Signal(SharedFile file) {
        this.file = file;
    }

    /**
     * Opens it for sleeping on.
     *
     * @return null while there is none, or when it cannot be written
     */
    static @Nullable public Signal tryOpen(JournalDirectory directory) {
        if (!Files.isWritable(directory.signal())
                || !Files.isRegularFile(directory.signal(), LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        try {
            return open(directory);
        } catch (JournalException e) {
            return null;
        }
    }

    /** Opens it for writing; makes it when it is not there. */
    public static Signal open(JournalDirectory directory) {
        try {
            SharedFile file = SharedFile.open(directory, directory.signal(), SharedFile.BYTES, NewFile::create);
            int magic = Memory.getInt(file.address());
            int version = Memory.getInt(file.address() + 4);
            if (magic == 0) {
                Memory.putInt(file.address() + 4, VERSION);
                Memory.putInt(file.address(), MAGIC);
            } else if (magic != MAGIC || version > VERSION) {
                file.close();
                throw new JournalException(directory.signal() + " is not what this Sightlog knows (version " + version
                        + "); a newer one may have made it");
            }
            return new Signal(file);
        } catch (IOException e) {
            throw Disk.failure("cannot write to journal " + directory.path() + ": sightlog.signal", e);
        }
    }

    /**
     * The stamp of the last append, read without opening it for writing; 0 when there is none, -1 when it is damaged.
     *
     * @throws FileAccessException when it cannot be read
     */
    public static long lastStamp(JournalDirectory directory) {
        try (InputStream in = Files.newInputStream(Disk.regular(directory.signal()))) {
            ByteBuffer page = ByteBuffer.wrap(in.readNBytes(SharedFile.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
            if (page.limit() < SharedFile.BYTES) {
                return -1;
            }
            long nanos = page.getLong(LAST_APPENDED_NANOS);
            boolean begun = page.getInt(0) != 0;
            return begun && (page.getInt(0) != MAGIC || page.getInt(4) != VERSION || nanos < 0) ? -1 : nanos;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            if (Disk.isNoFile(e)) {
                return -1;
            }
            throw FileAccessException.of("cannot read " + directory.signal(), e);
        }
    }

    /** The cycle of that stamp, -1 when there is none. */
    public static int lastCycle(JournalDirectory directory, Roll roll) {
        long nanos = lastStamp(directory);
        try {
            return nanos <= 0 ? -1 : Cycles.at(roll, nanos / 1_000_000);
        } catch (ArithmeticException e) {
            return -1;
        }
    }

    /** The stamp of the last append, 0 before the first. */
    public long lastAppendedNanos() {
        return Memory.getLongAcquire(file.address() + LAST_APPENDED_NANOS);
    }

    /** Under the write lock only. */
    public void lastAppendedNanos(long nanos) {
        Memory.putLongRelease(file.address() + LAST_APPENDED_NANOS, nanos);
    }

    /**
     * What {@link #durable()} says, for who may only read; below 0 also when there is no file.
     *
     * @throws FileAccessException when it cannot be read
     */
    public static long durable(JournalDirectory directory) {
        try (RandomAccessFile file =
                new RandomAccessFile(Disk.regular(directory.signal()).toFile(), "r")) {
            file.seek(DURABLE);
            return Long.reverseBytes(file.readLong()) - 1;
        } catch (EOFException e) {
            return -1;
        } catch (IOException e) {
            if (Disk.isNoFile(e) || Files.notExists(directory.signal())) {
                return -1;
            }
            throw FileAccessException.of("cannot read " + directory.signal(), e);
        }
    }

    /** Index of the last excerpt known to be on the device with all before it; below 0 when there is none. */
    public long durable() {
        return Memory.getLongAcquire(file.address() + DURABLE) - 1;
    }

    /** It only grows; any thread, any writer. */
    public void durable(long index) {
        long now = Memory.getLongAcquire(file.address() + DURABLE);
        while (now < index + 1 && !Memory.compareAndSetLong(file.address() + DURABLE, now, index + 1)) {
            now = Memory.getLongAcquire(file.address() + DURABLE);
        }
    }

    /** After an append: wakes whoever sleeps. Costs a load while nobody does. */
    public void wakeSleepers() {
        Memory.fullFence(); // the append before the look at sleepers
        if (Memory.getInt(file.address() + SLEEPERS) != 0 && Memory.compareAndSetInt(file.address() + SLEEPERS, 1, 0)) {
            Memory.addInt(file.address() + WAKES, 1);
            Futex.wakeAll(file.address() + WAKES);
        }
    }

    /**
     * Announces a sleep. The caller looks once more for events before it {@linkplain #sleep sleeps}.
     *
     * @return what to sleep on
     */
    public int announceSleep() {
        Memory.compareAndSetInt(file.address() + SLEEPERS, 0, 1);
        Memory.fullFence(); // the announcement before the last look
        return Memory.getIntAcquire(file.address() + WAKES);
    }

    /** Sleeps until a writer wakes us or the time is over, unless one has since the announcement. */
    public void sleep(int announced, long nanos) {
        Futex.await(file.address() + WAKES, announced, nanos);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new JournalException("cannot close the journal's signal file: " + IoReason.of(e), e);
        }
    }
}
