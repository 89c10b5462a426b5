package io.sightlog.serve.api;

import io.sightlog.event.Event;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads towards newer events, and prints those that are asked for. One question. */
final class Forwards {
    /** Events that are read over before it is sought. */
    private static final int FEW = 512;

    private final JournalReader reader;
    private final Lines lines;
    private final Choice choice;

    private @Nullable Position last;

    /**
     * Which events.
     *
     * @param after only those behind this, null: all
     * @param toNanos those appended before this time
     * @param limit at most so many
     * @param everyNanos at most one in so long a time, 0: all
     */
    record Wanted(@Nullable Position after, long toNanos, long limit, long everyNanos) {}

    /** Why it ended, and where to go on. */
    record Ending(String reason, @Nullable Position next) {}

    Forwards(JournalReader reader, Lines lines, Choice choice) {
        this.reader = reader;
        this.lines = lines;
        this.choice = choice;
    }

    /** Where to go on after an error: behind the last event that was read, null when that is where it began. */
    @Nullable
    Position goOn() {
        return last == null ? null : new Position(last.index(), last.place() + 1);
    }

    Ending run(Wanted wanted) throws IOException {
        long given = 0;
        long notBefore = Long.MIN_VALUE;
        int passed = 0;
        while (given < wanted.limit() && !lines.isBound()) {
            Event event = lines.next(reader, Lines.NO_BOUND);
            if (event == null || event.appendedNanos() >= wanted.toNanos()) {
                return new Ending("end", null);
            }
            last = new Position(event.index(), event.place());
            if (wanted.after() != null && last.compareTo(wanted.after()) <= 0) {
                continue;
            }
            if (event.appendedNanos() < notBefore) {
                if (++passed >= FEW) {
                    passed = 0;
                    reader.seek(new Start.Time(notBefore));
                }
                continue;
            }
            Event taken = lines.take(choice, event);
            if (taken != null && lines.print(taken)) {
                given++;
                passed = 0;
                long nanos = event.appendedNanos();
                notBefore = wanted.everyNanos() == 0
                        ? Long.MIN_VALUE
                        : nanos > Long.MAX_VALUE - wanted.everyNanos() ? Long.MAX_VALUE : nanos + wanted.everyNanos();
            }
        }
        if (notBefore > Long.MIN_VALUE && given == wanted.limit()) {
            reader.seek(new Start.Time(notBefore));
        }
        Position next = next();
        return new Ending(next == null ? "end" : given == wanted.limit() ? "limit" : "bound", next);
    }

    private @Nullable Position next() {
        while (true) {
            try {
                return reader.peek() ? reader.nextPosition() : null;
            } catch (DamageException e) {
                if (!e.canGoOn()) {
                    return null;
                }
                return e.position(); // told to whoever goes on there
            }
        }
    }
}
