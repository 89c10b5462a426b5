package io.sightlog.text;

import static io.sightlog.text.BadLineException.shown;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.sightlog.event.EventKind;
import io.sightlog.event.EventLayout;
import io.sightlog.event.LabelSet;
import io.sightlog.event.Utf8;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads one line of JSON into a {@link Line}, and checks every value for its type and range. One thread. */
final class LineParser {
    private static final int MAX_NESTING = 64;

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING)
                    .maxStringLength(EventLines.MAX_LINE_BYTES)
                    .build())
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            // such a number is then refused with the name of its field
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    /** The fields of a line, each at the place of its bit in {@link #seen}. */
    static final List<String> FIELDS = List.of(
            "index",
            "place",
            "kind",
            "source",
            "stream",
            "frame",
            "positionNanos",
            "capturedNanos",
            "appendedNanos",
            "decodeNanos",
            "inferNanos",
            "capturedAt",
            "width",
            "height",
            "digest",
            "model",
            "labelSet",
            "producer",
            "sequence",
            "detections",
            "reason",
            "topic",
            "text",
            "base64",
            RareFields.KEPT_FRAME,
            RareFields.LIVE,
            RareFields.ORIGIN,
            RareFields.ANSWERS);

    /** Those of a detection, likewise. */
    static final List<String> DETECTION_FIELDS =
            List.of("classId", "label", "confidence", "x", "y", "w", "h", "trackId");

    /** The fields that a detection must have, if only as null. */
    private static final List<String> NEEDED = DETECTION_FIELDS.subList(2, 7);

    private final UnknownFields unknown;
    private final RareFieldsParser rare;
    private int seen;

    LineParser(UnknownFields unknown) {
        this.unknown = unknown;
        this.rare = new RareFieldsParser(unknown);
    }

    void parse(byte[] utf8, int offset, int length, Line line) throws BadLineException {
        line.clear();
        seen = 0;
        int bad = Utf8.firstBad(utf8, offset, length); // the parser would take characters that are longer than need be
        if (bad >= 0) {
            throw new BadLineException("not good UTF-8 at byte " + (bad + 1));
        }
        try (JsonParser json = FACTORY.createParser(utf8, offset, length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new BadLineException("not a JSON object");
            }
            String stranger = "";
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                if (json.nextToken() == JsonToken.VALUE_NULL && FIELDS.contains(name)) {
                    once(FIELDS.indexOf(name), name); // as if it was not there
                } else if (!field(json, name, line)) {
                    stranger(json, name);
                    stranger = name;
                }
            }
            if (seen == 0 && !stranger.isEmpty()) {
                throw new BadLineException(
                        "none of its fields is one of an event, \"" + shown(stranger) + "\" neither; an event is "
                                + "{\"source\":...,\"detections\":[{\"label\":...,\"confidence\":...,\"x\":...,\"y\":...,"
                                + "\"w\":...,\"h\":...}]}");
            }
            if (json.nextToken() != null) {
                throw new BadLineException("there is something after the JSON object: " + Tokens.value(json));
            }
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : " at column " + at.getColumnNr();
            throw new BadLineException("not good JSON" + where + ": " + shown(withoutAside(e.getOriginalMessage())));
        } catch (IOException e) {
            throw new BadLineException("not good UTF-8: " + shown(String.valueOf(e.getMessage())));
        }
        check(line);
    }

    /**
     * Of an end that comes too early the parser also says where in its input the object began, which is in front of all eyes,
     * and of a word all that JSON could have there.
     */
    private static String withoutAside(String message) {
        int aside = message.indexOf(" (start marker at ");
        if (aside < 0) {
            aside = message.indexOf(": was expecting (JSON ");
        }
        return aside < 0 ? message : message.substring(0, aside);
    }

    /** A field of an event that this program does not know. */
    private void stranger(JsonParser json, String name) throws IOException, BadLineException {
        if (DETECTION_FIELDS.contains(name)) {
            throw new BadLineException(name + " is a field of a detection: put it into an object in detections");
        }
        unknown.met(name, UnknownFields.Owner.EVENT);
        json.skipChildren();
    }

    /** False when there is no such field. */
    private boolean field(JsonParser json, String name, Line line) throws IOException, BadLineException {
        switch (name) {
            case "index" -> {
                once(0, name);
                Tokens.hex(json, name, "0x");
            }
            case "place" -> {
                once(1, name);
                Tokens.number(json, name, 0, Integer.MAX_VALUE);
            }
            case "kind" -> {
                once(2, name);
                line.kind = kind(Tokens.text(json, name));
                line.kindGiven = true;
            }
            case "source" -> {
                once(3, name);
                line.source = Tokens.text(json, name);
            }
            case "stream" -> {
                once(4, name);
                line.stream = Tokens.text(json, name);
            }
            case "frame" -> {
                once(5, name);
                line.frame = Tokens.number(json, name, 0, EventLines.MAX_FRAME);
            }
            case "positionNanos" -> {
                once(6, name);
                line.positionNanos = Tokens.number(json, name, 0, Long.MAX_VALUE);
            }
            case "capturedNanos" -> {
                once(7, name);
                line.capturedNanos = Tokens.number(json, name, Long.MIN_VALUE, Long.MAX_VALUE);
                line.captured = true;
            }
            case "appendedNanos" -> {
                once(8, name);
                line.appendedNanos = Tokens.number(json, name, Long.MIN_VALUE, Long.MAX_VALUE);
            }
            case "decodeNanos" -> {
                once(9, name);
                line.decodeNanos = Tokens.number(json, name, 0, Long.MAX_VALUE);
            }
            case "inferNanos" -> {
                once(10, name);
                line.inferNanos = Tokens.number(json, name, 0, Long.MAX_VALUE);
            }
            case "capturedAt" -> {
                once(11, name);
                if (line.captured) {
                    Tokens.text(json, name); // it says the same, and need not be parsed
                } else {
                    line.capturedAtNanos = Tokens.time(json, name);
                    line.capturedAt = true;
                }
            }
            case "width" -> {
                once(12, name);
                line.width = (int) Tokens.number(json, name, 0, Integer.MAX_VALUE);
            }
            case "height" -> {
                once(13, name);
                line.height = (int) Tokens.number(json, name, 0, Integer.MAX_VALUE);
            }
            case "digest" -> {
                once(14, name);
                line.digest = Tokens.digest(json, name);
            }
            case "model" -> {
                once(15, name);
                line.model = Tokens.oneLine(json, name);
            }
            case "labelSet" -> {
                once(16, name);
                line.labelSet = Tokens.digest(json, name);
                line.labelSetGiven = true;
            }
            case "producer" -> {
                once(17, name);
                line.producer = Tokens.hex(json, name, "");
            }
            case "sequence" -> {
                once(18, name);
                line.sequence = Tokens.number(json, name, 0, Long.MAX_VALUE);
            }
            case "detections" -> {
                once(19, name);
                detections(json, line);
            }
            case "reason" -> {
                once(20, name);
                line.reason = Tokens.text(json, name);
            }
            case "topic" -> {
                once(21, name);
                line.topic = Tokens.oneLine(json, name);
            }
            case "text" -> {
                once(22, name);
                line.text = Tokens.text(json, name);
            }
            case "base64" -> {
                once(23, name);
                line.content = Tokens.base64(json, name, EventLayout.MAX_CONTENT_BYTES);
            }
            default -> {
                return rareField(json, name, line);
            }
        }
        return true;
    }

    private boolean rareField(JsonParser json, String name, Line line) throws IOException, BadLineException {
        switch (name) {
            case RareFields.KEPT_FRAME -> {
                once(24, name);
                line.kept = rare.keptFrame(json);
            }
            case RareFields.LIVE -> {
                once(25, name);
                line.live = rare.live(json);
            }
            case RareFields.ORIGIN -> {
                once(26, name);
                line.origin = rare.origin(json);
            }
            case RareFields.ANSWERS -> {
                once(27, name);
                line.answers = rare.answers(json);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void detections(JsonParser json, Line line) throws IOException, BadLineException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new BadLineException("detections=" + Tokens.value(json) + " is not an array");
        }
        int seenOfLine = seen;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw new BadLineException(
                        "detections[" + line.count + "]=" + Tokens.value(json) + " is not an object");
            }
            int i = line.add();
            seen = 0;
            try {
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    if (json.nextToken() == JsonToken.VALUE_NULL && DETECTION_FIELDS.contains(name)) {
                        once(DETECTION_FIELDS.indexOf(name), name); // not known: as it is set already
                    } else {
                        detectionField(json, name, line, i);
                    }
                }
                if (line.classId[i] == Line.NO_ID && line.label[i] == null) {
                    throw new BadLineException("it has neither a label nor a classId");
                }
                checkComplete();
            } catch (BadLineException e) {
                throw new BadLineException("detections[" + i + "]: " + e.getMessage());
            }
        }
        seen = seenOfLine;
    }

    private void detectionField(JsonParser json, String name, Line line, int i) throws IOException, BadLineException {
        switch (name) {
            case "classId" -> {
                once(0, name);
                line.classId[i] = (int) Tokens.number(json, name, 0, LabelSet.MAX_CLASS_ID);
            }
            case "label" -> {
                once(1, name);
                line.label[i] = Tokens.oneLine(json, name);
            }
            case "confidence" -> {
                once(2, name);
                float confidence = Tokens.decimal(json, name);
                if (confidence < 0 || confidence > 1) {
                    throw new BadLineException("confidence=" + json.getText() + " is not in 0..1");
                }
                line.confidence[i] = confidence;
            }
            case "x" -> {
                once(3, name);
                line.x[i] = Tokens.decimal(json, name);
            }
            case "y" -> {
                once(4, name);
                line.y[i] = Tokens.decimal(json, name);
            }
            case "w" -> {
                once(5, name);
                line.w[i] = extent(json, name);
            }
            case "h" -> {
                once(6, name);
                line.h[i] = extent(json, name);
            }
            case "trackId" -> {
                once(7, name);
                line.trackId[i] = Tokens.number(json, name, 0, Long.MAX_VALUE);
            }
            default -> {
                unknown.met(name, UnknownFields.Owner.DETECTION);
                json.skipChildren();
            }
        }
    }

    /** What was left out is an error, since it is most likely there under another name; null says that it is not known. */
    private void checkComplete() throws BadLineException {
        String missing = NEEDED.stream()
                .filter(name -> (seen & 1 << DETECTION_FIELDS.indexOf(name)) == 0)
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new BadLineException("it has no " + missing + "; null says that it is not known");
        }
    }

    private static float extent(JsonParser json, String name) throws IOException, BadLineException {
        float extent = Tokens.decimal(json, name);
        if (extent < 0) {
            throw new BadLineException(name + "=" + json.getText() + " is negative");
        }
        return extent;
    }

    private static EventKind kind(String text) throws BadLineException {
        return switch (text) {
            case "frame" -> EventKind.FRAME;
            case "skip" -> EventKind.SKIP;
            case "message" -> EventKind.MESSAGE;
            default -> throw new BadLineException("kind=\"" + shown(text) + "\" is neither frame, skip nor message");
        };
    }

    private void once(int field, String name) throws BadLineException {
        if ((seen & 1 << field) != 0) {
            throw new BadLineException(name + " is there twice");
        }
        seen |= 1 << field;
    }

    private static void check(Line line) throws BadLineException {
        if (line.kind == EventKind.SKIP && line.reason == null) {
            throw new BadLineException("a skip needs its reason");
        }
        if (line.kind != EventKind.FRAME && line.count > 0) {
            throw new BadLineException("a " + line.kind.text() + " has no detections, this has " + line.count);
        }
        if (line.kind != EventKind.SKIP) {
            checkEmpty(line, "reason", line.reason, EventKind.SKIP);
        }
        if (line.kind == EventKind.MESSAGE) {
            if (line.topic == null) {
                throw new BadLineException("a message needs its topic");
            }
            if (line.text != null && line.content != null) {
                throw new BadLineException("a message has a text or base64, this has both");
            }
        } else {
            checkEmpty(line, "topic", line.topic, EventKind.MESSAGE);
            checkEmpty(line, "text", line.text, EventKind.MESSAGE);
            if (line.content != null && line.content.length > 0) {
                throw new BadLineException("base64 on a " + line.kind.text() + "; only kind=\"message\" has it");
            }
        }
    }

    private static void checkEmpty(Line line, String field, @Nullable String text, EventKind owner)
            throws BadLineException {
        if (text != null && !text.isEmpty()) {
            throw new BadLineException(field + "=\"" + shown(text) + "\" on a " + line.kind.text() + "; only kind=\""
                    + owner.text() + "\" has a " + field);
        }
    }
}
