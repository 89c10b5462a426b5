package io.sightlog.journal.internal.read;

import io.sightlog.journal.internal.format.DocumentHeader;

/**
 * Whether a length that is in doubt leads to a document: one that can be told by what is inside it, or the end that the file says it
 * has. For one {@link CycleCursor}.
 */
final class NextDocument {
    /** How many documents that are no events may follow one another. */
    private static final int LOOK_AHEAD = 1 << 16;

    private final CycleFile file;
    /** Up to here documents that are no events lead to one that is, or to the end. */
    private long ledTo;

    NextDocument(CycleFile file) {
        this.file = file;
    }

    /** The cursor was moved. */
    void reset() {
        ledTo = 0;
    }

    /**
     * Whether what follows a document of a length is one, see {@link #isPlausible}.
     *
     * @param bytes that length, 0 when there is none
     */
    boolean follows(long position, int bytes, boolean noNumber) {
        return bytes != 0
                && file.address(position + DocumentHeader.BYTES, bytes) != 0
                && isPlausible(DocumentHeader.next(position, bytes), position, noNumber);
    }

    /**
     * Whether a document begins there beyond doubt, or the file ends there and says so itself: neither that there is more, nor
     * that its last document is one that would be passed over.
     *
     * @param from byte at which the document in front of it begins
     * @param noNumber whether that is one that cannot be the last
     */
    boolean isPlausible(long there, long from, boolean noNumber) {
        int header = file.header(there);
        int bytes = DocumentHeader.length(header);
        if (header == 0 || header == DocumentHeader.END_OF_CYCLE) {
            return !file.claimsFrom(noNumber ? from : from + 1);
        }
        if (bytes == 0 || bytes > CycleCursor.MAX_DOCUMENT_BYTES) {
            return false;
        }
        long inside = file.address(there + DocumentHeader.BYTES, bytes);
        return inside != 0 && (CycleCursor.says(inside, bytes) || file.index().isPage(inside, bytes));
    }

    /**
     * Whether documents that are no events, and hold none, lead to one that is, or to the end.
     *
     * @param position byte at which the document in front of them begins
     * @param from byte at which the first of them does
     * @param believing whether they may hold events
     */
    boolean leadsOn(long position, long from, boolean believing) {
        if (position < ledTo) {
            return true;
        }
        long there = from;
        long before = position;
        for (int i = 0; i < LOOK_AHEAD; i++) {
            if (isPlausible(there, before, false)) {
                ledTo = there;
                return true;
            }
            int header = file.header(there);
            if (header <= 0
                    || header > CycleCursor.MAX_DOCUMENT_BYTES
                    || file.address(there + DocumentHeader.BYTES, header) == 0) {
                return false;
            }
            long next = DocumentHeader.next(there, header);
            if (!believing && file.jumps().isEventBetween(there + DocumentHeader.BYTES, next)) {
                return false;
            }
            before = there;
            there = next;
        }
        return false;
    }
}
