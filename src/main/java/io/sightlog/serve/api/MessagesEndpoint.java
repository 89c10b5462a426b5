package io.sightlog.serve.api;

import io.sightlog.event.EventKind;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The messages around an event. */
final class MessagesEndpoint implements Endpoint {
    private static final int LIMIT = 20;
    private static final int MOST = 1000;
    /** Farther back nobody looks for what goes with an event. */
    private static final long MOST_BEFORE = 500_000;

    private static final Set<String> PARAMETERS = parameters();

    private final Journal journal;
    private final Labels labels;
    private final Bounds bounds;
    private final Room room;

    MessagesEndpoint(Journal journal, Labels labels, Bounds bounds, Room room) {
        this.journal = journal;
        this.labels = labels;
        this.bounds = bounds;
        this.room = room;
    }

    private static Set<String> parameters() {
        Set<String> parameters = new HashSet<>(Filters.COUNTED);
        parameters.addAll(List.of("around", "limit", "topic"));
        return Set.copyOf(parameters);
    }

    @Override
    public void answer(Question question, Reply reply) throws IOException, Refusal {
        question.allowOnly(PARAMETERS);
        Places.noPath(question, "messages");
        Filters filters = Filters.of(question).only(EventKind.MESSAGE);
        int limit = (int) question.number("limit", LIMIT, 1, MOST);
        Position around = Places.position(question, "around");
        if (around == null) {
            throw new Refusal(400, "around= is missing: the position of an event is needed, as 0x...");
        }
        try (JournalReader reader = journal.reader(Start.END)) {
            Lines lines = new Lines(reply, bounds, room);
            Choice choice = filters.choice(labels.of(journal));
            Forwards forwards = new Forwards(reader, lines, choice);
            Forwards.Ending ending;
            try {
                lines.most(MOST_BEFORE);
                new Backwards(reader, lines, choice).run(around, limit);
                lines.most(bounds.mostEvents());
                reader.seek(new Start.Before(around.index(), 0));
                ending = forwards.run(new Forwards.Wanted(Places.before(around), Long.MAX_VALUE, limit, 0));
            } catch (JournalException e) {
                lines.end("failed", forwards.goOn(), e.getMessage());
                return;
            }
            lines.end(ending.reason(), ending.next(), null);
        }
    }
}
