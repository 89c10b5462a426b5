package io.sightlog.journal.internal.read;

import io.sightlog.journal.Missed;
import io.sightlog.journal.Position;
import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.PrunedLog;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** Finds out what a reader has missed that does not go on in the cycle in which it was to. */
public final class MissedEvents {
    private MissedEvents() {}

    /** What a consumer has missed that goes on in a later cycle than its position is in; null when that is nothing. */
    static @Nullable public Missed resuming(JournalDirectory directory, ConsumerFile.State from, int nextCycle) {
        NavigableMap<Integer, PrunedLog.Entry> pruned = PrunedLog.read(directory);
        if (from.state() == ConsumerFile.AT_START) {
            pruned.values().removeIf(entry -> entry.prunedNanos() < from.movedNanos());
            return pruned.isEmpty() ? null : sum(pruned, ExcerptIndex.of(pruned.firstKey(), 0), nextCycle);
        }
        int cycle = ExcerptIndex.cycle(from.index());
        if (cycle >= nextCycle) {
            return null;
        }
        PrunedLog.Entry own = pruned.get(cycle);
        if (own == null) {
            return missed(from.index(), nextCycle, -1);
        }
        boolean wasLastPlace =
                ExcerptIndex.sequence(from.index()) < own.excerpts() - 1 || from.place() + 1 >= own.lastPlaces();
        boolean handled = from.state() == ConsumerFile.BEHIND && wasLastPlace;
        return sum(pruned, from.index() + (handled ? 1 : 0), nextCycle);
    }

    /** What a reader has missed that asked for an index; null when nothing of it was deleted, as far as is known. */
    static @Nullable public Missed seeking(JournalDirectory directory, long index, int nextCycle) {
        return sum(PrunedLog.read(directory), index, nextCycle);
    }

    /** What a reader has missed that asked for a time: events appended then or later; null when none was deleted. */
    static @Nullable public Missed since(JournalDirectory directory, long nanos, int nextCycle) {
        long from = -1;
        long excerpts = 0;
        for (PrunedLog.Entry entry :
                PrunedLog.read(directory).headMap(nextCycle).values()) {
            if (entry.excerpts() > 0 && entry.lastAppendedNanos() >= nanos) {
                from = from < 0 ? ExcerptIndex.of(entry.cycle(), 0) : from;
                excerpts +=
                        entry.firstAppendedNanos() >= nanos ? entry.excerpts() : 1; // of this one the last, at least
            }
        }
        return excerpts == 0 ? null : missed(from, nextCycle, excerpts);
    }

    /** What a reader has missed that has read all of a cycle whose file is gone; null when that is nothing. */
    static @Nullable Missed passing(JournalDirectory directory, int cycle, int nextCycle) {
        if (cycle + 1 == nextCycle) {
            return null;
        }
        NavigableMap<Integer, PrunedLog.Entry> pruned = PrunedLog.read(directory);
        long from = ExcerptIndex.of(cycle + 1, 0);
        return pruned.containsKey(cycle) ? sum(pruned, from, nextCycle) : missed(from, nextCycle, -1);
    }

    private static @Nullable Missed sum(NavigableMap<Integer, PrunedLog.Entry> pruned, long from, int nextCycle) {
        int cycle = ExcerptIndex.cycle(from);
        if (cycle >= nextCycle) {
            return null;
        }
        long excerpts = 0;
        for (PrunedLog.Entry entry : pruned.subMap(cycle, nextCycle).values()) {
            long read = entry.cycle() == cycle ? ExcerptIndex.sequence(from) : 0;
            excerpts += Math.max(0, entry.excerpts() - read);
        }
        return excerpts == 0 ? null : missed(from, nextCycle, excerpts);
    }

    private static Missed missed(long from, int nextCycle, long excerpts) {
        return new Missed(new Position(from, 0), new Position(ExcerptIndex.of(nextCycle, 0), 0), excerpts);
    }
}
