package io.sightlog.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sightlog.event.AnsweredEvent;
import io.sightlog.event.JournalId;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.LiveSource;
import io.sightlog.event.Origin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the objects that {@link RareFields} writes. What is left out is 0 or empty, and refused where that cannot be. The parser stands
 * on the object's start, and afterwards on its end.
 */
final class RareFieldsParser {
    private final UnknownFields unknown;

    /** The values of one object: a Long, a String, or a list of ids. */
    private final Map<String, Object> values = new HashMap<>();

    RareFieldsParser(UnknownFields unknown) {
        this.unknown = unknown;
    }

    KeptFrame keptFrame(JsonParser json) throws IOException, BadLineException {
        read(json, UnknownFields.Owner.KEPT_FRAME);
        return checked(() -> new KeptFrame(
                id("journal"),
                number("producer"),
                number("file"),
                number("offset"),
                (int) number("bytes"),
                (int) number("crc32c"),
                (int) number("format"),
                (int) number("width"),
                (int) number("height")));
    }

    LiveSource live(JsonParser json) throws IOException, BadLineException {
        read(json, UnknownFields.Owner.LIVE);
        return checked(() ->
                new LiveSource(number("dropped"), number("ageNanos"), number("reconnects"), number("outageNanos")));
    }

    Origin origin(JsonParser json) throws IOException, BadLineException {
        read(json, UnknownFields.Owner.ORIGIN);
        return checked(() -> new Origin(
                (int) number("kind"),
                text("broker"),
                text("topic"),
                text("topicId"),
                text("messageId"),
                values.containsKey("partition") ? (int) number("partition") : -1,
                values.containsKey("offset") ? number("offset") : -1,
                path(),
                number("producer"),
                number("sequence"),
                number("appendedNanos")));
    }

    AnsweredEvent answers(JsonParser json) throws IOException, BadLineException {
        read(json, UnknownFields.Owner.ANSWERS);
        return checked(() -> new AnsweredEvent(
                text("journal").isEmpty() ? null : JournalId.parse(text("journal")),
                number("producer"),
                number("sequence"),
                number("index"),
                (int) number("place")));
    }

    private interface Making<T> {
        T make();
    }

    private static <T> T checked(Making<T> making) throws BadLineException {
        try {
            return making.make();
        } catch (IllegalArgumentException e) {
            throw new BadLineException(String.valueOf(e.getMessage()));
        }
    }

    private void read(JsonParser json, UnknownFields.Owner owner) throws IOException, BadLineException {
        values.clear();
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new BadLineException(owner.field() + "=" + Tokens.value(json) + " is not an object");
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            boolean isNull = json.nextToken() == JsonToken.VALUE_NULL;
            if (!owner.fields().contains(name)) {
                unknown.met(name, owner);
                json.skipChildren();
            } else if (!isNull && values.put(name, value(json, owner, name)) != null) {
                throw new BadLineException(owner.field() + "." + name + " is there twice");
            }
        }
    }

    private Object value(JsonParser json, UnknownFields.Owner owner, String name) throws IOException, BadLineException {
        String field = owner.field() + "." + name;
        return switch (name) {
            case "producer" -> Tokens.hex(json, field, "");
            case "index" -> Tokens.hex(json, field, "0x");
            case "crc32c" -> Tokens.hex(json, field, 8);
            case "format" -> (long) Codes.FORMATS.code(field, Tokens.text(json, field));
            case "kind" -> (long) Codes.BROKERS.code(field, Tokens.text(json, field));
            case "file", "dropped", "ageNanos", "reconnects", "outageNanos", "sequence" ->
                Tokens.number(json, field, 0, Long.MAX_VALUE);
            case "offset" -> Tokens.number(json, field, -1, Long.MAX_VALUE);
            case "appendedNanos" -> Tokens.number(json, field, Long.MIN_VALUE, Long.MAX_VALUE);
            case "bytes", "width", "height", "place" -> Tokens.number(json, field, 0, Integer.MAX_VALUE);
            case "partition" -> Tokens.number(json, field, -1, Integer.MAX_VALUE);
            case "path" -> ids(json, field);
            default -> Tokens.text(json, field);
        };
    }

    private static List<JournalId> ids(JsonParser json, String field) throws IOException, BadLineException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new BadLineException(field + "=" + Tokens.value(json) + " is not an array");
        }
        List<JournalId> ids = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (ids.size() == Origin.MAX_PATH) {
                throw new BadLineException(field + " has more than " + Origin.MAX_PATH + " journals");
            }
            String text = Tokens.text(json, field);
            ids.add(checked(() -> JournalId.parse(text)));
        }
        return ids;
    }

    private long number(String name) {
        return values.get(name) instanceof Long number ? number : 0;
    }

    private String text(String name) {
        return values.get(name) instanceof String text ? text : "";
    }

    private JournalId id(String name) {
        return JournalId.parse(text(name));
    }

    @SuppressWarnings("unchecked") // nothing else is put there
    private List<JournalId> path() {
        @Nullable Object path = values.get("path");
        return path == null ? List.of() : (List<JournalId>) path;
    }
}
