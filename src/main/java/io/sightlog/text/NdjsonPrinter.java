package io.sightlog.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One line of JSON an event, every field, as the documentation of this package says. */
final class NdjsonPrinter implements EventPrinter {
    static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .rootValueSeparator((String) null)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    private static final byte[] INDEX = "{\"index\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PLACE = JsonLine.field("place");
    private static final byte[] KIND = JsonLine.field("kind");
    private static final byte[] SOURCE = JsonLine.field("source");
    private static final byte[] STREAM = JsonLine.field("stream");
    private static final byte[] FRAME = JsonLine.field("frame");
    private static final byte[] POSITION_NANOS = JsonLine.field("positionNanos");
    private static final byte[] CAPTURED_NANOS = JsonLine.field("capturedNanos");
    private static final byte[] APPENDED_NANOS = JsonLine.field("appendedNanos");
    private static final byte[] DECODE_NANOS = JsonLine.field("decodeNanos");
    private static final byte[] INFER_NANOS = JsonLine.field("inferNanos");
    private static final byte[] CAPTURED_AT = JsonLine.field("capturedAt");
    private static final byte[] WIDTH = JsonLine.field("width");
    private static final byte[] HEIGHT = JsonLine.field("height");
    private static final byte[] DIGEST = JsonLine.field("digest");
    private static final byte[] MODEL = JsonLine.field("model");
    private static final byte[] LABEL_SET = JsonLine.field("labelSet");
    private static final byte[] PRODUCER = JsonLine.field("producer");
    private static final byte[] SEQUENCE = JsonLine.field("sequence");
    private static final byte[] DETECTIONS = JsonLine.field("detections");
    private static final byte[] REASON = JsonLine.field("reason");
    private static final byte[] TOPIC = JsonLine.field("topic");
    private static final byte[] TEXT = JsonLine.field("text");
    private static final byte[] BASE64 = JsonLine.field("base64");
    private static final byte[] CLASS_ID = "{\"classId\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LABEL = JsonLine.field("label");
    private static final byte[] CONFIDENCE = JsonLine.field("confidence");
    private static final byte[] X = JsonLine.field("x");
    private static final byte[] Y = JsonLine.field("y");
    private static final byte[] W = JsonLine.field("w");
    private static final byte[] H = JsonLine.field("h");
    private static final byte[] TRACK_ID = JsonLine.field("trackId");

    private final OutputStream out;
    private final JsonLine line = new JsonLine();
    private final Rfc3339 utc = Rfc3339.utcNanos();
    private final MissingLabels missing = new MissingLabels();

    NdjsonPrinter(OutputStream out) {
        this.out = out;
    }

    @Override
    public MissingLabels missingLabels() {
        return missing;
    }

    @Override
    public void print(Event event) throws IOException {
        LabelSet labels = event.labels();
        RareFields rare = RareFields.of(event);
        line.clear();
        text(INDEX, Fields.index(event));
        number(PLACE, event.place());
        text(KIND, event.kind().text());
        text(SOURCE, event.source());
        text(STREAM, event.stream());
        number(FRAME, event.frame());
        quoted(POSITION_NANOS, event.positionNanos());
        quoted(CAPTURED_NANOS, event.capturedNanos());
        quoted(APPENDED_NANOS, event.appendedNanos());
        quoted(DECODE_NANOS, event.decodeNanos());
        quoted(INFER_NANOS, event.inferNanos());
        text(CAPTURED_AT, utc.format(event.capturedNanos()));
        number(WIDTH, event.width());
        number(HEIGHT, event.height());
        text(DIGEST, Fields.digest(event.digest()));
        text(MODEL, Fields.model(labels));
        text(LABEL_SET, Fields.digest(event.labelSetHash()));
        text(PRODUCER, Fields.producer(event));
        quoted(SEQUENCE, event.sequence());
        line.raw(DETECTIONS);
        line.raw('[');
        for (int i = 0; i < event.detectionCount(); i++) {
            if (i > 0) {
                line.raw(',');
            }
            detection(event, i, labels);
        }
        line.raw(']');
        if (event.kind() == EventKind.SKIP) {
            text(REASON, event.reason());
        } else if (event.kind() == EventKind.MESSAGE) {
            message(event);
        }
        rare.write(line);
        line.raw('}');
        line.raw('\n');
        line.writeTo(out);
        missing.note(event, labels);
    }

    private void message(Event event) {
        text(TOPIC, event.topic());
        if (event.isBinary()) {
            text(BASE64, Base64.getEncoder().encodeToString(event.content()));
        } else {
            text(TEXT, event.text());
        }
    }

    private void detection(Event event, int i, @Nullable LabelSet labels) {
        number(CLASS_ID, event.classId(i));
        text(LABEL, Fields.label(labels, event.classId(i)));
        number(CONFIDENCE, event.confidence(i));
        number(X, event.x(i));
        number(Y, event.y(i));
        number(W, event.w(i));
        number(H, event.h(i));
        quoted(TRACK_ID, event.trackId(i));
        line.raw('}');
    }

    private void text(byte[] name, String value) {
        line.raw(name);
        line.text(value);
    }

    private void number(byte[] name, long value) {
        line.raw(name);
        line.number(value);
    }

    private void quoted(byte[] name, long value) {
        line.raw(name);
        line.quoted(value);
    }

    private void number(byte[] name, float value) {
        line.raw(name);
        line.number(value);
    }
}
