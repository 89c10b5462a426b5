package io.sightlog.consume;

import io.sightlog.event.Event;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a named consumer's position as far on as its sink is done: at the newest event that was read, when nothing is outstanding,
 * else at the event that was read just before the oldest outstanding one, so that events that are not selected hold nothing back.
 */
final class SavedPosition {
    private final JournalReader reader;
    private final Sink sink;

    /** Events that the sink was given and may not have finished, in order. */
    private final Deque<Given> given = new ArrayDeque<>();

    /** The newest event that was read in this run. */
    private @Nullable Position read;
    /** What was saved last in this run. */
    private @Nullable Position saved;

    /**
     * An event that the sink was given.
     *
     * @param before the one that was read before it, null when it was the first
     */
    private record Given(Position event, @Nullable Position before) {}

    SavedPosition(JournalReader reader, Sink sink) {
        this.reader = reader;
        this.sink = sink;
    }

    /**
     * An event was read, and is given to the sink when it is selected.
     *
     * @param selected whether the sink gets it
     */
    void read(Event event, boolean selected) {
        Position position = new Position(event.index(), event.place());
        if (selected) {
            given.add(new Given(position, read));
        }
        read = position;
    }

    /** @throws IllegalStateException when the sink says that something is outstanding that it was not given, or had finished */
    void save() {
        Position oldest = sink.outstanding();
        if (oldest == null) {
            given.clear();
            save(read);
            return;
        }
        while (!given.isEmpty() && given.peek().event.compareTo(oldest) < 0) {
            given.remove();
        }
        Given first = given.peek();
        if (first == null || !first.event.equals(oldest)) {
            throw new IllegalStateException(sink + " says that event " + oldest
                    + " is outstanding, which it was not given, or has finished before");
        }
        save(first.before);
    }

    private void save(@Nullable Position position) {
        if (position != null && !position.equals(saved)) {
            reader.handled(position);
            saved = position;
        }
    }
}
