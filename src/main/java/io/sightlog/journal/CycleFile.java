package io.sightlog.journal;

import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One cycle's file, read-only: its header, its index, and its documents through a {@link Cursor}. Every length and position
 * in it is checked before it is followed.
 */
final class CycleFile implements AutoCloseable {
    static final int METADATA = 0x4000_0000;
    static final int IN_PROGRESS = 0x8000_0000;
    static final int LENGTH = 0x3fff_ffff;
    static final int END_OF_CYCLE = 0xc000_0000;

    private static final int MAX_HEADER_BYTES = 4096;
    private static final int MAX_INDEX_COUNT = 1 << 15;
    private static final int MIN_DOCUMENT_BYTES = 8;
    private static final int LAST_BYTES = 1 << 14;

    private final int cycle;
    private final FileView view;
    private final long writePosition;
    private final long index2Index;
    private final long lastIndex;
    private final int indexCount;
    private final int indexSpacing;

    private CycleFile(int cycle, FileView view, long from, long to) {
        this.cycle = cycle;
        this.view = view;
        this.writePosition = WireBytes.boundArray(needed(from, to, "writePosition"), to);
        this.indexCount = powerOf2("indexCount", WireBytes.number(needed(from, to, "indexCount"), to), MAX_INDEX_COUNT);
        this.indexSpacing = powerOf2("indexSpacing", WireBytes.number(needed(from, to, "indexSpacing"), to), 1 << 20);
        this.index2Index = WireBytes.boundLong(needed(from, to, "index2Index"), to);
        this.lastIndex = WireBytes.boundLong(needed(from, to, "lastIndex"), to);
        long dataFormat = WireBytes.number(needed(from, to, "dataFormat"), to);
        if (dataFormat != 1) {
            throw new JournalException("its data format is " + dataFormat + ", this Sightlog reads 1");
        }
    }

    /**
     * @return null while the file is not there, or its header is not complete yet
     * @throws JournalException when it is there and is not a cycle file
     */
    static @Nullable CycleFile tryOpen(Path file, int cycle) {
        FileView view;
        try {
            view = new FileView(file);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new JournalException("cannot read " + file + ": " + JournalDirectory.reason(e), e);
        }
        CycleFile opened = null;
        try {
            view.fetch(0, MAX_HEADER_BYTES);
            long start = view.address(0, 4);
            int header = start == 0 ? 0 : Memory.getIntAcquire(start);
            int length = header & LENGTH;
            if (header != 0 && (header & IN_PROGRESS) == 0) {
                long all = length <= MAX_HEADER_BYTES ? view.address(0, 4 + length) : 0;
                if ((header & METADATA) == 0 || all == 0) {
                    throw new JournalException("its header is damaged (" + Integer.toHexString(header) + ")");
                }
                opened = new CycleFile(cycle, view, all + 4, all + 4 + length);
            }
        } catch (JournalException e) {
            throw new JournalException(file + " cannot be read as a cycle of the journal: " + e.getMessage(), e);
        } finally {
            if (opened == null) {
                view.close();
            }
        }
        return opened;
    }

    private static long needed(long from, long to, String field) {
        long at = WireBytes.field(from, to, field);
        if (at == 0) {
            throw new JournalException("its header has no field " + field);
        }
        return at;
    }

    private static int powerOf2(String name, long value, int max) {
        if (value < 1 || value > max || (value & (value - 1)) != 0) {
            throw new JournalException(name + "=" + value + " is not a power of 2 up to " + max);
        }
        return (int) value;
    }

    int cycle() {
        return cycle;
    }

    Path file() {
        return view.file();
    }

    long size() {
        return view.size();
    }

    long address(long position, int bytes) {
        return view.address(position, bytes);
    }

    /** A cursor at the first document. */
    Cursor start() {
        return new Cursor(this);
    }

    /** Moves a cursor close before a sequence, by way of the index: at it, or at most one index spacing short of it. */
    void toIndexed(Cursor cursor, long sequence) {
        cursor.at(0, 0);
        long most = size() / MIN_DOCUMENT_BYTES; // whatever lastIndex says
        long indexed = Math.min(Math.min(sequence, most), Memory.getLongAcquire(lastIndex) - indexSpacing);
        for (long entry = indexed / indexSpacing; entry > 0; entry--) {
            long position = entry(entry);
            if (position > 0) {
                cursor.at(position, entry * indexSpacing);
                return;
            }
        }
    }

    /** Before a search looks at these bytes: {@link FileView#fetch}. */
    void fetch(long position, int bytes) {
        view.fetch(position, bytes);
    }

    /** The position the index has for its n-th entry; 0 when it has none that can be right. */
    private long entry(long n) {
        long page = slot(Memory.getLongAcquire(index2Index), "index2index", (int) (n / indexCount));
        long position = page == 0 ? 0 : slot(page, "index", (int) (n % indexCount));
        long header = position <= 0 || (position & 3) != 0 ? 0 : view.address(position, 4);
        if (header != 0) {
            view.fetch(position, EventLayout.HEADER_BYTES + 4);
        }
        int document = header == 0 ? 0 : Memory.getIntAcquire(header);
        return document > 0 && (document & METADATA) == 0 && isEvent(position + 4, document) ? position : 0;
    }

    /** Whether what begins here says of itself that it is an event of this size: one that is not, we walk to. */
    private boolean isEvent(long position, int bytes) {
        long at = bytes < EventLayout.TOTAL_BYTES + 4 ? 0 : view.address(position, EventLayout.TOTAL_BYTES + 4);
        return at != 0
                && Memory.getInt(at + EventLayout.MAGIC_OFFSET) == EventLayout.MAGIC
                && Memory.getInt(at + EventLayout.TOTAL_BYTES) == bytes;
    }

    private long slot(long document, String name, int slot) {
        int bytes = 64 + indexCount * 8;
        long at = document <= 0 || (document & 3) != 0 || slot >= indexCount ? 0 : view.address(document, bytes);
        if (at != 0) {
            view.fetch(document, 64);
            view.fetch(document + 8L * slot, 64 + 8);
        }
        long after = at == 0 ? 0 : WireBytes.eventName(at + 4, at + bytes, name);
        if (after == 0) {
            return 0;
        }
        long values = WireBytes.boundArray(after, at + bytes);
        return slot < Memory.getLongAcquire(values - 8) ? Memory.getLongAcquire(values + 8L * slot) : 0;
    }

    /** Moves a cursor behind the last document there is. */
    void toEnd(Cursor cursor) {
        long position = Memory.getLongAcquire(writePosition);
        long packed = Memory.getLongAcquire(writePosition + 8);
        long header = position > 0 && (position & 3) == 0 ? view.address(position, 4) : 0;
        if (header != 0) {
            view.fetch(position, LAST_BYTES);
        }
        int document = header == 0 ? 0 : Memory.getIntAcquire(header);
        if (document != 0 && (document & (METADATA | IN_PROGRESS)) == 0 && (int) (packed >>> 32) == (int) position) {
            cursor.at(position, Roll.sequence(packed));
        } else {
            toIndexed(cursor, Long.MAX_VALUE);
        }
        while (cursor.peek() == Cursor.DATA) {
            cursor.advance();
        }
    }

    /** Whether it has its end mark. */
    boolean hasEnded() {
        Cursor cursor = start();
        toEnd(cursor);
        return cursor.peek() == Cursor.ENDED;
    }

    @Override
    public void close() {
        view.close();
    }
}
