package io.sightlog.consume;

import io.sightlog.event.Event;
import io.sightlog.event.EventFilter;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.util.function.BooleanSupplier;

/**
 * Where to begin so that the newest events that are selected come: looks backwards, in steps that grow, so that it reads about as
 * much as there will be to read. It reports nothing and keeps nothing: whoever reads from there meets the same damage.
 */
public final class Newest {
    private static final long FIRST_STEP = 64;
    private static final long LAST_STEP = 1 << 20;

    private final Journal journal;
    private final Selection selection;
    private final BooleanSupplier stop;

    /** @param stop whether to give up: asked between two events */
    public Newest(Journal journal, Selection selection, BooleanSupplier stop) {
        this.journal = journal;
        this.selection = selection;
        this.stop = stop;
    }

    /**
     * @param wanted how many events, 0 or more
     * @return the first of them; the start of the journal when there are fewer, or it was stopped; the end for none
     * @throws io.sightlog.journal.JournalException as {@link JournalReader#next}
     */
    public Start start(long wanted) {
        if (wanted == 0 || !journal.exists()) {
            return wanted == 0 ? Start.END : Start.OLDEST;
        }
        long bound = end();
        long left = wanted;
        long step = Math.max(FIRST_STEP, Math.min(wanted, LAST_STEP));
        while (!stop.getAsBoolean()) {
            Piece piece = new Piece(new Start.Before(bound, step), bound, Long.MAX_VALUE);
            if (piece.selected >= left) {
                Start again = new Start.At(new Position(piece.first, 0)); // as the newest is another one meanwhile
                return new Start.At(new Piece(again, bound, piece.selected - left + 1).last);
            }
            if (piece.isOldest) {
                return Start.OLDEST;
            }
            left -= piece.selected;
            boolean moved = piece.first < bound;
            bound = Math.min(bound, piece.first);
            step = Math.min(
                    step * 4, moved ? LAST_STEP : Long.MAX_VALUE / 8); // over what cannot be read, at last to the start
        }
        return Start.OLDEST;
    }

    /** An index that no event of the range reaches. */
    private long end() {
        if (selection.to() instanceof Start.At at) {
            return Math.min(at.position().index(), Long.MAX_VALUE - 1) + 1;
        }
        if (selection.to() instanceof Start.Time time && selection.by() == Selection.By.APPENDED) {
            try (JournalReader reader = journal.reader(time)) {
                while (true) {
                    try {
                        return reader.peek() ? reader.nextPosition().index() + 1 : Long.MAX_VALUE;
                    } catch (DamageException e) { // reported where it is read
                        if (!e.canGoOn()) {
                            return Long.MAX_VALUE;
                        }
                    }
                }
            }
        }
        return Long.MAX_VALUE;
    }

    /** What lies between a step back and the one before it. */
    private final class Piece {
        final boolean isOldest;
        /** Index at which it begins. */
        long first = Long.MAX_VALUE;
        /** How many of its events are selected. */
        long selected;
        /** The newest of these. */
        Position last = new Position(0, 0);

        /**
         * @param bound index at which it ends
         * @param most so many selected events are enough
         */
        Piece(Start begin, long bound, long most) {
            EventFilter filter = selection.filter(journal.labels());
            try (JournalReader reader = journal.reader(begin)) {
                isOldest = reader.isAtStart();
                while (selected < most && !stop.getAsBoolean() && next(reader)) {
                    Event event = reader.event();
                    first = Math.min(first, event.index());
                    if (event.index() >= bound || selection.isPast(event)) {
                        break;
                    }
                    if (selects(event, filter)) {
                        selected++;
                        last = new Position(event.index(), event.place());
                    }
                }
            }
        }

        private boolean next(JournalReader reader) {
            while (true) {
                try {
                    return reader.next();
                } catch (DamageException e) { // reported where it is read
                    first = Math.min(first, e.position().index());
                    if (!e.canGoOn()) {
                        return false;
                    }
                }
            }
        }
    }

    private boolean selects(Event event, EventFilter filter) {
        try {
            return event.hasGoodTexts() && selection.accepts(event) && isShown(filter.filter(event));
        } catch (UnreadableEventException e) { // labels it carries itself
            return false;
        }
    }

    private boolean isShown(Event filtered) {
        return !selection.seenOnly() || filtered.detectionCount() > 0;
    }
}
