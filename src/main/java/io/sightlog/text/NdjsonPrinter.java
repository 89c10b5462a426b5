package io.sightlog.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;
import java.io.IOException;
import java.io.OutputStream;
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

    private static final SerializedString INDEX = new SerializedString("index");
    private static final SerializedString PLACE = new SerializedString("place");
    private static final SerializedString KIND = new SerializedString("kind");
    private static final SerializedString SOURCE = new SerializedString("source");
    private static final SerializedString STREAM = new SerializedString("stream");
    private static final SerializedString FRAME = new SerializedString("frame");
    private static final SerializedString POSITION_NANOS = new SerializedString("positionNanos");
    private static final SerializedString CAPTURED_NANOS = new SerializedString("capturedNanos");
    private static final SerializedString APPENDED_NANOS = new SerializedString("appendedNanos");
    private static final SerializedString DECODE_NANOS = new SerializedString("decodeNanos");
    private static final SerializedString INFER_NANOS = new SerializedString("inferNanos");
    private static final SerializedString CAPTURED_AT = new SerializedString("capturedAt");
    private static final SerializedString WIDTH = new SerializedString("width");
    private static final SerializedString HEIGHT = new SerializedString("height");
    private static final SerializedString DIGEST = new SerializedString("digest");
    private static final SerializedString MODEL = new SerializedString("model");
    private static final SerializedString LABEL_SET = new SerializedString("labelSet");
    private static final SerializedString PRODUCER = new SerializedString("producer");
    private static final SerializedString SEQUENCE = new SerializedString("sequence");
    private static final SerializedString DETECTIONS = new SerializedString("detections");
    private static final SerializedString REASON = new SerializedString("reason");
    private static final SerializedString TOPIC = new SerializedString("topic");
    private static final SerializedString TEXT = new SerializedString("text");
    private static final SerializedString BASE64 = new SerializedString("base64");
    private static final SerializedString CLASS_ID = new SerializedString("classId");
    private static final SerializedString LABEL = new SerializedString("label");
    private static final SerializedString CONFIDENCE = new SerializedString("confidence");
    private static final SerializedString X = new SerializedString("x");
    private static final SerializedString Y = new SerializedString("y");
    private static final SerializedString W = new SerializedString("w");
    private static final SerializedString H = new SerializedString("h");
    private static final SerializedString TRACK_ID = new SerializedString("trackId");

    private final JsonGenerator json;
    private final JsonFields fields;
    private final Rfc3339 utc = Rfc3339.utcNanos();
    private final MissingLabels missing = new MissingLabels();

    NdjsonPrinter(OutputStream out) throws IOException {
        json = FACTORY.createGenerator(out);
        fields = new JsonFields(json);
    }

    @Override
    public MissingLabels missingLabels() {
        return missing;
    }

    @Override
    public void print(Event event) throws IOException {
        LabelSet labels = event.labels();
        RareFields rare = RareFields.of(event);
        json.writeStartObject();
        text(INDEX, Fields.index(event));
        number(PLACE, event.place());
        text(KIND, event.kind().text());
        text(SOURCE, event.source());
        text(STREAM, event.stream());
        number(FRAME, event.frame());
        text(POSITION_NANOS, Long.toString(event.positionNanos()));
        text(CAPTURED_NANOS, Long.toString(event.capturedNanos()));
        text(APPENDED_NANOS, Long.toString(event.appendedNanos()));
        text(DECODE_NANOS, Long.toString(event.decodeNanos()));
        text(INFER_NANOS, Long.toString(event.inferNanos()));
        text(CAPTURED_AT, utc.format(event.capturedNanos()));
        number(WIDTH, event.width());
        number(HEIGHT, event.height());
        text(DIGEST, Fields.digest(event.digest()));
        text(MODEL, Fields.model(labels));
        text(LABEL_SET, Fields.digest(event.labelSetHash()));
        text(PRODUCER, Fields.producer(event));
        text(SEQUENCE, Long.toString(event.sequence()));
        json.writeFieldName(DETECTIONS);
        json.writeStartArray();
        for (int i = 0; i < event.detectionCount(); i++) {
            detection(event, i, labels);
        }
        json.writeEndArray();
        if (event.kind() == EventKind.SKIP) {
            text(REASON, event.reason());
        } else if (event.kind() == EventKind.MESSAGE) {
            message(event);
        }
        rare.write(fields);
        json.writeEndObject();
        json.writeRaw('\n');
        json.flush();
        missing.note(event, labels);
    }

    private void message(Event event) throws IOException {
        text(TOPIC, event.topic());
        if (event.isBinary()) {
            text(BASE64, Base64.getEncoder().encodeToString(event.content()));
        } else {
            text(TEXT, event.text());
        }
    }

    private void detection(Event event, int i, @Nullable LabelSet labels) throws IOException {
        json.writeStartObject();
        number(CLASS_ID, event.classId(i));
        text(LABEL, Fields.label(labels, event.classId(i)));
        number(CONFIDENCE, event.confidence(i));
        number(X, event.x(i));
        number(Y, event.y(i));
        number(W, event.w(i));
        number(H, event.h(i));
        text(TRACK_ID, Long.toString(event.trackId(i)));
        json.writeEndObject();
    }

    private void text(SerializedString name, String value) throws IOException {
        json.writeFieldName(name);
        json.writeString(value);
    }

    private void number(SerializedString name, long value) throws IOException {
        json.writeFieldName(name);
        json.writeNumber(value);
    }

    private void number(SerializedString name, float value) throws IOException {
        json.writeFieldName(name);
        if (Float.isFinite(value)) {
            json.writeNumber(ShortestFloat.toString(value));
        } else {
            json.writeString(ShortestFloat.toString(value));
        }
    }
}
