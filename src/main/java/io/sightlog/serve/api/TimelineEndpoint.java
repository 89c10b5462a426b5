package io.sightlog.serve.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightlog.journal.Journal;
import io.sightlog.timeline.Answer;
import io.sightlog.timeline.Filter;
import io.sightlog.timeline.Lanes;
import io.sightlog.timeline.Timeline;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Counts in columns and lanes. */
final class TimelineEndpoint implements Endpoint {
    private static final int COLUMNS = 1000;
    private static final long HOUR_NANOS = 3_600_000_000_000L;
    private static final int NANOS_PER_MICRO = 1000;
    /** What counting takes at most while it is done: events that were read, and columns of all lanes. */
    private static final long WORK_BYTES = 40L << 20;

    private static final Set<String> PARAMETERS = parameters();

    private final Journal journal;
    private final Timeline timeline;
    private final Room room;

    TimelineEndpoint(Journal journal, Timeline timeline, Room room) {
        this.journal = journal;
        this.timeline = timeline;
        this.room = room;
    }

    private static Set<String> parameters() {
        Set<String> parameters = new HashSet<>(Filters.COUNTED);
        parameters.addAll(List.of("from", "to", "px", "by", "lanes", "named"));
        return Set.copyOf(parameters);
    }

    @Override
    public void answer(Question question, Reply reply) throws IOException, Refusal {
        question.allowOnly(PARAMETERS);
        Places.noPath(question, "timeline");
        Filters filters = Filters.of(question);
        int columns = (int) question.number("px", COLUMNS, 1, 8192);
        int lanes = (int) question.number("lanes", Timeline.LANES, 1, 100);
        Lanes by = by(question);
        Span span = span(question);
        String named = question.text("named");
        Filter filter = filters.counted(named == null ? "" : named);
        try (Room.Part part = room.take(WORK_BYTES)) {
            byte[] object = count(span, columns, by, lanes, filter);
            part.keep(object.length);
            reply.whole(Reply.JSON, object);
        }
    }

    private byte[] count(Span span, int columns, Lanes by, int lanes, Filter filter) throws IOException, Refusal {
        long begun = System.nanoTime();
        Answer answer;
        try {
            answer = timeline.query(span.from, span.to, columns, by, lanes, filter);
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, String.valueOf(e.getMessage()));
        }
        long took = System.nanoTime() - begun;
        return Json.object(json -> write(json, answer, took));
    }

    private static Lanes by(Question question) throws Refusal {
        String text = question.text("by");
        if (text == null) {
            return Lanes.LABEL;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "label" -> Lanes.LABEL;
            case "source" -> Lanes.SOURCE;
            case "stream" -> Lanes.STREAM;
            case "topic" -> Lanes.TOPIC;
            default -> throw Refusal.bad("by", text, "label, source, stream or topic is needed");
        };
    }

    private record Span(long from, long to) {}

    /** What is not said is all of the journal; the last hour of one without events. */
    private Span span(Question question) throws Refusal {
        Long from = question.nanos("from");
        Long to = question.nanos("to");
        if (from != null && to != null) {
            return new Span(from, to);
        }
        long now = System.currentTimeMillis() * 1_000_000;
        if (to == null) {
            Ends.End last = Ends.last(journal);
            long end = last == null ? now : last.appendedNanos() + 1;
            to = from == null ? end : Math.max(end, from == Long.MAX_VALUE ? from : from + 1);
        }
        if (from == null) {
            Ends.End first = Ends.first(journal);
            from = Math.min(first == null ? to - HOUR_NANOS : first.appendedNanos(), to - 1);
        }
        return new Span(from, to);
    }

    private void write(JsonGenerator json, Answer answer, long tookNanos) throws IOException {
        Json.wide(json, "startNanos", answer.startNanos());
        Json.wide(json, "widthNanos", answer.widthNanos());
        json.writeNumberField("columns", answer.columns());
        json.writeNumberField("confidence", answer.confidence());
        json.writeArrayFieldStart("lanes");
        for (Answer.Lane lane : answer.lanes()) {
            lane(json, lane);
        }
        json.writeEndArray();
        json.writeFieldName("others");
        if (answer.others() == null) {
            json.writeNull();
        } else {
            lane(json, answer.others());
        }
        json.writeNumberField("otherLanes", answer.otherLanes());
        json.writeArrayFieldStart("unknown");
        for (Answer.Span span : answer.unknown()) {
            json.writeStartArray();
            json.writeString(Long.toString(span.fromNanos()));
            json.writeString(Long.toString(span.toNanos()));
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeBooleanField("cut", answer.isCut());
        json.writeNumberField("damaged", answer.damaged());
        json.writeNumberField("unattributed", answer.unattributed());
        IndexJson.write(json, timeline);
        json.writeNumberField("tookMicros", tookNanos / NANOS_PER_MICRO);
    }

    private static void lane(JsonGenerator json, Answer.Lane lane) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", lane.name());
        json.writeNumberField("total", lane.total());
        json.writeFieldName("counts");
        json.writeArray(lane.counts(), 0, lane.counts().length);
        json.writeArrayFieldStart("highest");
        for (byte highest : lane.highest()) {
            json.writeNumber(highest & 0xff);
        }
        json.writeEndArray();
        char[] states = new char[lane.states().length];
        for (int i = 0; i < states.length; i++) {
            states[i] = letter(lane.states()[i]);
        }
        json.writeFieldName("states");
        json.writeString(states, 0, states.length);
        json.writeEndObject();
    }

    private static char letter(Answer.State state) {
        return switch (state) {
            case SEEN -> 'S';
            case NOTHING_FOUND -> 'N';
            case SKIPPED -> 'K';
            case NO_DATA -> 'D';
            case UNKNOWN -> 'U';
        };
    }
}
