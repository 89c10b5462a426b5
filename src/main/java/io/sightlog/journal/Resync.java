package io.sightlog.journal;

/**
 * Where the documents of a cycle's file go on behind a place from which they cannot be followed, and what number the first of
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

    /** @param sequence number of the document that should be at the break: those behind it have higher ones */
    static Resync behind(CycleFile file, long brokenAt, long sequence) {
        long claimed = file.claimedPosition();
        EventScan scan = new EventScan(file::address, file.size());
        Cursor cursor = file.start();
        for (long at = scan.next(brokenAt + 4, true); at >= 0; ) {
            cursor.at(at, 0);
            long number = number(file, cursor, claimed);
            if (number >= sequence) {
                return new Resync(brokenAt, at, number, claimed);
            }
            at = scan.next(Math.max(at + 4, cursor.position()), true); // none before that leads farther
        }
        return new Resync(brokenAt, 0, 0, claimed);
    }

    /** Of the document a cursor is at, by walking on to one whose number is known. */
    private static long number(CycleFile file, Cursor cursor, long claimed) {
        long packed = file.claimedNumber();
        boolean agree = (int) (packed >>> 32) == (int) claimed;
        long entry = firstEntryBehind(file, cursor.position());
        long entryPosition = entry < 0 ? 0 : file.rawEntry(entry);
        while (cursor.peek() == Cursor.DATA) {
            if (cursor.position() == entryPosition) {
                return entry * file.indexSpacing() - cursor.sequence();
            }
            if (agree && cursor.position() == claimed) {
                return Roll.sequence(packed) - cursor.sequence();
            }
            cursor.advance();
        }
        return UNKNOWN;
    }

    /** By search: positions rise in an index. */
    private static long firstEntryBehind(CycleFile file, long from) {
        long most = Math.min(file.size() / 8, Math.max(0, file.lastIndex())) / file.indexSpacing();
        long low = 0;
        long high = most;
        while (low < high) {
            long middle = (low + high) >>> 1;
            long position = file.rawEntry(middle);
            if (position != 0 && position < from) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < most && file.rawEntry(low) >= from ? low : UNKNOWN;
    }
}
