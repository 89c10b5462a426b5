package io.sightlog.journal.internal.mend;

import io.sightlog.event.EventLayout;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.Filler;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lays {@link Filler}s over a hole in a cycle's file, as many as documents are missing there. Before, the numbers after it are
 * known from what the file says elsewhere; the next loss of power may take that, and must not take what was seen onto the
 * device since. See docs/format.md, "After a loss of power".
 *
 * <p>Sound events in the hole stay, as fillers or in one; pages of the index stay as they are. It is done in steps, with a sync
 * after each, since of what was not synced the next loss of power may keep any part: {@link #hide}, {@link #cover}, {@link
 * #count}, {@link #open}. Under the write lock only.
 */
final class Fillers {
    private static final int HEADER = DocumentHeader.BYTES;
    /** The header of no document, at which every reader stops. */
    private static final int NOWHERE = DocumentHeader.LENGTH;

    private static final int MAGIC_AT = HEADER + EventLayout.MAGIC_OFFSET;
    private static final int VERSION_AT = HEADER + EventLayout.VERSION_OFFSET;

    private final CycleFile file;
    private final Hole hole;
    private final List<Piece> pieces;
    /** Where the headers of all sound events and batches in it are, also of those that stand in front of no header. */
    private final long[] events;

    private final boolean isBehindAll;

    private Fillers(CycleFile file, Hole hole, List<Piece> pieces, long[] events, boolean isBehindAll) {
        this.file = file;
        this.hole = hole;
        this.pieces = pieces;
        this.events = events;
        this.isBehindAll = isBehindAll;
    }

    /** For a hole; null when they cannot be laid. */
    static @Nullable Fillers over(CycleFile file, Hole hole) {
        NavigableMap<Long, Long> pages =
                hole.documents() > (hole.to() - hole.from()) / Piece.SMALLEST ? null : HoleScan.pages(file, hole);
        if (pages == null) {
            return null;
        }
        HoleScan scan = new HoleScan(file, hole, pages);
        List<Piece> shared = Piece.share(scan.pieces(), hole.documents() - scan.documents());
        if (shared == null) { // more events than documents are missing: all into one filler
            Piece first = scan.pieces().get(0);
            shared = Piece.share(
                    List.of(new Piece(Piece.Kind.GAP, hole.from(), first.to(), hole.to(), 0)), hole.documents());
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
        if (claimed > (file.claimedPosition() - from) / Piece.SMALLEST + 1) {
            claimed = 0; // so many cannot have been there
        }
        HoleScan scan = new HoleScan(file, new Hole(from, file.size() & ~3L, sequence, claimed), new TreeMap<>());
        if ((claimed == 0 && !scan.isPublished()) || file.index().root() >= from) {
            return null; // what is there is what a writer that died has begun
        }
        Piece rest = scan.pieces().remove(scan.pieces().size() - 1);
        if (!scan.pieces().isEmpty()
                && scan.pieces().get(0).to() > from) { // an event may be in front that only what follows makes one
            Piece first = scan.pieces().get(0);
            scan.pieces().set(0, new Piece(Piece.Kind.GAP, from, first.to(), first.until(), 1));
        }
        long needed = claimed - scan.documents();
        long room = 0;
        long least = 0;
        for (Piece piece : scan.pieces()) {
            least += piece.least();
            room += piece.room();
        }
        needed = Math.max(needed, least);
        long end = rest.from() + Math.max(0, needed - room) * Piece.SMALLEST;
        scan.pieces().add(new Piece(Piece.Kind.GAP, rest.from(), end, end, 0));
        List<Piece> shared = end > file.size() ? null : Piece.share(scan.pieces(), needed);
        Hole used = new Hole(from, end, sequence, scan.documents() + needed);
        return shared == null ? null : new Fillers(file, used, shared, scan.events(), true);
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
        long[] last = {hole.from()};
        for (Piece piece : pieces) {
            if (piece.kind() == Piece.Kind.EVENT) {
                last[0] = piece.from();
            }
            piece.each((position, bytes) -> last[0] = position);
        }
        return last[0];
    }

    /**
     * First: what is in the hole is nothing any more that readers could take for good, and its beginning leads nowhere. Where nothing
     * comes after it, that may be needed for the last event in front of it, and no number hangs on it.
     */
    void hide(RandomAccessFile out) throws IOException {
        if (isBehindAll) {
            CycleWords.forgetPages(out, file, hole.from());
        }
        CycleWords.forgetEntries(
                out, file, hole.sequence(), isBehindAll ? Long.MAX_VALUE : hole.sequence() + hole.documents());
        for (long event : events) {
            out.seek(event + VERSION_AT);
            out.write(Filler.VERSION);
        }
        Piece first = pieces.get(0);
        if (!isBehindAll && first.to() > first.from()) {
            putInt(out, hole.from(), NOWHERE);
            if (first.to() - first.from() >= MAGIC_AT + Integer.BYTES) {
                putInt(out, hole.from() + MAGIC_AT, 0);
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
        boolean inIt = claimed >= hole.from() && (isBehindAll || claimed < hole.to());
        if (!inIt || hole.documents() == 0 || file.countedDocuments() == 0) {
            return false;
        }
        long count = hole.sequence() + hole.documents();
        if (isBehindAll) {
            CycleWords.setLastIndex(out, file, count);
        }
        CycleWords.setLast(out, file, last(), count);
        return true;
    }

    /** And that, by which it is a hole no more. */
    void open(RandomAccessFile out) throws IOException {
        lay(out, true);
    }

    private void lay(RandomAccessFile out, boolean first) throws IOException {
        for (Piece piece : pieces) {
            if (piece.kind() == Piece.Kind.EVENT && (piece.from() == hole.from()) == first) {
                putInt(out, piece.from(), (int) (piece.to() - piece.from() - HEADER));
            } else if (piece.kind() == Piece.Kind.GAP
                    && piece.fillers() == 0
                    && piece.to() > piece.from()
                    && (piece.from() == hole.from()) == first) {
                write(out, piece.from(), passedOver((int) (piece.to() - piece.from() - HEADER)));
            }
            piece.each((position, bytes) -> {
                if ((position == hole.from()) == first) {
                    write(out, position, filler(bytes));
                }
            });
        }
    }

    private static void putInt(RandomAccessFile out, long position, int value) throws IOException {
        out.seek(position);
        out.write(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array()); // all bytes at once
    }

    private static void write(RandomAccessFile out, long position, byte[] bytes) throws IOException {
        out.seek(position);
        out.write(bytes);
    }

    /** The beginning of a filler that keeps nothing, or what has no header of its own. */
    private static byte[] filler(int bytes) {
        ByteBuffer head = ByteBuffer.allocate(Piece.SMALLEST).order(ByteOrder.LITTLE_ENDIAN);
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
}
