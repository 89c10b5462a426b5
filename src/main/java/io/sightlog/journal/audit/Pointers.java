package io.sightlog.journal.audit;

/**
 * Counts the places in a file that events point at, each once, in memory that does not grow: events follow the order of their pictures but
 * for a few, so of those behind the farthest only the last ones are remembered.
 */
final class Pointers {
    private static final int REMEMBERED = 32;

    private final long[] last = new long[REMEMBERED];
    private long farthest;
    private long count;
    private int next;

    /** @param offset 1 or more */
    void add(long offset) {
        if (offset <= farthest && isRemembered(offset)) {
            return;
        }
        farthest = Math.max(farthest, offset);
        last[next] = offset;
        next = (next + 1) % REMEMBERED;
        count++;
    }

    private boolean isRemembered(long offset) {
        for (long one : last) {
            if (one == offset) {
                return true;
            }
        }
        return false;
    }

    long count() {
        return count;
    }
}
