package io.sightlog.consume;

import io.sightlog.consume.Outcome.Ending;
import io.sightlog.event.Event;
import io.sightlog.event.EventFilter;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.event.UnreadableEventException.Cause;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Missed;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of whatever reads: goes over the selected events, live or to the end, reports damage by its position and goes on after
 * it, stops when it is asked to, and saves a named consumer's position as far as its {@link Sink} is done. One run, one thread.
 */
public final class Consumption {
    /** So many events are read before it is looked at how to wait. */
    private static final int CHECK_EVERY = 64;
    /** After so many looks in a row that found nothing it waits as it can: strategies spin first. */
    private static final int QUIET_LOOKS = 200;

    private final Journal journal;
    private final Reading reading;
    private final Selection selection;
    private final BooleanSupplier stop;
    private final Notices notices;

    private final Set<Long> unmatched = new HashSet<>();
    private int quietLooks;
    private boolean saidHowItWaits;
    private @Nullable Missed missed;
    private long damaged;
    private long handled;
    private long inRange;

    /**
     * @param stop whether to stop: asked between two events, and while there are none at least once a second
     * @param notices told of what happens
     */
    public Consumption(Journal journal, Reading reading, BooleanSupplier stop, Notices notices) {
        this.journal = journal;
        this.reading = reading;
        this.selection = reading.selection();
        this.stop = stop;
        this.notices = notices;
    }

    /** @throws JournalException when a journal was named that is not there */
    public static void checkExists(Journal journal) {
        if (!journal.exists()) {
            throw new JournalException(
                    "no journal in " + journal.directory() + ": name the directory a producer wrote to");
        }
    }

    /**
     * Reads until the end, of what is there or of the range, until the sink has had enough, or until it is to stop.
     *
     * @param sink stays the caller's, to be closed
     * @throws JournalException when there is no journal, and it is not to follow; and as {@link JournalReader#next}
     * @throws IOException what the sink throws
     */
    public Outcome run(Sink sink) throws IOException {
        try (JournalReader reader = open()) {
            return run(sink, reader);
        }
    }

    /**
     * The reader that {@link #run(Sink)} uses, for who goes over events more than once while the name stays held.
     *
     * @return the caller's, to be closed
     * @throws JournalException when there is no journal, and it is not to follow
     */
    public JournalReader open() {
        if (!reading.follow()) {
            checkExists(journal);
        } else if (!journal.exists()) {
            notices.waitsForProducer();
        }
        String name = reading.name();
        if (name != null && selection.from() != null && journal.hasConsumer(name)) {
            notices.goesOnWhereItStopped(name);
        }
        Start start = reading.start();
        return name == null ? journal.reader(start) : journal.reader(name, start);
    }

    /**
     * As {@link #run(Sink)}, from where a reader stands, which stays the caller's.
     *
     * @param reader one that {@link #open} has made of the same reading
     */
    public Outcome run(Sink sink, JournalReader reader) throws IOException {
        String name = reading.name();
        SavedPosition position = name == null ? null : new SavedPosition(reader, sink);
        Ending ending = read(reader, sink, position, endIndex());
        sink.finish();
        save(position);
        boolean atAnEnd = ending == Ending.END || ending == Ending.END_OF_RANGE;
        if (atAnEnd && inRange == 0 && name == null && selection.isRange()) {
            notices.nothingInRange();
        }
        return new Outcome(ending, handled, inRange, damaged, missed);
    }

    /** Index after which nothing is read when the end is that of what is there now. */
    private long endIndex() {
        if (!selection.endsWithWhatIsThere()) {
            return Long.MAX_VALUE;
        }
        try (JournalReader last = journal.reader(new Start.Last(1))) {
            while (true) {
                try {
                    return last.peek() ? last.nextPosition().index() : -1;
                } catch (DamageException e) { // reported when it is read
                    if (!e.canGoOn()) {
                        throw e;
                    }
                }
            }
        }
    }

    private Ending read(JournalReader reader, Sink sink, @Nullable SavedPosition position, long end)
            throws IOException {
        EventFilter filter = selection.filter(journal.labels());
        if (reading.follow()) {
            reportUnmet(selection.classes());
        }
        Ending ending;
        try (IdleStrategy wait = journal.idleStrategy(reading.waiting())) {
            ending = read(reader, sink, position, end, filter, wait);
        }
        if (!reading.follow()) {
            reportUnmet(filter.unmet());
        }
        return ending;
    }

    private void reportUnmet(List<String> classes) {
        if (!classes.isEmpty() && journal.exists()) {
            notices.unmet(classes);
        }
    }

    private Ending read(
            JournalReader reader,
            Sink sink,
            @Nullable SavedPosition position,
            long end,
            EventFilter filter,
            IdleStrategy wait)
            throws IOException {
        while (true) {
            int events = 0;
            while (events < CHECK_EVERY) {
                if (stop.getAsBoolean()) {
                    return Ending.STOPPED;
                }
                if (sink.done()) {
                    return Ending.DONE;
                }
                if (!next(reader)) {
                    break;
                }
                events++;
                report(reader.missed());
                Event event = reader.event();
                if (selection.isPast(event) || event.index() > end) {
                    return Ending.END_OF_RANGE;
                }
                handle(event, filter, sink, position);
                if (selection.isLast(event)) {
                    return Ending.END_OF_RANGE;
                }
            }
            if (events == 0) {
                sink.caughtUp();
                save(position);
                if (reading.endsAtTheEnd()) {
                    return stop.getAsBoolean() ? Ending.STOPPED : Ending.END;
                }
            }
            report(reader.missed());
            wait.idle(events);
            quietLooks = events > 0 ? 0 : quietLooks + 1;
            report(wait);
        }
    }

    private void handle(Event event, EventFilter filter, Sink sink, @Nullable SavedPosition position)
            throws IOException {
        inRange += selection.isInRange(event) ? 1 : 0;
        boolean read = false;
        try {
            if (!event.hasGoodTexts()) {
                throw new UnreadableEventException(Cause.DAMAGED, "a text in it is not good UTF-8");
            }
            if (selection.accepts(event)) {
                reportUnmatched(event);
                Event shown = filter.filter(event);
                if (!selection.seenOnly() || shown.detectionCount() > 0) {
                    read(position, event, true);
                    read = true;
                    sink.accept(shown);
                    handled++;
                }
            }
        } catch (UnreadableEventException e) { // labels it carries itself are looked at only now
            report("event " + new Position(event.index(), event.place()) + " of " + journal.directory()
                    + " cannot be read: " + e.getMessage());
        }
        if (!read) {
            read(position, event, false);
        }
        save(position);
    }

    private static void read(@Nullable SavedPosition position, Event event, boolean selected) {
        if (position != null) {
            position.read(event, selected);
        }
    }

    private static void save(@Nullable SavedPosition position) {
        if (position != null) {
            position.save();
        }
    }

    private boolean next(JournalReader reader) {
        while (!stop.getAsBoolean()) {
            try {
                return reader.next();
            } catch (DamageException e) {
                if (!e.canGoOn()) {
                    throw e;
                }
                report(String.valueOf(e.getMessage()));
            }
        }
        return false;
    }

    private void report(String damage) {
        damaged++;
        notices.damage(damage);
    }

    /** Once a label set: without it no label that was selected matches. */
    private void reportUnmatched(Event event) {
        long hash = event.labelSetHash();
        if (selection.asksForLabels() && hash != 0 && event.labels() == null && unmatched.add(hash)) {
            damaged++;
            notices.labelSetCannotMatch(hash);
        }
    }

    /** Once each: what was deleted before it was read here. */
    private void report(@Nullable Missed newest) {
        if (newest != null && !Objects.equals(newest, missed)) {
            missed = newest;
            notices.missed(newest);
        }
    }

    /** Once: that it waits otherwise than it was asked to. Who waits for the journal itself cannot sleep in it yet. */
    private void report(IdleStrategy wait) {
        if (quietLooks >= QUIET_LOOKS && !saidHowItWaits && wait.mode() != reading.waiting() && journal.exists()) {
            saidHowItWaits = true;
            notices.waitsOtherwise(reading.waiting(), wait.mode());
        }
    }
}
