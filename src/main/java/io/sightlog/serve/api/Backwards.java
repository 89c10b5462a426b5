package io.sightlog.serve.api;

import io.sightlog.event.Event;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Finds the newest events before a position that are asked for, and prints them in ascending order. It reads pieces forwards that lie
 * farther and farther back, each larger than the one before. One question.
 */
final class Backwards {
    private static final long FIRST_STEP = 64;
    private static final long LAST_STEP = 1 << 18;

    private final JournalReader reader;
    private final Lines lines;
    private final Choice choice;
    /** Ascending. */
    private final Deque<Position> found = new ArrayDeque<>();

    private Position bound = Lines.NO_BOUND;

    Backwards(JournalReader reader, Lines lines, Choice choice) {
        this.reader = reader;
        this.lines = lines;
        this.choice = choice;
    }

    /** Finds up to so many events before a position, and prints them. */
    Forwards.Ending run(Position before, int limit) throws IOException {
        bound = before;
        String reason = find(limit);
        for (Position position : found) {
            print(position);
        }
        Position first = found.peekFirst();
        return switch (reason) {
            case "limit" -> new Forwards.Ending(reason, first);
            case "bound" -> new Forwards.Ending(reason, bound);
            default -> new Forwards.Ending(reason, null);
        };
    }

    /** The one of two bounds that is nearer: a position, and the first event appended at a time or later. */
    Position notAfter(Position before, long toNanos) {
        reader.seek(new Start.Time(toNanos));
        while (true) {
            try {
                return reader.peek() && reader.nextPosition().compareTo(before) < 0 ? reader.nextPosition() : before;
            } catch (DamageException e) {
                if (!e.canGoOn()) {
                    return before;
                }
            }
        }
    }

    private String find(int limit) throws IOException {
        long step = Math.max(FIRST_STEP, limit);
        boolean isFirst = true;
        while (found.size() < limit) {
            if (!isFirst && lines.isBound()) {
                return "bound";
            }
            Position end = bound;
            reader.seek(new Start.Before(end.index(), step));
            boolean isOldest = reader.isAtStart();
            if (!piece(limit - found.size(), isFirst)) {
                bound = end;
                return "bound";
            }
            if (isOldest) {
                return found.size() == limit ? "limit" : "end";
            }
            boolean moved = bound.compareTo(end) < 0;
            // over what cannot be read, at last to the start
            step = Math.min(
                    step * 4, moved ? Math.min(LAST_STEP, Math.max(FIRST_STEP, lines.left())) : Long.MAX_VALUE / 8);
            isFirst = false;
        }
        return "limit";
    }

    /**
     * Reads from here to the bound, which then lies where this began.
     *
     * @return false when there was too much to read, and nothing of it counts
     */
    private boolean piece(int most, boolean isFirst) throws IOException {
        Deque<Position> here = new ArrayDeque<>();
        Position lowest = bound;
        while (true) {
            Event event = lines.next(reader, bound);
            if (event == null || isAtOrPast(event, bound)) {
                break;
            }
            if (lowest.equals(bound)) {
                lowest = new Position(event.index(), event.place());
            }
            if (lines.take(choice, event) != null) {
                here.addLast(new Position(event.index(), event.place()));
                if (here.size() > most) {
                    here.removeFirst();
                }
            }
            if (!isFirst && lines.isBound()) {
                return false;
            }
        }
        bound = lowest;
        while (!here.isEmpty()) {
            found.addFirst(here.removeLast());
        }
        return true;
    }

    private static boolean isAtOrPast(Event event, Position bound) {
        return event.index() > bound.index() || (event.index() == bound.index() && event.place() >= bound.place());
    }

    /** Prints an event that was found, if it is still there. */
    private void print(Position position) throws IOException {
        Event event = read(position);
        Event taken = event == null ? null : lines.take(choice, event);
        if (taken != null) {
            lines.print(taken);
        }
    }

    private @Nullable Event read(Position position) {
        if (!isNext(position)) {
            reader.seek(new Start.Before(position.index(), 0));
        }
        while (true) {
            try {
                if (!reader.next()
                        || isAtOrPast(reader.event(), new Position(position.index(), position.place() + 1))) {
                    return null;
                }
                if (isAtOrPast(reader.event(), position)) {
                    return reader.event();
                }
            } catch (DamageException e) { // counted before
                if (!e.canGoOn()) {
                    return null;
                }
            }
        }
    }

    private boolean isNext(Position position) {
        try {
            return reader.peek() && reader.nextPosition().equals(position);
        } catch (DamageException e) {
            return false;
        }
    }
}
