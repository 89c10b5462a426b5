package io.sightlog.journal.internal.mend;

import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.Filler;
import io.sightlog.journal.internal.read.CycleFile;
import io.sightlog.journal.internal.read.EventScan;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lays {@link Filler}s over a hole in a cycle's file, as many as documents are missing there. Before, the numbers behind it are
 * known from what the file says elsewhere; the next loss of power may take that, and must not take what was seen onto the
 * device since. See docs/format.md, "After a loss of power".
 *
 * <p>Sound events in the hole stay, as fillers or in one; pages of the index stay as they are. It is done in steps, with a sync
 * behind each, since of what was not synced the next loss of power may keep any part: {@link #hide}, {@link #cover}, {@link
 * #count}, {@link #open}. Under the write lock only.
 */
public final class Fillers {
    private static final int HEADER = DocumentHeader.BYTES;
    private static final int SMALLEST = HEADER + Filler.LEAST_BYTES;
    private static final int LARGEST = HEADER + EventLayout.MAX_EVENT_BYTES;
    /** The header of no document, at which every reader stops. */
    private static final int NOWHERE = DocumentHeader.LENGTH;

    /** More than any hole can have. */
    private static final long IMPOSSIBLE = 1L << 40;

    private static final int MAGIC_AT = HEADER + EventLayout.MAGIC_OFFSET;
    private static final int VERSION_AT = HEADER + EventLayout.VERSION_OFFSET;

    private final CycleFile file;
    private final Hole hole;
    private final List<Piece> pieces;
    /** Where the headers of all sound events and batches in it are, also of those that stand in front of no header. */
    private final long[] events;

    private final boolean isBehindAll;

    /**
     * Where documents cannot be followed.
     *
     * @param from byte at which that begins
     * @param to byte at which they go on
     * @param sequence number of the first that is missing
     * @param documents how many are missing
     */
    record Hole(long from, long to, long sequence, long documents) {}

    private enum Kind {
        /** What cannot be read. */
        GAP,
        /** A sound event, or batch. */
        EVENT,
        /** Of the index. */
        PAGE
    }

    /**
     * A part of the hole.
     *
     * @param to byte up to which fillers may begin in a gap; else its end
     * @param until its end: behind a gap there may be events of a batch that has lost its beginning, with no headers between
     *     them, which belong to the last filler of the gap
     * @param fillers how many begin in it, or must at least, before that is known
     */
    private record Piece(Kind kind, long from, long to, long until, long fillers) {
        /** How many fillers have room. */
        long room() {
            return kind == Kind.GAP ? (to - from) / SMALLEST : 0;
        }

        /** How many fillers there must be; a gap without any is passed over by a document without a number. */
        long least() {
            long bytes = to - from;
            if (kind != Kind.GAP || (bytes == 0 && until == to)) {
                return 0;
            }
            if (fillers > 0 && bytes < SMALLEST) {
                return IMPOSSIBLE;
            }
            if (until == to) {
                return bytes == HEADER ? IMPOSSIBLE : bytes <= LARGEST ? fillers : (bytes + LARGEST - 1) / LARGEST;
            }
            if (bytes < SMALLEST || until - to + SMALLEST > LARGEST) {
                return IMPOSSIBLE;
            }
            return until - from <= LARGEST ? 1 : 1 + (bytes - SMALLEST + LARGEST - 1) / LARGEST;
        }

        /** The fillers that begin in it. */
        void each(Each filler) throws IOException {
            long at = from;
            for (long left = fillers; left > 0; left--) {
                long end = left == 1 ? until : Math.min(at + LARGEST, to - (left - 1) * SMALLEST);
                filler.filler(at, (int) (end - at - HEADER));
                at = end;
            }
        }
    }

    private interface Each {
        void filler(long position, int bytes) throws IOException;
    }

    private Fillers(CycleFile file, Hole hole, List<Piece> pieces, long[] events, boolean isBehindAll) {
        this.file = file;
        this.hole = hole;
        this.pieces = pieces;
        this.events = events;
        this.isBehindAll = isBehindAll;
    }

    /** For a hole; null when they cannot be laid. */
    static @Nullable Fillers over(CycleFile file, Hole hole) {
        NavigableMap<Long, Long> pages = hole.documents > (hole.to - hole.from) / SMALLEST ? null : pages(file, hole);
        if (pages == null) {
            return null;
        }
        Scan scan = new Scan(file, hole, pages);
        List<Piece> shared = share(scan.pieces, hole.documents - scan.documents);
        if (shared == null) { // more events than documents are missing: all into one filler
            Piece first = scan.pieces.get(0);
            shared = share(List.of(new Piece(Kind.GAP, hole.from, first.to, hole.to, 0)), hole.documents);
        }
        return shared == null ? null : new Fillers(file, hole, shared, scan.events(), false);
    }

    /**
     * For where no document can be reached any more: as many as the file says there were, or as there are sound events, and as
     * short as can be. Pages of the index that lie there are forgotten.
     *
     * @param from byte at which documents end
     * @param sequence how many there are before
     * @return null when there was nothing, or they cannot be laid
     */
    static @Nullable Fillers behind(CycleFile file, long from, long sequence) {
        long claimed = Math.max(0, file.countedDocuments() - sequence);
        if (claimed > (file.claimedPosition() - from) / SMALLEST + 1) {
            claimed = 0; // so many cannot have been there
        }
        Scan scan = new Scan(file, new Hole(from, file.size() & ~3L, sequence, claimed), new TreeMap<>());
        if ((claimed == 0 && !scan.published) || file.index2Index() >= from) {
            return null; // what is there is what a writer that died has begun
        }
        Piece rest = scan.pieces.remove(scan.pieces.size() - 1);
        if (!scan.pieces.isEmpty()
                && scan.pieces.get(0).to > from) { // an event may be in front that only what follows makes one
            Piece first = scan.pieces.get(0);
            scan.pieces.set(0, new Piece(Kind.GAP, from, first.to, first.until, 1));
        }
        long needed = claimed - scan.documents;
        long room = 0;
        long least = 0;
        for (Piece piece : scan.pieces) {
            least += piece.least();
            room += piece.room();
        }
        needed = Math.max(needed, least);
        long end = rest.from + Math.max(0, needed - room) * SMALLEST;
        scan.pieces.add(new Piece(Kind.GAP, rest.from, end, end, 0));
        List<Piece> shared = end > file.size() ? null : share(scan.pieces, needed);
        Hole used = new Hole(from, end, sequence, scan.documents + needed);
        return shared == null ? null : new Fillers(file, used, shared, scan.events(), true);
    }

    /** Says how many fillers begin in each gap, the first ones first; null when they do not fit. */
    private static @Nullable List<Piece> share(List<Piece> pieces, long fillers) {
        long reserved = 0;
        long room = 0;
        for (Piece piece : pieces) {
            reserved += piece.least() > piece.room() ? IMPOSSIBLE : piece.least();
            room += piece.room();
        }
        if (fillers < reserved || fillers > room) {
            return null;
        }
        List<Piece> shared = new ArrayList<>();
        long left = fillers;
        for (Piece piece : pieces) {
            reserved -= piece.least();
            long here = Math.min(piece.room(), left - reserved);
            shared.add(new Piece(piece.kind, piece.from, piece.to, piece.until, here));
            left -= here;
        }
        return shared;
    }

    Hole hole() {
        return hole;
    }

    /** How many sound events and batches they keep. */
    long events() {
        return events.length;
    }

    /** Byte at which the last document of them begins. */
    long last() throws IOException {
        long[] last = {hole.from};
        for (Piece piece : pieces) {
            if (piece.kind == Kind.EVENT) {
                last[0] = piece.from;
            }
            piece.each((position, bytes) -> last[0] = position);
        }
        return last[0];
    }

    /**
     * First: what is in the hole is nothing any more that readers could take for good, and its beginning leads nowhere. Where nothing
     * comes behind, that may be needed for the last event in front of it, and no number hangs on it.
     */
    void hide(RandomAccessFile out) throws IOException {
        if (isBehindAll) {
            PowerLossRepair.forgetPages(out, file, hole.from);
        }
        PowerLossRepair.forgetEntries(
                out, file, hole.sequence, isBehindAll ? Long.MAX_VALUE : hole.sequence + hole.documents);
        for (long event : events) {
            out.seek(event + VERSION_AT);
            out.write(Filler.VERSION);
        }
        Piece first = pieces.get(0);
        if (!isBehindAll && first.to > first.from) {
            putInt(out, hole.from, NOWHERE);
            if (first.to - first.from >= MAGIC_AT + Integer.BYTES) {
                putInt(out, hole.from + MAGIC_AT, 0);
            }
        }
    }

    /** Then: everything but what begins at its first byte. */
    void cover(RandomAccessFile out) throws IOException {
        lay(out, false);
    }

    /**
     * Then, when what the file says of its last document is about one in the hole: that this is the last filler. Once the hole is
     * open, that document has no number any more, or another one; readers would find that the numbers do not agree, and
     * no more pass what is damaged in front of the hole.
     *
     * @return whether something was written
     */
    boolean count(RandomAccessFile out) throws IOException {
        long claimed = file.claimedPosition();
        boolean inIt = claimed >= hole.from && (isBehindAll || claimed < hole.to);
        if (!inIt || hole.documents == 0 || file.countedDocuments() == 0) {
            return false;
        }
        long count = hole.sequence + hole.documents;
        if (isBehindAll) {
            PowerLossRepair.setLastIndex(out, file, count);
        }
        PowerLossRepair.setLast(out, file, last(), count);
        return true;
    }

    /** And that, by which it is a hole no more. */
    void open(RandomAccessFile out) throws IOException {
        lay(out, true);
    }

    private void lay(RandomAccessFile out, boolean first) throws IOException {
        for (Piece piece : pieces) {
            if (piece.kind == Kind.EVENT && (piece.from == hole.from) == first) {
                putInt(out, piece.from, (int) (piece.to - piece.from - HEADER));
            } else if (piece.kind == Kind.GAP
                    && piece.fillers == 0
                    && piece.to > piece.from
                    && (piece.from == hole.from) == first) {
                write(out, piece.from, passedOver((int) (piece.to - piece.from - HEADER)));
            }
            piece.each((position, bytes) -> {
                if ((position == hole.from) == first) {
                    write(out, position, filler(bytes));
                }
            });
        }
    }

    private static void putInt(RandomAccessFile out, long position, int value) throws IOException {
        out.seek(position);
        out.writeInt(Integer.reverseBytes(value));
    }

    private static void write(RandomAccessFile out, long position, byte[] bytes) throws IOException {
        out.seek(position);
        out.write(bytes);
    }

    /** The beginning of a filler that keeps nothing, or what has no header of its own. */
    private static byte[] filler(int bytes) {
        ByteBuffer head = ByteBuffer.allocate(SMALLEST).order(ByteOrder.LITTLE_ENDIAN);
        head.putInt(0, bytes);
        head.putInt(MAGIC_AT, EventLayout.MAGIC);
        head.putShort(HEADER + EventLayout.HEADER_BYTES_OFFSET, (short) Filler.LEAST_BYTES);
        head.putInt(HEADER + EventLayout.TOTAL_BYTES, bytes);
        return head.array();
    }

    /** The beginning of a document that has no number, and nothing in it. */
    private static byte[] passedOver(int bytes) {
        ByteBuffer head = ByteBuffer.allocate(HEADER + Math.min(bytes, Filler.LEAST_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        return head.putInt(0, DocumentHeader.METADATA | bytes).array();
    }

    /** The pages of the index that lie in a hole, by where they begin, and their ends; null when one is damaged. */
    private static @Nullable NavigableMap<Long, Long> pages(CycleFile file, Hole hole) {
        NavigableMap<Long, Long> pages = new TreeMap<>();
        long root = file.index2Index();
        if (root >= hole.from && root < hole.to) {
            return null;
        }
        long used = Math.min(file.used(root, "index2index"), file.indexCount());
        for (int n = 0; n < used; n++) {
            long page = file.page(n);
            long at = page < hole.from || page >= hole.to ? 0 : file.address(page, HEADER);
            int header = at == 0 || (page & 3) != 0 ? NOWHERE : Memory.getIntAcquire(at);
            if (at == 0 || header == 0) {
                continue; // one that was lost is none any more
            }
            int bytes = DocumentHeader.length(header);
            boolean whole = DocumentHeader.isMetadata(header)
                    && !DocumentHeader.isInProgress(header)
                    && bytes <= file.largestPage()
                    && DocumentHeader.next(page, bytes) <= hole.to
                    && file.isIndexPage(file.address(page + HEADER, bytes), bytes);
            if (!whole) {
                return null;
            }
            pages.put(page, DocumentHeader.next(page, bytes));
        }
        return pages;
    }

    /** What lies in a hole: gaps, which may have no byte, and between them the rest. Of two that overlap the first counts. */
    private static final class Scan {
        final List<Piece> pieces = new ArrayList<>();
        /** How many documents of their own there are in it. */
        long documents;
        /** Whether somebody has finished one of them. */
        boolean published;

        private long[] events = new long[16];
        private int count;

        Scan(CycleFile file, Hole hole, NavigableMap<Long, Long> pages) {
            EventScan scan = new EventScan(file::address, hole.to);
            long gap = hole.from;
            long event = scan.next(gap, false);
            Map.Entry<Long, Long> page = pages.ceilingEntry(gap);
            while (page != null || event >= 0) {
                if (page != null && (event < 0 || page.getKey() <= event)) {
                    pieces.add(new Piece(Kind.GAP, gap, page.getKey(), page.getKey(), 0));
                    pieces.add(new Piece(Kind.PAGE, page.getKey(), page.getValue(), page.getValue(), 0));
                    gap = page.getValue();
                    event = event >= 0 && event < gap ? scan.next(gap, false) : event;
                } else {
                    long from = event;
                    int found = count;
                    published |= Memory.getIntAcquire(file.address(from, HEADER)) == scan.totalBytes();
                    long to;
                    do {
                        add(event);
                        to = event + HEADER + scan.totalBytes();
                        event = scan.next(to - HEADER, false);
                    } while (event == to - HEADER);
                    if (count - found > 1) {
                        pieces.add(new Piece(Kind.GAP, gap, from, to, 0));
                    } else {
                        documents++;
                        pieces.add(new Piece(Kind.GAP, gap, from, from, 0));
                        pieces.add(new Piece(Kind.EVENT, from, to, to, 0));
                    }
                    gap = to;
                }
                page = pages.ceilingEntry(gap);
            }
            pieces.add(new Piece(Kind.GAP, gap, hole.to, hole.to, 0));
        }

        private void add(long event) {
            events = count == events.length ? Arrays.copyOf(events, 2 * count) : events;
            events[count++] = event;
        }

        long[] events() {
            return Arrays.copyOf(events, count);
        }
    }
}
