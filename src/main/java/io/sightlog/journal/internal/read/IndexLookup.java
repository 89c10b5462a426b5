package io.sightlog.journal.internal.read;

import io.sightlog.event.Memory;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.ExcerptIndex;

/**
 * Takes a {@link CycleCursor} to a document by its number, or to the end: through the index, or by what the file says of its last
 * document, and from there document by document. No single wrong word of the file gives a wrong number.
 */
final class IndexLookup {
    /** Brought into memory at once where the last document is. */
    private static final int LAST_BYTES = 1 << 14;

    private IndexLookup() {}

    /** See {@link CycleCursor#to}. */
    static boolean to(CycleCursor cursor, long wanted) {
        cursor.carefully(false);
        toIndexed(cursor, wanted, true);
        if (!cursor.isCareful() && cursor.sequence() < wanted) {
            cursor.carefully(!leadsOn(cursor));
        }
        boolean there = walkTo(cursor, wanted);
        cursor.carefully(false);
        return there;
    }

    /** Likewise, believing the index: for searches that look again at what they found. */
    static boolean toQuickly(CycleCursor cursor, long wanted) {
        cursor.carefully(false);
        toIndexed(cursor, wanted, false);
        return walkTo(cursor, wanted);
    }

    /** See {@link CycleCursor#toEnd}. */
    static void toEnd(CycleCursor cursor) {
        CycleFile file = cursor.file();
        long position = file.claimedPosition();
        long packed = file.claimedNumber();
        cursor.carefully(false);
        long header = position > 0 && (position & 3) == 0 ? file.address(position, DocumentHeader.BYTES) : 0;
        if (header != 0) {
            file.fetch(position, LAST_BYTES);
        }
        int document = header == 0 ? 0 : Memory.getIntAcquire(header);
        long sequence = ExcerptIndex.sequence(packed);
        boolean known = DocumentHeader.isExcerpt(document)
                && (int) (packed >>> 32) == (int) position
                && isCounted(cursor, position, sequence);
        if (known) {
            cursor.at(position, sequence);
        } else {
            toIndexed(cursor, Long.MAX_VALUE, true);
        }
        cursor.carefully(true);
        cursor.walkToEnd();
        cursor.carefully(false);
    }

    /** Whether walking on from the index leads to that number there: one word that is wrong must not move all numbers. */
    private static boolean isCounted(CycleCursor cursor, long position, long sequence) {
        toIndexed(cursor, sequence, false);
        return cursor.reaches(sequence, position);
    }

    /**
     * Moves a cursor close before a number, by way of the index: at it, or at most one index spacing short of it.
     *
     * @param checked whether an entry must lie where walking from the one before it leads, so that no single wrong word
     *     gives a wrong number
     */
    private static void toIndexed(CycleCursor cursor, long sequence, boolean checked) {
        CycleFile file = cursor.file();
        CycleIndex index = file.index();
        long spacing = index.spacing();
        long most = file.size() / CycleFile.MIN_DOCUMENT_BYTES; // whatever lastIndex says
        long indexed = Math.min(Math.min(sequence, most), index.lastIndex() - spacing);
        for (long entry = indexed / spacing; entry > 0; entry--) {
            long position = index.soundEntry(entry);
            if (position > 0 && (!checked || leadsTo(cursor, entry - 1, position))) {
                cursor.at(position, entry * spacing);
                return;
            }
            if (position > 0) {
                cursor.carefully(true); // something between the two is not what it seems, or one of them is not
            }
        }
        cursor.at(0, 0);
    }

    /** Whether walking on from an entry for one spacing ends at a position. Moves the cursor. */
    private static boolean leadsTo(CycleCursor cursor, long entry, long position) {
        CycleIndex index = cursor.file().index();
        long from = entry == 0 ? 0 : index.soundEntry(entry);
        if (from < 0 || (from == 0 && entry > 0)) {
            return false;
        }
        cursor.at(from, entry * index.spacing());
        return cursor.reaches((entry + 1) * index.spacing(), position);
    }

    /** Whether walking on leads to the next number that the file says, where it says; true also when it says none. */
    private static boolean leadsOn(CycleCursor cursor) {
        CycleFile file = cursor.file();
        long position = cursor.position();
        long sequence = cursor.sequence();
        long entry = sequence / file.index().spacing() + 1;
        long there = file.index().soundEntry(entry);
        long number = entry * file.index().spacing();
        if (there == 0) {
            there = file.claimedPosition();
            number = file.countedDocuments() - 1;
        }
        boolean leads = number < sequence || there < position || cursor.reaches(number, there);
        cursor.at(position, sequence);
        return leads;
    }

    private static boolean walkTo(CycleCursor cursor, long wanted) {
        while (true) {
            int found = cursor.peek();
            if (found == CycleCursor.DATA && cursor.sequence() < wanted) {
                cursor.advance();
            } else if (found != CycleCursor.BROKEN) {
                return found == CycleCursor.DATA;
            } else {
                long brokenAt = cursor.position();
                long brokenSequence = cursor.sequence();
                if (!cursor.resync() || cursor.sequence() > wanted) {
                    cursor.at(brokenAt, brokenSequence);
                    return false;
                }
            }
        }
    }
}
