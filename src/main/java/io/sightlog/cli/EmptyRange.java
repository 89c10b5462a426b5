package io.sightlog.cli;

import io.sightlog.consume.Selection;
import io.sightlog.event.Event;
import io.sightlog.event.ShownTime;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import org.jspecify.annotations.Nullable;

/** What to say of a range in which nothing lies: where the journal lies, by both of its times. */
final class EmptyRange {
    private final Journal journal;
    private final Selection selection;

    /** An event's place and times. */
    private record At(Position position, long appendedNanos, long capturedNanos) {}

    EmptyRange(Journal journal, Selection selection) {
        this.journal = journal;
        this.selection = selection;
    }

    /** One line. */
    String message() {
        At first = first(Start.OLDEST);
        At last = first(new Start.Last(1));
        if (first == null || last == null) {
            return "nothing lies in the range: no event of " + journal.directory() + " can be read";
        }
        return "nothing lies in the range: the events of " + journal.directory() + " are " + first.position + " to "
                + last.position + ", appended " + ShownTime.of(first.appendedNanos) + " to "
                + ShownTime.of(last.appendedNanos)
                + ", captured " + ShownTime.of(first.capturedNanos) + " to " + ShownTime.of(last.capturedNanos)
                + otherTime(first, last);
    }

    /** Says how to ask for the other time when the range asked for lies there. */
    private String otherTime(At first, At last) {
        boolean appended = selection.by() == Selection.By.APPENDED;
        boolean there = appended
                ? overlaps(
                        Math.min(first.capturedNanos, last.capturedNanos),
                        Math.max(first.capturedNanos, last.capturedNanos))
                : overlaps(first.appendedNanos, last.appendedNanos);
        return there ? "; --by " + (appended ? "captured" : "appended") + " asks for that time" : "";
    }

    private boolean overlaps(long firstNanos, long lastNanos) {
        boolean timed = selection.from() instanceof Start.Time || selection.to() instanceof Start.Time;
        return timed
                && !(selection.from() instanceof Start.Time from && lastNanos < from.nanos())
                && !(selection.to() instanceof Start.Time to && firstNanos >= to.nanos());
    }

    /** The first event from there on that can be read, null when there is none. */
    private @Nullable At first(Start start) {
        try (JournalReader reader = journal.reader(start)) {
            while (true) {
                try {
                    if (!reader.next()) {
                        return null;
                    }
                    Event event = reader.event();
                    return new At(
                            new Position(event.index(), event.place()), event.appendedNanos(), event.capturedNanos());
                } catch (DamageException e) { // reported where it was read
                    if (!e.canGoOn()) {
                        return null;
                    }
                }
            }
        }
    }
}
