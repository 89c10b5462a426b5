package io.sightlog.journal.internal.read;

import io.sightlog.event.Memory;
import io.sightlog.journal.CycleStatus;
import io.sightlog.journal.internal.format.BatchLayout;
import io.sightlog.journal.internal.format.PrunedLog;
import org.jspecify.annotations.Nullable;

/** What is in a cycle, in numbers. */
public final class EndedCycle {
    private EndedCycle() {}

    /**
     * What is left of it in the log when it is deleted.
     *
     * @param prunedNanos when that is
     * @return null when it has no end mark: then it may not be
     */
    public static PrunedLog.@Nullable Entry entry(CycleFile file, long prunedNanos) {
        CycleCursor cursor = file.start();
        cursor.toEnd();
        if (cursor.peek() != CycleCursor.ENDED) {
            return null;
        }
        long excerpts = cursor.sequence();
        long first = 0;
        long last = 0;
        int places = 0;
        if (excerpts > 0 && cursor.to(0)) {
            first = Math.max(0, Seek.stamp(cursor.payload(), cursor.length()));
            if (cursor.to(excerpts - 1)) {
                last = Math.max(first, Seek.stamp(cursor.payload(), cursor.length()));
                places = BatchLayout.isBatch(cursor.payload(), cursor.length())
                        ? Math.max(1, Memory.getInt(cursor.payload() + BatchLayout.COUNT))
                        : 1;
            }
        }
        return new PrunedLog.Entry(file.cycle(), excerpts, places, first, last, prunedNanos);
    }

    /** What tells it from another one, whether it has ended or not. */
    public static CycleStatus.Content content(CycleFile file) {
        CycleCursor cursor = file.start();
        cursor.toEnd();
        boolean hasEnded = cursor.peek() == CycleCursor.ENDED;
        long excerpts = cursor.sequence();
        long end = cursor.position();
        long first = excerpts > 0 && cursor.to(0) ? Seek.stamp(cursor.payload(), cursor.length()) : 0;
        long last = excerpts > 0 && cursor.to(excerpts - 1) ? Seek.stamp(cursor.payload(), cursor.length()) : 0;
        return new CycleStatus.Content(excerpts, Math.max(0, first), Math.max(0, last), end, hasEnded);
    }
}
