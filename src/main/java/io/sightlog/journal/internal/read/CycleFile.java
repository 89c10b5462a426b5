package io.sightlog.journal.internal.read;

import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.WireBytes;
import io.sightlog.journal.internal.os.FileView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One cycle's file, read-only: its header, its index, and its documents through a {@link CycleCursor}. Every length and position
 * in it is checked before it is followed.
 */
public final class CycleFile implements AutoCloseable {
    private static final int MAX_HEADER_BYTES = 4096;
    private static final int MAX_INDEX_COUNT = 1 << 15;
    private static final int MIN_DOCUMENT_BYTES = 8;
    private static final int LAST_BYTES = 1 << 14;
    private static final long MAX_FILE_BYTES = 1L << 48;

    private final int cycle;
    private final FileView view;
    /** Where its first byte is mapped, with all of its header. */
    private final long begin;

    private final long writePosition;
    private final long index2Index;
    private final long lastIndex;
    private final int indexCount;
    private final int indexSpacing;
    private @Nullable Resync resync;
    private @Nullable Jumps jumps;

    private CycleFile(int cycle, FileView view, long from, long to) {
        this.cycle = cycle;
        this.begin = from - 4;
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
     * @throws DamageException when it is there and its header is damaged, or that of something else
     * @throws FileAccessException when it cannot be read
     */
    static @Nullable public CycleFile tryOpen(Path file, int cycle) {
        FileView view;
        try {
            view = new FileView(file);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw FileAccessException.of("cannot read " + file, e);
        }
        CycleFile opened = null;
        try {
            view.fetch(0, MAX_HEADER_BYTES);
            long start = view.address(0, 4);
            int header = start == 0 ? 0 : Memory.getIntAcquire(start);
            int length = DocumentHeader.length(header);
            if (DocumentHeader.isComplete(header)) {
                long all = length <= MAX_HEADER_BYTES ? view.address(0, 4 + length) : 0;
                if (!DocumentHeader.isMetadata(header) || all == 0) {
                    throw new JournalException("its header is damaged (" + Integer.toHexString(header) + ")");
                }
                opened = new CycleFile(cycle, view, all + 4, all + 4 + length);
            }
        } catch (FileAccessException e) {
            throw e;
        } catch (JournalException e) {
            throw new DamageException(
                    file + " cannot be read as a cycle of the journal: " + e.getMessage(),
                    new Position(Roll.index(Math.max(0, cycle), 0), 0),
                    true,
                    e);
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

    public int cycle() {
        return cycle;
    }

    public Path file() {
        return view.file();
    }

    public long size() {
        return view.size();
    }

    public long address(long position, int bytes) {
        return view.address(position, bytes);
    }

    /** Whether what is mapped at a header is not what the file has there. */
    boolean isStale(long position) {
        return view.isStale(position);
    }

    /** A cursor at the first document. */
    public CycleCursor start() {
        return new CycleCursor(this);
    }

    /**
     * Moves a cursor close before a sequence, by way of the index: at it, or at most one index spacing short of it.
     *
     * @param checked whether an entry must lie where walking from the one before it leads, so that no single wrong word
     *     gives a wrong number
     */
    void toIndexed(CycleCursor cursor, long sequence, boolean checked) {
        long most = size() / MIN_DOCUMENT_BYTES; // whatever lastIndex says
        long indexed = Math.min(Math.min(sequence, most), Memory.getLongAcquire(lastIndex) - indexSpacing);
        for (long entry = indexed / indexSpacing; entry > 0; entry--) {
            long position = soundEntry(entry);
            if (position > 0 && (!checked || leadsTo(cursor, entry - 1, position))) {
                cursor.at(position, entry * indexSpacing);
                return;
            }
            if (position > 0) {
                cursor.carefully(true); // something between the two is not what it seems, or one of them is not
            }
        }
        cursor.at(0, 0);
    }

    /** Whether walking on from an entry for one spacing ends at a position. Moves the cursor. */
    private boolean leadsTo(CycleCursor cursor, long entry, long position) {
        long from = entry == 0 ? 0 : soundEntry(entry);
        if (from < 0 || (from == 0 && entry > 0)) {
            return false;
        }
        cursor.at(from, entry * indexSpacing);
        return cursor.reaches((entry + 1) * indexSpacing, position);
    }

    /** Whether walking on leads to the next number that the file says, where it says; true also when it says none. */
    boolean leadsOn(CycleCursor cursor) {
        long position = cursor.position();
        long sequence = cursor.sequence();
        long entry = sequence / indexSpacing + 1;
        long there = soundEntry(entry);
        long number = entry * indexSpacing;
        if (there == 0) {
            there = claimedPosition();
            number = countedDocuments() - 1;
        }
        boolean leads = number < sequence || there < position || cursor.reaches(number, there);
        cursor.at(position, sequence);
        return leads;
    }

    // What the file says of itself. Writers set it after the event is published: it may lag, and is never ahead.

    /** Where a recent last document is, by the file's own word. */
    public long claimedPosition() {
        return Memory.getLongAcquire(writePosition);
    }

    /** That document's position, its lower 32 bits, and number. */
    public long claimedNumber() {
        return Memory.getLongAcquire(writePosition + 8);
    }

    /** Byte at which {@link #claimedPosition} is, with {@link #claimedNumber} behind it. */
    public long writePositionAt() {
        return writePosition - begin;
    }

    /** Byte at which {@link #lastIndex} is. */
    public long lastIndexAt() {
        return lastIndex - begin;
    }

    /** The most bytes a page of the index has. */
    public int largestPage() {
        return indexCount * 8 + 64;
    }

    /** The next number to be indexed. */
    public long lastIndex() {
        return Memory.getLongAcquire(lastIndex);
    }

    public int indexSpacing() {
        return indexSpacing;
    }

    public int indexCount() {
        return indexCount;
    }

    /** How many documents there were, by two words on the last one that agree; else 0. */
    public long countedDocuments() {
        long packed = claimedNumber();
        long position = claimedPosition();
        return position != 0 && (int) (packed >>> 32) == (int) position ? Roll.sequence(packed) + 1 : 0;
    }

    /** How many documents there were at least, by all the file says of itself that can be. */
    public long claimedDocuments() {
        long position = claimedPosition();
        long documents = countedDocuments();
        long indexed = lastIndex();
        if (documents == 0 && indexed > 0 && indexed % indexSpacing == 0) {
            documents = indexed - indexSpacing + 1;
        }
        return documents <= Math.max(size(), Math.min(position, MAX_FILE_BYTES)) / MIN_DOCUMENT_BYTES ? documents : 0;
    }

    /**
     * Whether the file says that there is a document where, or behind where, a cursor found none: by the position of its last
     * document or, when the two words that tell it do not agree, by the numbers.
     */
    boolean claimsMore(long position, long sequence) {
        long claimed = claimedPosition();
        if (claimed >= position) {
            return true;
        }
        long packed = claimedNumber();
        if ((int) (packed >>> 32) == (int) claimed) {
            return false;
        }
        return ((packed >>> 32) >= (position & 0xffff_ffffL) && Roll.sequence(packed) >= sequence)
                || (lastIndex() - indexSpacing >= sequence && claimedDocuments() > sequence);
    }

    /** Whether it says that its last document is at a byte or behind it. */
    boolean claimsFrom(long position) {
        long claimed = claimedPosition();
        return claimed != 0 && claimed >= position;
    }

    /** What the index has at a slot, unchecked; 0 when it has no such slot in use. */
    public long rawEntry(long n) {
        long page = page((int) Math.min(n / indexCount, Integer.MAX_VALUE));
        return page == 0 ? 0 : slot(page, "index", (int) (n % indexCount));
    }

    /** Where the n-th page of the index is, 0 when there is none. */
    public long page(int n) {
        return slot(Memory.getLongAcquire(index2Index), "index2index", n);
    }

    /** How many slots of a page are in use; -1 when there is no such page where it should be. */
    public long used(long page, String name) {
        long values = values(page, name);
        return values == 0 ? -1 : Memory.getLongAcquire(values - 8);
    }

    /** How many slots a page says it has. */
    public long capacity(long page, String name) {
        long values = values(page, name);
        return values == 0 ? -1 : Memory.getLong(values - 16);
    }

    public long index2Index() {
        return Memory.getLongAcquire(index2Index);
    }

    /** Whether a document that begins here is a page of the index, by its name and size. */
    public boolean isIndexPage(long payload, int bytes) {
        long after = pageName(payload, bytes);
        long values = after == 0 ? 0 : WireBytes.boundArrayOr0(after, payload + bytes);
        int more = bytes - indexCount * 8;
        return values != 0
                ? values + indexCount * 8L == payload + bytes
                : after != 0 && more >= 16 && more <= 64; // with damage in front of its values
    }

    /** One that has the name alone has a damaged header. */
    boolean hasPageName(long payload, int bytes) {
        return pageName(payload, bytes) != 0;
    }

    private static long pageName(long payload, int bytes) {
        long index = WireBytes.eventName(payload, payload + bytes, "index");
        return index != 0 ? index : WireBytes.eventName(payload, payload + bytes, "index2index");
    }

    /** Where documents go on behind a break, once it was looked for; see {@link Resync}. */
    @Nullable
    Resync resync() {
        return resync;
    }

    void resync(Resync found) {
        resync = found;
    }

    /** For what is not sound. */
    Jumps jumps() {
        Jumps of = jumps;
        if (of == null) {
            of = new Jumps(this);
            jumps = of;
        }
        return of;
    }

    /** What follows a byte: {@link FileView#behind}. */
    ByteBuffer behind(long position, int marked, int most) {
        return view.behind(position, marked, most);
    }

    /** Before these bytes are called damaged: {@link FileView#confirm}. */
    void confirm(long position, int bytes) {
        view.confirm(position, bytes);
    }

    /** Before a search looks at these bytes: {@link FileView#fetch}. */
    void fetch(long position, int bytes) {
        view.fetch(position, bytes);
    }

    /** The position the index has for its n-th entry; 0 when it has none that can be right. */
    long soundEntry(long n) {
        long page = slot(Memory.getLongAcquire(index2Index), "index2index", (int) (n / indexCount));
        long position = page == 0 ? 0 : slot(page, "index", (int) (n % indexCount));
        long header = position <= 0 || (position & 3) != 0 ? 0 : view.address(position, 4);
        if (header != 0) {
            view.fetch(position, EventLayout.HEADER_BYTES + 4);
        }
        int document = header == 0 ? 0 : Memory.getIntAcquire(header);
        return DocumentHeader.isExcerpt(document) && isEvent(position + 4, document) ? position : 0;
    }

    /** Whether what begins here says of itself that it is an event, or a batch, of this size. */
    boolean isEvent(long position, int bytes) {
        long at = bytes < EventLayout.TOTAL_BYTES + 4 ? 0 : view.address(position, EventLayout.TOTAL_BYTES + 4);
        return at != 0
                && Memory.getInt(at + EventLayout.MAGIC_OFFSET) == EventLayout.MAGIC
                && Memory.getInt(at + EventLayout.TOTAL_BYTES) == bytes;
    }

    private long slot(long document, String name, int slot) {
        long values = slot >= indexCount ? 0 : values(document, name);
        if (values != 0) {
            view.fetch(document + 8L * slot, 64 + 8);
        }
        return values != 0 && slot < Memory.getLongAcquire(values - 8) ? Memory.getLongAcquire(values + 8L * slot) : 0;
    }

    /** Where the values of a page of the index begin in the file; 0 when there is no such page where it should be. */
    public long valuesPosition(long page, String name) {
        long values = values(page, name);
        int header = values == 0 ? 0 : Memory.getIntAcquire(view.address(page, 4));
        return header == 0 ? 0 : values - view.address(page, 4) + page;
    }

    private long values(long document, String name) {
        int bytes = 64 + indexCount * 8;
        long at = document <= 0 || (document & 3) != 0 ? 0 : view.address(document, bytes);
        if (at != 0) {
            view.fetch(document, 64);
        }
        long after = at == 0 ? 0 : WireBytes.eventName(at + 4, at + bytes, name);
        return after == 0 ? 0 : WireBytes.boundArrayOr0(after, at + bytes);
    }

    /** Moves a cursor behind the last document there is. */
    public void toEnd(CycleCursor cursor) {
        long position = Memory.getLongAcquire(writePosition);
        long packed = Memory.getLongAcquire(writePosition + 8);
        cursor.carefully(false);
        long header = position > 0 && (position & 3) == 0 ? view.address(position, 4) : 0;
        if (header != 0) {
            view.fetch(position, LAST_BYTES);
        }
        int document = header == 0 ? 0 : Memory.getIntAcquire(header);
        long sequence = Roll.sequence(packed);
        boolean known = DocumentHeader.isExcerpt(document)
                && (int) (packed >>> 32) == (int) position
                && isCounted(cursor, position, sequence);
        if (known) {
            cursor.at(position, sequence);
        } else {
            toIndexed(cursor, Long.MAX_VALUE, true);
        }
        cursor.carefully(true);
        cursor.toEnd();
        cursor.carefully(false);
    }

    /** Whether walking on from the index leads to that number there: one word that is wrong must not move all numbers. */
    private boolean isCounted(CycleCursor cursor, long position, long sequence) {
        toIndexed(cursor, sequence, false);
        return cursor.reaches(sequence, position);
    }

    /** Whether it has its end mark. */
    public boolean hasEnded() {
        CycleCursor cursor = start();
        toEnd(cursor);
        return cursor.peek() == CycleCursor.ENDED;
    }

    @Override
    public void close() {
        view.close();
    }
}
