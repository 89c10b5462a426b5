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
    private final Room room;

    EventEndpoint(Journal journal, Labels labels, Room room) {
        this.journal = journal;
        this.labels = labels;
        this.room = room;
    }

    @Override
    public void answer(Question question, Reply reply) throws IOException, Refusal {
        question.allowOnly(Set.of());
        try (OneEvent one = OneEvent.at(journal, labels, Places.ofPath(question, "event"))) {
            Event event = one.event();
            long bytes;
            try {
                bytes = LineBytes.of(event);
            } catch (UnreadableEventException e) {
                throw one.damaged(String.valueOf(e.getMessage()));
            }
            if (bytes > LineBytes.MOST) {
                throw one.damaged("its line is longer than " + LineBytes.MOST + " bytes");
            }
            try (Room.Part part = room.take(LineBytes.WORK * bytes)) {
                byte[] line = line(one);
                part.keep(line.length);
                reply.whole(Reply.JSON, line);
            }
        }
    }

    private static byte[] line(OneEvent one) throws IOException, Refusal {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            PrintFormat.NDJSON.printer(line).print(one.event());
        } catch (UnreadableEventException e) {
            throw one.damaged(String.valueOf(e.getMessage()));
        }
        return line.toByteArray();
    }
}
