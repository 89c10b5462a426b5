package io.sightlog.serve.api;

import io.sightlog.event.Event;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.Journal;
import io.sightlog.text.PrintFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Set;

/** One event, whole. */
final class EventEndpoint implements Endpoint {
    private final Journal journal;
    private final Labels labels;

    EventEndpoint(Journal journal, Labels labels) {
        this.journal = journal;
        this.labels = labels;
    }

    @Override
    public void answer(Question question, Reply reply) throws IOException, Refusal {
        question.allowOnly(Set.of());
        try (OneEvent one = OneEvent.at(journal, labels, Places.ofPath(question, "event"))) {
            Event event = one.event();
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            try {
                if (LineBytes.isTooLong(event)) {
                    throw one.damaged("its line is longer than " + LineBytes.MOST + " bytes");
                }
                PrintFormat.NDJSON.printer(line).print(event);
            } catch (UnreadableEventException e) {
                throw one.damaged(String.valueOf(e.getMessage()));
            }
            reply.whole(Reply.JSON, line.toByteArray());
        }
    }
}
