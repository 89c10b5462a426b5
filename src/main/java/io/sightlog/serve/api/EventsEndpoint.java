package io.sightlog.serve.api;

import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Events as lines, forwards from somewhere or the newest before somewhere. */
final class EventsEndpoint implements Endpoint {
    private static final int LIMIT = 100;
    private static final int MOST = 10_000;
    private static final String END = "end";
    private static final List<String> BEGINNINGS = List.of("from", "at", "after", "before");
    private static final Set<String> PARAMETERS = parameters();

    private final Journal journal;
    private final Labels labels;
    private final Bounds bounds;
    private final Room room;

    EventsEndpoint(Journal journal, Labels labels, Bounds bounds, Room room) {
        this.journal = journal;
        this.labels = labels;
        this.bounds = bounds;
        this.room = room;
    }

    private static Set<String> parameters() {
        Set<String> parameters = new HashSet<>(Filters.ALL);
        parameters.addAll(BEGINNINGS);
        parameters.addAll(List.of("to", "limit", "every"));
        return Set.copyOf(parameters);
    }

    @Override
    public void answer(Question question, Reply reply) throws IOException, Refusal {
        question.allowOnly(PARAMETERS);
        Places.noPath(question, "events");
        Filters filters = Filters.of(question);
        List<String> given = new ArrayList<>(BEGINNINGS);
        for (String name : BEGINNINGS) {
            if (question.text(name) == null) {
                given.remove(name);
            }
        }
        if (given.size() > 1) {
            throw new Refusal(400, String.join(" and ", given) + " are given; one place to begin is needed");
        }
        Long from = question.nanos("from");
        Long to = question.nanos("to");
        Position at = Places.position(question, "at");
        Position after = Places.position(question, "after");
        Position before = END.equals(question.text("before")) ? Lines.NO_BOUND : Places.position(question, "before");
        long limit = question.number("limit", LIMIT, 1, MOST);
        long every = question.number("every", 0, 0, Long.MAX_VALUE);
        if (before != null && every > 0) {
            throw new Refusal(400, "every goes forwards: it needs from, at or after, not before");
        }
        Position beginning = at == null ? after : at;
        Start start = beginning != null
                ? new Start.Before(beginning.index(), 0)
                : from != null ? new Start.Time(from) : Start.OLDEST;
        try (JournalReader reader = journal.reader(before == null ? start : Start.END)) {
            Lines lines = new Lines(reply, bounds, room);
            Choice choice = filters.choice(labels.of(journal));
            if (before != null) {
                backwards(new Backwards(reader, lines, choice), lines, before, to, (int) limit);
            } else {
                Position behind = at == null ? after : Places.before(at);
                forwards(
                        new Forwards(reader, lines, choice),
                        lines,
                        new Forwards.Wanted(behind, to == null ? Long.MAX_VALUE : to, limit, every));
            }
        }
    }

    private static void forwards(Forwards forwards, Lines lines, Forwards.Wanted wanted) throws IOException {
        Forwards.Ending ending;
        try {
            ending = forwards.run(wanted);
        } catch (JournalException e) {
            lines.end("failed", forwards.goOn(), e.getMessage());
            return;
        }
        lines.end(ending.reason(), ending.next(), null);
    }

    private static void backwards(Backwards backwards, Lines lines, Position before, @Nullable Long to, int limit)
            throws IOException {
        Forwards.Ending ending;
        try {
            ending = backwards.run(to == null ? before : backwards.notAfter(before, to), limit);
        } catch (JournalException e) {
            lines.end("failed", null, e.getMessage());
            return;
        }
        lines.end(ending.reason(), ending.next(), null);
    }
}
