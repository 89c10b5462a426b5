package io.sightlog.journal.internal.read;

import io.sightlog.event.Crc32c;
import io.sightlog.event.Event;
import io.sightlog.event.EventLayout;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import io.sightlog.journal.internal.format.BatchLayout;
import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.ExcerptIndex;

/** Takes a {@link JournalCursor} to where reading is to begin. Damage on the way is passed over: it is reported when it is read. */
public final class Seek {
    /** A multiple of the index spacing of every roll. */
    private static final int INDEXED = 256;

    /** About what lies between two that are in the index, when events are not large. */
    private static final int BLOCK_BYTES = 1 << 17;

    private Seek() {}

    public static void to(JournalCursor cursor, Start start) {
        cursor.rewind();
        if (start instanceof Start.End) {
            last(cursor, 0);
        } else if (start instanceof Start.Last last) {
            last(cursor, last.events());
        } else if (start instanceof Start.Before before) {
            before(cursor, before.index(), before.excerpts());
        } else if (start instanceof Start.At at) {
            at(cursor, at.position());
        } else if (start instanceof Start.Time time) {
            time(cursor, time.nanos());
        }
    }

    private static void at(JournalCursor cursor, Position position) {
        if (!index(cursor, position.index())) {
            throw new JournalException("no event at " + position + ": the journal "
                    + cursor.directory().path() + " ends before it"
                    + (!cursor.isInFile() ? "" : ", at " + new Position(cursor.index(), 0)));
        }
        if (position.place() > 0 && cursor.isInFile() && cursor.index() == position.index()) {
            leave(cursor, position.index(), position.place(), true);
        }
    }

    /** Moves past places of a batch. One that is damaged stays: it is reported when it is read. */
    private static void leave(JournalCursor cursor, long index, int places, boolean isBatch) {
        for (int i = 0; i < places && cursor.index() == index && cursor.peekHere(); i++) {
            if (isBatch && !cursor.isInBatch() && stamp(cursor.payload(), cursor.length()) == Long.MIN_VALUE) {
                return;
            }
            cursor.leave();
        }
    }

    /**
     * Moves to an index, or to the first event after it.
     *
     * @return false when the journal ends before that index
     */
    private static boolean index(JournalCursor cursor, long index) {
        int wanted = ExcerptIndex.cycle(index);
        for (int cycle : cursor.cycles()) {
            if (cycle >= wanted && !cursor.enter(cycle)) {
                cursor.rewindTo(
                        cycle); // not to be read: that is reported when it is tried, and what follows is after it
                return true;
            }
            if (cycle >= wanted) {
                CycleCursor at = cursor.cursor();
                if (cycle > wanted
                        || at.to(ExcerptIndex.sequence(index))
                        || at.sequence() == ExcerptIndex.sequence(index)) {
                    return true;
                }
                if (at.peek() == CycleCursor.BROKEN) {
                    return true; // the break is reported when it is read
                }
                return cursor.highestCycle() > cycle;
            }
        }
        return index == 0;
    }

    /** Goes where a consumer's file says; false when that is past the end of the journal. */
    public static boolean to(JournalCursor cursor, ConsumerFile.State state) {
        cursor.rewind();
        if (state.state() == ConsumerFile.AT_START) {
            return true;
        }
        if (!index(cursor, state.index())) {
            return false;
        }
        if (!cursor.isInFile() || cursor.index() != state.index()) {
            return true;
        }
        int found = cursor.cursor().peek();
        if (found != CycleCursor.DATA) {
            return found == CycleCursor.BROKEN || state.state() == ConsumerFile.AT;
        }
        int places = state.place() + (state.state() == ConsumerFile.BEHIND ? 1 : 0);
        leave(cursor, state.index(), places, state.place() > 0);
        return true;
    }

    private static boolean peekPastDamage(JournalCursor cursor) {
        while (true) {
            try {
                return cursor.peek();
            } catch (DamageException e) {
                // it was moved past
            }
        }
    }

    private static void last(JournalCursor cursor, long events) {
        before(cursor, Long.MAX_VALUE, events);
        if (events > 0) { // of a batch perhaps not all
            for (long surplus = remaining(cursor) - events; surplus > 0 && peekPastDamage(cursor); surplus--) {
                cursor.leave();
            }
        }
    }

    /** Moves so many excerpts back from an index, or to before the oldest. */
    private static void before(JournalCursor cursor, long index, long excerpts) {
        int[] cycles = cursor.cycles();
        long wanted = excerpts;
        for (int i = cycles.length - 1; i >= 0; i--) {
            boolean inside = cycles[i] == ExcerptIndex.cycle(index);
            if (cycles[i] > ExcerptIndex.cycle(index) || !cursor.enter(cycles[i])) {
                continue;
            }
            CycleCursor at = cursor.cursor();
            if (inside) {
                at.to(ExcerptIndex.sequence(index));
            } else {
                at.toEnd();
            }
            long there = at.sequence();
            if (there >= wanted) {
                if (wanted > 0) {
                    at.to(there - wanted);
                }
                return;
            }
            wanted -= there;
        }
        cursor.rewind();
    }

    /** By search: stamps never run backwards in a journal. */
    private static void time(JournalCursor cursor, long nanos) {
        int[] cycles = cursor.cycles();
        int low = 0;
        int high = cycles.length; // the first cycle that begins at the time or later is in low .. high
        while (low < high) {
            int middle = (low + high) >>> 1;
            int filled = middle; // a cycle without events tells nothing: the next one does
            while (filled < high
                    && !(cursor.enter(cycles[filled]) && appendedNanos(cursor.cursor(), 0) != Long.MAX_VALUE)) {
                filled++;
            }
            if (filled < high && appendedNanos(cursor.cursor(), 0) < nanos) {
                low = filled + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0) {
            cursor.rewind();
            return;
        }
        cursor.enter(cycles[low - 1]);
        inCycle(cursor, nanos);
    }

    private static void inCycle(JournalCursor cursor, long nanos) {
        CycleCursor at = cursor.cursor();
        at.toEnd();
        long end = at.sequence();
        long from = search(at, nanos, end, false);
        if (appendedNanos(at, from) < nanos || (from > 0 && appendedNanos(at, from - 1) >= nanos)) {
            from = search(at, nanos, end, true); // the index has led astray
        }
        at.to(Math.max(0, from - 1)); // begins before that time, but may be a batch that does not end before it
        while (at.sequence() < from && cursor.peekHere() && (!cursor.isInBatch() || appendedNanos(cursor) < nanos)) {
            cursor.leave();
        }
    }

    /** Number of the first document appended at a time or later. */
    private static long search(CycleCursor at, long nanos, long end, boolean checked) {
        long from = 0;
        long to = end;
        boolean close = false;
        while (from < to) {
            long middle = (from + to) >>> 1;
            if (to - from
                    > INDEXED) { // what the file's index has: anything else is walked to, over pages not in memory
                middle = middle / INDEXED * INDEXED;
                middle = middle <= from ? middle + INDEXED : middle;
            } else if (!close) {
                close = true;
                to(at, from, checked);
                at.file().fetch(at.position(), BLOCK_BYTES);
            }
            to(at, middle, checked);
            if (appendedNanosHere(at) < nanos) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private static void to(CycleCursor at, long sequence, boolean checked) {
        if (checked) {
            at.to(sequence);
        } else {
            IndexLookup.toQuickly(at, sequence);
        }
    }

    /** When a document of a cycle was appended; that of the next one when it is not an event; never when there is none. */
    private static long appendedNanos(CycleCursor at, long sequence) {
        if (sequence == 0) {
            at.file().fetch(0, BLOCK_BYTES); // the first pages of the index are in front of it
        }
        at.to(sequence);
        return appendedNanosHere(at);
    }

    private static long appendedNanosHere(CycleCursor at) {
        while (true) {
            int found = at.peek();
            if (found == CycleCursor.DATA) {
                long nanos = stamp(at.payload(), at.length());
                if (nanos != Long.MIN_VALUE) {
                    return nanos;
                }
                at.advance();
            } else if (found != CycleCursor.BROKEN || !at.resync()) {
                return Long.MAX_VALUE;
            }
        }
    }

    /** When the event here was appended, 0 when it is not sound. */
    public static long appendedNanos(JournalCursor cursor) {
        return Math.max(0, stamp(cursor.payload(), cursor.length()));
    }

    /** Its stamp when it is sound, else none: one that is not must not lead a search astray. */
    public static long stamp(long payload, int length) {
        long at = payload;
        int bytes = length;
        if (BatchLayout.isBatch(payload, length)) {
            if (BatchLayout.damage(payload, length, new Crc32c()) != null) {
                return Long.MIN_VALUE;
            }
            at += BatchLayout.offset(payload, 0);
            bytes = Memory.getInt(payload + BatchLayout.COUNT) > 1
                    ? BatchLayout.offset(payload, 1) - BatchLayout.offset(payload, 0)
                    : length - BatchLayout.offset(payload, 0);
        }
        return bytes >= EventLayout.HEADER_BYTES
                        && Memory.getInt(at + EventLayout.MAGIC_OFFSET) == EventLayout.MAGIC
                        && Memory.getInt(at + EventLayout.TOTAL_BYTES) == bytes
                        && new Crc32c().of(at + 4, bytes - 4) == Memory.getInt(at + EventLayout.CRC)
                ? Memory.getLong(at + EventLayout.APPENDED_NANOS)
                : Long.MIN_VALUE;
    }

    /** How many events there are from here to the end; the cursor stays where it is. */
    public static long remaining(JournalCursor cursor) {
        boolean fromStart = cursor.isRewound(); // then nothing is looked at here: what is damaged is reported once
        if (!fromStart && !peekPastDamage(cursor)) {
            return 0;
        }
        try (JournalCursor ahead = new JournalCursor(cursor.directory(), new Event(LabelSource.NONE))) {
            if (!ahead.open()) {
                return 0;
            }
            if (!fromStart) {
                at(ahead, new Position(cursor.index(), 0));
            }
            long events = fromStart ? 0 : -cursor.place();
            while (peekPastDamage(ahead)) {
                events += ahead.leaveExcerpt();
            }
            return events;
        }
    }
}
