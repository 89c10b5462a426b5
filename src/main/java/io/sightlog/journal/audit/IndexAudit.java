package io.sightlog.journal.audit;

import io.sightlog.journal.Position;
import io.sightlog.journal.audit.Finding.Kind;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import io.sightlog.journal.internal.read.CycleIndex;

/** Compares what a cycle's file says of its documents, in its index and of its own end, with the documents that are there. */
final class IndexAudit {
    /** How many of its last documents a file's own word on its end may lag behind: as many writers died just then. */
    private static final int MOST_LAG = 16;

    private final FileAudit audit;
    private final CycleFile file;
    private final CycleIndex index;
    private final int cycle;
    private final long[] lastPositions = new long[MOST_LAG];
    private int findings;

    IndexAudit(FileAudit audit, CycleFile file, int cycle) {
        this.audit = audit;
        this.file = file;
        this.index = file.index();
        this.cycle = cycle;
    }

    /** The document that a cursor is at, each in turn. */
    void document(CycleCursor cursor) {
        long sequence = cursor.sequence();
        if ((sequence & (index.spacing() - 1)) == 0) {
            long there = index.rawEntry(sequence / index.spacing());
            if (there != 0 && there != cursor.position()) {
                entry(sequence, "the index has it at byte " + there + ", and it is at byte " + cursor.position());
            }
        }
        lastPositions[(int) (sequence % MOST_LAG)] = cursor.position();
    }

    /** False when a document has come meanwhile, and it has to be looked at again. */
    boolean endIsSound(CycleCursor cursor) {
        long claimed = file.claimedPosition();
        long packed = file.claimedNumber();
        long lastIndex = index.lastIndex();
        long documents = cursor.sequence();
        int found = cursor.peek();
        if (found == CycleCursor.DATA || found == CycleCursor.BROKEN || cursor.sequence() != documents) {
            return false;
        }
        boolean few = documents <= MOST_LAG;
        long number = ExcerptIndex.sequence(packed);
        if (!isLast(claimed, documents) && !(few && claimed < oldestOfLast(documents, cursor))) {
            counter("writePosition is " + claimed + ", and no document near the end is there");
        } else if (!(number < documents
                        && documents - number <= MOST_LAG
                        && (int) lastPositions[(int) (number % MOST_LAG)] == (int) (packed >>> 32))
                && !(few && (packed >>> 32) < oldestOfLast(documents, cursor))) {
            counter("writePosition says that document " + number + " is at byte " + (packed >>> 32)
                    + ", and it is not");
        }
        int spacing = index.spacing();
        if (lastIndex % spacing != 0
                || lastIndex < 0
                || lastIndex - spacing >= documents
                || lastIndex < documents - (long) MOST_LAG * spacing - spacing) {
            counter("lastIndex is " + lastIndex + " with " + documents + " documents");
        }
        return true;
    }

    private boolean isLast(long position, long documents) {
        for (int i = 0; i < Math.min(documents, MOST_LAG); i++) {
            if (lastPositions[i] == position) {
                return true;
            }
        }
        return false;
    }

    private long oldestOfLast(long documents, CycleCursor cursor) {
        return documents == 0 ? cursor.position() : lastPositions[0];
    }

    private void counter(String text) {
        audit.finding(Kind.COUNTER, null, null, text);
    }

    /** The pages of the index themselves, and the entries for documents that are not there. */
    void pages(CycleCursor cursor, boolean entries) {
        long root = index.root();
        long pages = index.used(root, CycleIndex.ROOT);
        int count = index.count();
        if (pages < 0 || pages > count || index.capacity(root, CycleIndex.ROOT) != count) {
            entry(0, "there is no index at byte " + root + ", where it should be");
            return;
        }
        for (int n = 0; n < pages; n++) {
            long page = index.page(n);
            long used = page == 0 ? 0 : index.used(page, CycleIndex.PAGE);
            if (page != 0 && (used < 0 || used > count || index.capacity(page, CycleIndex.PAGE) != count)) {
                entry(
                        (long) n * count * index.spacing(),
                        "page " + n + " of the index, at byte " + page + ", is damaged");
            } else if (entries && used > 0) {
                long last = ((long) n * count + used - 1) * index.spacing();
                if (last >= cursor.sequence() && cursor.peek() != CycleCursor.DATA && last >= cursor.sequence()) {
                    entry(last, "the index has an entry for it, and it is not there");
                }
            }
        }
    }

    private void entry(long sequence, String text) {
        if (findings++ < Audit.MOST_ALIKE) {
            Position here = new Position(ExcerptIndex.of(cycle, Math.max(0, sequence)), 0);
            audit.finding(Kind.INDEX, here, here, text);
        }
    }
}
