package io.sightlog.journal.internal.read;

import io.sightlog.event.Memory;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Position;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.WireBytes;
import io.sightlog.journal.internal.os.FileView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One cycle's file, read-only: its header, its {@link CycleIndex}, and its documents through a {@link CycleCursor}. Every length and position
 * in it is checked before it is followed.
 */
public final class CycleFile implements AutoCloseable {
    private static final int MAX_HEADER_BYTES = 4096;
    private static final int MAX_INDEX_COUNT = 1 << 15;
    static final int MIN_DOCUMENT_BYTES = 8;
    private static final long MAX_FILE_BYTES = 1L << 48;

    private final int cycle;
    private final FileView view;
    /** Where its first byte is mapped, with all of its header. */
    private final long begin;

    private final long writePosition;
    private final CycleIndex index;
    private @Nullable Resync resync;
    private @Nullable Jumps jumps;

    private CycleFile(int cycle, FileView view, long from, long to) {
        this.cycle = cycle;
        this.begin = from - 4;
        this.view = view;
        this.writePosition = WireBytes.boundArray(needed(from, to, "writePosition"), to);
        int count = powerOf2("indexCount", WireBytes.number(needed(from, to, "indexCount"), to), MAX_INDEX_COUNT);
        int spacing = powerOf2("indexSpacing", WireBytes.number(needed(from, to, "indexSpacing"), to), 1 << 20);
        long index2Index = WireBytes.boundLong(needed(from, to, "index2Index"), to);
        long lastIndex = WireBytes.boundLong(needed(from, to, "lastIndex"), to);
        this.index = new CycleIndex(view, begin, index2Index, lastIndex, count, spacing);
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
                    new Position(ExcerptIndex.of(Math.max(0, cycle), 0), 0),
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

    /** The header at a byte: see {@link DocumentHeader}; 0 past the end of the file. */
    int header(long position) {
        long at = view.address(position, DocumentHeader.BYTES);
        return at == 0 ? 0 : Memory.getIntAcquire(at);
    }

    /** Whether what is mapped at a header is not what the file has there. */
    boolean isStale(long position) {
        return view.isStale(position);
    }

    public CycleIndex index() {
        return index;
    }

    /** A cursor at the first document. */
    public CycleCursor start() {
        return new CycleCursor(this);
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

    /** Byte at which {@link #claimedPosition} is, with {@link #claimedNumber} after it. */
    public long writePositionAt() {
        return writePosition - begin;
    }

    /** How many documents there were, by two words on the last one that agree; else 0. */
    public long countedDocuments() {
        long packed = claimedNumber();
        long position = claimedPosition();
        return position != 0 && (int) (packed >>> 32) == (int) position ? ExcerptIndex.sequence(packed) + 1 : 0;
    }

    /** How many documents there were at least, by all the file says of itself that can be. */
    public long claimedDocuments() {
        long position = claimedPosition();
        long documents = countedDocuments();
        long indexed = index.lastIndex();
        if (documents == 0 && indexed > 0 && indexed % index.spacing() == 0) {
            documents = indexed - index.spacing() + 1;
        }
        return documents <= Math.max(size(), Math.min(position, MAX_FILE_BYTES)) / MIN_DOCUMENT_BYTES ? documents : 0;
    }

    /**
     * Whether the file says that there is a document where, or after where, a cursor found none: by the position of its last
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
        return ((packed >>> 32) >= (position & 0xffff_ffffL) && ExcerptIndex.sequence(packed) >= sequence)
                || (index.lastIndex() - index.spacing() >= sequence && claimedDocuments() > sequence);
    }

    /** Whether it says that its last document is at a byte or after it. */
    boolean claimsFrom(long position) {
        long claimed = claimedPosition();
        return claimed != 0 && claimed >= position;
    }

    /** Where documents go on after a break, once it was looked for; see {@link Resync}. */
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

    /** Whether it has its end mark. */
    public boolean hasEnded() {
        CycleCursor cursor = start();
        cursor.toEnd();
        return cursor.peek() == CycleCursor.ENDED;
    }

    @Override
    public void close() {
        view.close();
    }
}
