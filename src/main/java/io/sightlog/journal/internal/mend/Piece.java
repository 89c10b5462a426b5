package io.sightlog.journal.internal.mend;

import io.sightlog.event.EventLayout;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.Filler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a {@link Hole}, which consists of such parts, one after another.
 *
 * @param to byte up to which fillers may begin in a gap; else its end
 * @param until its end: after a gap there may be events of a batch that has lost its beginning, with no headers between
 *     them, which belong to the last filler of the gap
 * @param fillers how many begin in it, or must at least, before that is known
 */
record Piece(Kind kind, long from, long to, long until, long fillers) {
    static final int SMALLEST = DocumentHeader.BYTES + Filler.LEAST_BYTES;

    private static final int LARGEST = DocumentHeader.BYTES + EventLayout.MAX_EVENT_BYTES;
    /** More than any hole can have. */
    private static final long IMPOSSIBLE = 1L << 40;

    enum Kind {
        /** What cannot be read. */
        GAP,
        /** A sound event, or batch. */
        EVENT,
        /** Of the index. */
        PAGE
    }

    interface Each {
        void filler(long position, int bytes) throws IOException;
    }

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
            return bytes == DocumentHeader.BYTES
                    ? IMPOSSIBLE
                    : bytes <= LARGEST ? fillers : (bytes + LARGEST - 1) / LARGEST;
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
            filler.filler(at, (int) (end - at - DocumentHeader.BYTES));
            at = end;
        }
    }

    /** Says how many fillers begin in each gap, the first ones first; null when they do not fit. */
    static @Nullable List<Piece> share(List<Piece> pieces, long fillers) {
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
}
