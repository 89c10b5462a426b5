package io.sightlog.journal.internal.mend;

import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.read.CycleFile;
import io.sightlog.journal.internal.read.CycleIndex;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Sets right what a cycle's file says of its documents: its last one, and its index. Under the write lock only. */
final class CycleWords {
    private CycleWords() {}

    /** No number from a count on is indexed. */
    static void setLastIndex(RandomAccessFile file, CycleFile of, long count) throws IOException {
        long spacing = of.index().spacing();
        long indexed = (count + spacing - 1) / spacing;
        write(file, of.index().lastIndexAt(), Math.min(of.index().lastIndex(), indexed * spacing));
    }

    /**
     * What the file says of its last document. Both words at once: a writer that is killed must not leave two that do not agree.
     *
     * @param last byte at which it begins
     * @param count how many there are with it
     */
    static void setLast(RandomAccessFile file, CycleFile of, long last, long count) throws IOException {
        ByteBuffer words = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        words.putLong(last).putLong(count == 0 ? 0 : (last << ExcerptIndex.SEQUENCE_BITS) | (count - 1));
        file.seek(of.writePositionAt());
        file.write(words.array());
    }

    /** Pages of the index that were lost, or are at a byte or after it, are there no more. */
    static void forgetPages(RandomAccessFile file, CycleFile of, long end) throws IOException {
        long pages = of.index().valuesPosition(of.index().root(), CycleIndex.ROOT);
        long used = pages == 0 ? 0 : Math.min(of.index().count(), read(file, pages - 8));
        for (long page = 0; page < used; page++) {
            long document = of.index().page((int) page);
            if (document != 0 && (document >= end || of.index().valuesPosition(document, CycleIndex.PAGE) == 0)) {
                write(file, pages + 8 * page, 0);
            }
        }
    }

    /** Entries of the index for the documents of one number on up to another one are there no more. */
    static void forgetEntries(RandomAccessFile file, CycleFile of, long from, long to) throws IOException {
        int capacity = of.index().count();
        long first = (from + of.index().spacing() - 1) / of.index().spacing();
        long last = to == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : (to + of.index().spacing() - 1) / of.index().spacing();
        for (long page = first / capacity; page < capacity && page * capacity < last; page++) {
            long document = of.index().page((int) page);
            long values = document == 0 ? 0 : of.index().valuesPosition(document, CycleIndex.PAGE);
            long used = values == 0 ? 0 : Math.min(capacity, read(file, values - 8));
            for (long slot = Math.max(0, first - page * capacity);
                    slot < Math.min(used, last - page * capacity);
                    slot++) {
                if (read(file, values + 8 * slot) != 0) {
                    write(file, values + 8 * slot, 0);
                }
            }
        }
    }

    private static long read(RandomAccessFile file, long at) throws IOException {
        file.seek(at);
        return Long.reverseBytes(file.readLong());
    }

    /** All bytes at once: {@link RandomAccessFile#writeLong} writes one after the other on some JDKs. */
    private static void write(RandomAccessFile file, long at, long value) throws IOException {
        file.seek(at);
        file.write(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }
}
