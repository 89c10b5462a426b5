package io.sightlog.cli;

import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.NativeCalls;
import io.sightlog.cli.terminal.Program;
import io.sightlog.cli.terminal.Stop;
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
import org.jspecify.annotations.Nullable;

/**
 * What every verb that reads does: goes over the selected events, live or to the end, tells damage by its position and goes
 * on behind it, stops when it is asked to, and saves a named consumer's position after each event that was handled.
 */
final class EventLoop {
    private static final int CHECK_EVERY = 64;

    private final Journal journal;
    private final Selection selection;
    private final @Nullable String name;
    private final boolean follow;
    private final IdleStrategy.Mode waiting;
    private final Set<Long> unmatched = new HashSet<>();
    private boolean told;
    private @Nullable Missed skipped;
    private long damaged;
    private long handled;
    private long inRange;

    /** What to do with the events. */
    interface Handler {
        /** Handles one; the view is valid until this returns. */
        void handle(Event event) throws IOException;

        /** Nothing more to read for now. */
        default void caughtUp() throws IOException {}

        /** Whether it has had enough. */
        default boolean done() {
            return false;
        }
    }

    /** Over what is there now. */
    EventLoop(Journal journal, Selection selection) {
        this(journal, selection, null, false, IdleStrategy.Mode.PARK);
    }

    EventLoop(Journal journal, Selection selection, @Nullable String name, boolean follow, IdleStrategy.Mode waiting) {
        this.journal = journal;
        this.selection = selection;
        this.name = name;
        this.follow = follow;
        this.waiting = waiting;
    }

    /** Events that could not be read. */
    long damaged() {
        return damaged;
    }

    /** Events that were handled. */
    long handled() {
        return handled;
    }

    /**
     * @param otherwise where to begin when {@code --from} was not given
     * @throws JournalException when there is no journal, and it is not to wait for one
     * @return the exit code: 0, 3 after damage, 130 or 143 when it was asked to stop
     */
    int run(Start otherwise, Handler handler) throws IOException {
        Stop.listen();
        if (follow && waiting == IdleStrategy.Mode.FUTEX) {
            NativeCalls.look();
        }
        if (!journal.exists()) {
            if (!follow) {
                throw noJournal(journal);
            }
            Console.ERR.println("no events yet in " + journal.directory() + ": waiting for a producer");
        }
        Start start = selection.start(otherwise);
        if (name != null && selection.from != null && journal.hasConsumer(name)) {
            Console.ERR.println(name + " goes on where it stopped, whatever --from says: sightlog consumers reset "
                    + name + " --to PLACE moves it");
        }
        long end = endIndex();
        try (JournalReader reader = name == null ? journal.reader(start) : journal.reader(name, start)) {
            read(reader, handler, end);
        }
        if (inRange == 0 && !handler.done() && name == null && selection.isRange() && !Stop.requested()) {
            Console.ERR.println(new EmptyRange(journal, selection).message());
        }
        return Stop.exitCode(damaged > 0 || skipped != null ? Exit.DONE_WITH_LOSS : Exit.DONE);
    }

    /** What is thrown where a journal was named that is not there. */
    static JournalException noJournal(Journal journal) {
        return new JournalException(
                "no journal in " + journal.directory() + ": name the directory a producer wrote to");
    }

    /** Index behind which nothing is read when {@code --to end} was asked for. */
    private long endIndex() {
        if (!(selection.to instanceof Start.End)) {
            return Long.MAX_VALUE;
        }
        try (JournalReader last = journal.reader(new Start.Last(1))) {
            while (true) {
                try {
                    return last.peek() ? last.nextPosition().index() : -1;
                } catch (DamageException e) { // told when it is read
                    if (!e.canGoOn()) {
                        throw e;
                    }
                }
            }
        }
    }

    private void read(JournalReader reader, Handler handler, long end) throws IOException {
        EventFilter filter = selection.filter(journal.labels());
        if (follow) {
            reportUnknown(selection.classes);
        }
        try (IdleStrategy wait = journal.idleStrategy(waiting)) {
            read(reader, handler, end, filter, wait);
        }
        if (!follow) {
            reportUnknown(filter.unmet());
        }
    }

    /** Classes asked for that no label set has, with those that may have been meant. */
    private void reportUnknown(List<String> classes) {
        if (!classes.isEmpty() && journal.exists()) {
            UnknownClasses.of(journal, classes).forEach(Console.ERR::println);
        }
    }

    private void read(JournalReader reader, Handler handler, long end, EventFilter filter, IdleStrategy wait)
            throws IOException {
        while (!Stop.requested() && !handler.done()) {
            int events = 0;
            while (events < CHECK_EVERY && !handler.done() && !Stop.requested() && next(reader)) {
                events++;
                tell(reader.missed());
                Event event = reader.event();
                if (selection.isPast(event) || event.index() > end) {
                    return;
                }
                inRange += selection.isInRange(event) ? 1 : 0;
                try {
                    handle(reader, filter, handler);
                } catch (UnreadableEventException e) { // texts in it are looked at only here
                    tell("event " + new Position(event.index(), event.place()) + " of " + journal.directory()
                            + " cannot be read: " + e.getMessage());
                }
                if (selection.isLast(event)) {
                    return;
                }
            }
            if (events == 0) {
                handler.caughtUp();
                if (!follow || selection.to instanceof Start.End) {
                    return;
                }
            }
            tell(reader.missed());
            wait.idle(events);
            tell(wait);
        }
    }

    /** Under --verbose, once: that it waits otherwise than it was asked to. */
    private void tell(IdleStrategy wait) {
        if (!told
                && Program.isVerbose()
                && waiting == IdleStrategy.Mode.FUTEX
                && wait.mode() != waiting
                && journal.exists()) {
            told = true;
            Console.ERR.println("waiting by parking: there is no futex here, or sightlog.signal cannot be written");
        }
    }

    private void handle(JournalReader reader, EventFilter filter, Handler handler) throws IOException {
        Event event = reader.event();
        try {
            if (!event.hasGoodTexts()) {
                throw new UnreadableEventException(Cause.DAMAGED, "a text in it is not good UTF-8");
            }
            if (selection.accepts(event)) {
                tellUnmatched(event);
                Event shown = filter.filter(event);
                if (!selection.seenOnly || shown.detectionCount() > 0) {
                    handler.handle(shown);
                    handled++;
                }
            }
        } catch (UnreadableEventException e) { // labels it carries itself are looked at only now
            damaged++;
            Console.ERR.println("event " + new Position(event.index(), event.place()) + " of " + journal.directory()
                    + " cannot be read: " + e.getMessage());
        }
        reader.handled();
    }

    /** Once a label set: without it no label of {@code --classes} matches. */
    private void tellUnmatched(Event event) {
        long hash = event.labelSetHash();
        if (selection.asksForLabels() && hash != 0 && event.labels() == null && unmatched.add(hash)) {
            damaged++;
            Console.ERR.println(LabelSetReport.problem(journal, hash) + ": no label matches events that refer to it");
        }
    }

    /** Once each: what was deleted before it was read here. */
    private void tell(@Nullable Missed newest) {
        if (!Objects.equals(newest, skipped)) {
            skipped = newest;
            Console.ERR.println(newest);
        }
    }

    private void tell(@Nullable String damage) {
        damaged++;
        Console.ERR.println(damage);
    }

    private boolean next(JournalReader reader) {
        while (!Stop.requested()) {
            try {
                return reader.next();
            } catch (DamageException e) {
                if (!e.canGoOn()) {
                    throw e;
                }
                tell(e.getMessage());
            }
        }
        return false;
    }
}
