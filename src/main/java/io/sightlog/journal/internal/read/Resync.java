package io.sightlog.journal.internal.read;

import io.sightlog.journal.internal.format.ExcerptIndex;

/**
 * Where the documents of a cycle's file go on after a place from which they cannot be followed, and what number the first of
 * them has. The number comes from what the file says elsewhere: an entry of its index, or its last document.
 *
 * @param brokenAt byte at which they cannot be followed
 * @param position byte at which they go on, 0 when they do not, or without a number that can be known
 * @param sequence number of the document there
 * @param claimedPosition what the file said of its last document when this was found out
 */
record Resync(long brokenAt, long position, long sequence, long claimedPosition) {
    private static final long UNKNOWN = -1;

    /** Whether the file has not changed since. */
    boolean isStill(CycleFile file) {
        return file.claimedPosition() == claimedPosition;
    }

    /** @param sequence number of the document that should be at the break: those after it have higher ones */
    static Resync behind(CycleFile file, long brokenAt, long sequence) {
        long claimed = file.claimedPosition();
        EventScan scan = new EventScan(file::address, file.size());
        CycleCursor cursor = file.start();
        long entry = sequence / file.index().spacing(); // those before it lie before the break
        for (long at = scan.next(brokenAt + 4, true); at >= 0; ) {
            cursor.atUnnumbered(at);
            entry = entryBehind(file, entry, at);
            long number = number(file, cursor, entry, claimed);
            if (number >= sequence) {
                return new Resync(brokenAt, at, number, claimed);
            }
            at = scan.next(Math.max(at + 4, cursor.position()), true); // none before that leads farther
        }
        return new Resync(brokenAt, 0, 0, claimed);
    }

    /** Of the document a cursor is at, by walking on to one whose number is known. */
    private static long number(CycleFile file, CycleCursor cursor, long entry, long claimed) {
        long packed = file.claimedNumber();
        boolean agree = (int) (packed >>> 32) == (int) claimed;
        long entryPosition = entry < entries(file) ? file.index().rawEntry(entry) : 0;
        while (cursor.peek() == CycleCursor.DATA) {
            if (cursor.position() == entryPosition) {
                return entry * file.index().spacing() - cursor.sequence();
            }
            if (agree && cursor.position() == claimed) {
                return ExcerptIndex.sequence(packed) - cursor.sequence();
            }
            cursor.advance();
        }
        return UNKNOWN;
    }

    /**
     * The first entry of the index, from one on, that is at a position or after it, or {@link #entries}. Positions rise in an index;
     * there may be holes in it, after a loss of power many.
     */
    private static long entryBehind(CycleFile file, long first, long position) {
        long entries = entries(file);
        long entry = first;
        while (entry < entries && !leads(file, entry, position)) {
            entry++;
        }
        return entry;
    }

    private static boolean leads(CycleFile file, long entry, long position) {
        long there = file.index().rawEntry(entry);
        long next = there < position ? 0 : file.index().rawEntry(entry + 1);
        return there >= position && (next == 0 || next > there);
    }

    /** How many there can be. */
    private static long entries(CycleFile file) {
        return Math.min(file.size() / 8, Math.max(0, file.index().lastIndex()))
                / file.index().spacing();
    }
}
