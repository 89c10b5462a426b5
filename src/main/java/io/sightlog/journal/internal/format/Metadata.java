package io.sightlog.journal.internal.format;

import io.sightlog.event.Memory;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.os.FileView;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** The queue's {@code metadata.cq4t}, read-only: how it rolls, and the words its writers share. */
public final class Metadata implements AutoCloseable {
    private static final int MAX_DOCUMENT_BYTES = 4096;
    private static final int MAX_FILE_BYTES = 1 << 20;

    private final FileView view;
    private final Roll roll;
    private final long highestCycle;
    private final long lowestCycle;
    private final long modCount;
    private final long writeLock;

    private Metadata(FileView view, Roll roll, Table table) {
        this.view = view;
        this.roll = roll;
        this.highestCycle = table.highestCycle;
        this.lowestCycle = table.lowestCycle;
        this.modCount = table.modCount;
        this.writeLock = table.writeLock;
    }

    /** Addresses of the words that are looked for, 0 while not found. */
    private static final class Table {
        private long highestCycle;
        private long lowestCycle;
        private long modCount;
        private long writeLock;
        private long appendLock; // the queue's own, and never held: it is the last that a maker writes

        boolean isComplete() {
            return highestCycle != 0 && lowestCycle != 0 && modCount != 0 && writeLock != 0 && appendLock != 0;
        }
    }

    /**
     * Opens it when it is complete.
     *
     * @return null while it is not there, or not complete yet
     * @throws JournalException when it is there and cannot be read, or is not what it should be
     */
    static @Nullable public Metadata tryOpen(JournalDirectory directory) {
        FileView view;
        try {
            view = new FileView(directory.metadata());
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw FileAccessException.of("cannot read journal " + directory.path() + ": metadata.cq4t", e);
        }
        Metadata metadata = null;
        try {
            metadata = read(view);
            if (metadata == null && directory.hasCycleFile()) {
                metadata = read(view); // in case it was completed, and the file made, since
                if (metadata == null) {
                    throw new JournalException("it is not complete, though cycles were written: it is damaged");
                }
            }
        } catch (FileAccessException e) {
            throw e;
        } catch (JournalException e) {
            throw new JournalException(
                    directory.path() + " is not a journal this Sightlog can read: metadata.cq4t: " + e.getMessage(), e);
        } finally {
            if (metadata == null) {
                view.close();
            }
        }
        return metadata;
    }

    private static @Nullable Metadata read(FileView view) {
        int size = (int) Math.min(view.size(), MAX_FILE_BYTES);
        long start = size < 8 ? 0 : view.address(0, size);
        int header = start == 0 ? 0 : Memory.getIntAcquire(start);
        int length = DocumentHeader.length(header);
        boolean begun = !DocumentHeader.isComplete(header);
        if (length > MAX_DOCUMENT_BYTES || (!begun && (!DocumentHeader.isMetadata(header) || 4 + length > size))) {
            throw new JournalException("its first document is damaged (header " + Integer.toHexString(header) + ")");
        }
        if (begun) {
            return null;
        }
        long from = start + 4;
        long to = from + length;
        long lengthMillis = WireBytes.number(needed(from, to, "length"), to);
        String format = WireBytes.text(needed(from, to, "format"), to);
        long epoch = WireBytes.number(needed(from, to, "epoch"), to);
        if (epoch != 0) {
            throw new JournalException("its cycles count from " + epoch + " ms, only 0 is supported");
        }
        return table(view, start, (int) DocumentHeader.step(length), size, Cycles.roll(lengthMillis, format));
    }

    /** Key and value, document after document. */
    private static @Nullable Metadata table(FileView view, long start, int first, int size, Roll roll) {
        Table table = new Table();
        for (int at = first; at + 4 <= size; ) {
            int header = Memory.getIntAcquire(start + at);
            int length = DocumentHeader.length(header);
            if (!DocumentHeader.isComplete(header)) {
                break;
            }
            if (length > MAX_DOCUMENT_BYTES || at + 4 + length > size) {
                throw new JournalException("its table is damaged at byte " + at);
            }
            long from = start + at + 4;
            table.highestCycle = value(from, from + length, "listing.highestCycle", table.highestCycle);
            table.lowestCycle = value(from, from + length, "listing.lowestCycle", table.lowestCycle);
            table.modCount = value(from, from + length, "listing.modCount", table.modCount);
            table.writeLock = value(from, from + length, "chronicle.write.lock", table.writeLock);
            table.appendLock = value(from, from + length, "chronicle.append.lock", table.appendLock);
            at = (int) DocumentHeader.next(at, length);
        }
        return table.isComplete() ? new Metadata(view, roll, table) : null;
    }

    private static long value(long from, long to, String key, long otherwise) {
        long at = WireBytes.eventName(from, to, key);
        return at == 0 ? otherwise : WireBytes.boundLong(at, to);
    }

    private static long needed(long from, long to, String field) {
        long at = WireBytes.field(from, to, field);
        if (at == 0) {
            throw new JournalException("it has no field " + field);
        }
        return at;
    }

    public Roll roll() {
        return roll;
    }

    /** The highest cycle a writer has opened; {@link Integer#MIN_VALUE} before the first. */
    public int highestCycle() {
        return clamped(Memory.getLongAcquire(highestCycle));
    }

    /** The lowest cycle a writer knows of, {@link Integer#MAX_VALUE} before the first; it may be gone. */
    public int lowestCycle() {
        return clamped(Memory.getLongAcquire(lowestCycle));
    }

    /** Whether what is mapped is not what the file has: writers write to another copy of it. */
    public boolean isStale() {
        return view.isStale(highestCycleOffset());
    }

    private static int clamped(long cycle) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(Integer.MIN_VALUE, cycle));
    }

    /** Where in the file the words are that {@link MetadataWords} writes. */
    public int writeLockOffset() {
        return offset(writeLock);
    }

    int lowestCycleOffset() {
        return offset(lowestCycle);
    }

    int modCountOffset() {
        return offset(modCount);
    }

    int highestCycleOffset() {
        return offset(highestCycle);
    }

    /** Up to the end of the last of these words. */
    int bytesOfWords() {
        int lock = Math.max(writeLockOffset(), modCountOffset());
        return Math.max(lock, Math.max(lowestCycleOffset(), highestCycleOffset())) + Long.BYTES;
    }

    private int offset(long address) {
        return (int) (address - view.address(0, Long.BYTES));
    }

    /** The write lock's word: see {@link LockWord}. */
    public long writeLock() {
        return Memory.getLongAcquire(writeLock);
    }

    @Override
    public void close() {
        view.close();
    }
}
