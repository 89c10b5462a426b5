package io.sightlog.text;

import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;
import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.wire.ValueOut;
import net.openhft.chronicle.wire.Wire;
import net.openhft.chronicle.wire.WireType;
import org.jspecify.annotations.Nullable;

/**
 * A YAML document an event, through Chronicle Wire; the same fields, values and types as NDJSON.
 *
 * <p>Texts are handed to the wire in double quotes: left to itself it writes {@code true}, {@code 0x1f} or {@code 12}
 * plain, and other YAML readers would not take them for texts any more.
 */
final class YamlPrinter implements EventPrinter {
    static {
        // what Wire loads when it is first used, each from where ours is
        Natives.tryLoad(Bundle.JNA);
        Natives.tryLoad(Bundle.JFFI);
    }

    private final OutputStream out;
    private final Rfc3339 utc = Rfc3339.utcNanos();
    private final MissingLabels missing = new MissingLabels();
    private final Bytes<byte[]> bytes = Bytes.allocateElasticOnHeap();
    private final Wire wire = WireType.YAML_ONLY.apply(bytes);
    private final StringBuilder quoted = new StringBuilder();

    YamlPrinter(OutputStream out) {
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
        bytes.clear();
        bytes.append("---\n");
        text("index", Fields.index(event));
        wire.write("place").int32(event.place());
        text("kind", event.kind().text());
        text("source", event.source());
        text("stream", event.stream());
        wire.write("frame").int64(event.frame());
        text("positionNanos", Long.toString(event.positionNanos()));
        text("capturedNanos", Long.toString(event.capturedNanos()));
        text("appendedNanos", Long.toString(event.appendedNanos()));
        text("decodeNanos", Long.toString(event.decodeNanos()));
        text("inferNanos", Long.toString(event.inferNanos()));
        text("capturedAt", utc.format(event.capturedNanos()));
        wire.write("width").int32(event.width());
        wire.write("height").int32(event.height());
        text("digest", Fields.digest(event.digest()));
        text("model", Fields.model(labels));
        text("labelSet", Fields.digest(event.labelSetHash()));
        text("producer", Fields.producer(event));
        text("sequence", Long.toString(event.sequence()));
        wire.write("detections").sequence(event, (seen, detections) -> {
            for (int i = 0; i < seen.detectionCount(); i++) {
                detection(seen, i, labels, detections);
            }
        });
        if (event.kind() == EventKind.SKIP) {
            text("reason", event.reason());
        } else if (event.kind() == EventKind.MESSAGE) {
            message(event);
        }
        rare.write(new YamlFields());
        out.write(bytes.underlyingObject(), 0, (int) bytes.writePosition());
        missing.note(event, labels);
    }

    private void message(Event event) {
        text("topic", event.topic());
        if (event.isBinary()) {
            text("base64", Base64.getEncoder().encodeToString(event.content()));
        } else {
            text("text", event.text());
        }
    }

    private void detection(Event event, int i, @Nullable LabelSet labels, ValueOut into) {
        into.marshallable(fields -> {
            wire.write("classId").int32(event.classId(i));
            text("label", Fields.label(labels, event.classId(i)));
            number("confidence", event.confidence(i));
            number("x", event.x(i));
            number("y", event.y(i));
            number("w", event.w(i));
            number("h", event.h(i));
            text("trackId", Long.toString(event.trackId(i)));
        });
    }

    /** Each object is gathered, and written when it ends: the wire takes what is inside as one. */
    private final class YamlFields implements RareFields.Out {
        private final List<Runnable> inside = new ArrayList<>();
        private String object = "";

        @Override
        public void begin(String name) {
            object = name;
            inside.clear();
        }

        @Override
        public void text(String name, String value) {
            inside.add(() -> YamlPrinter.this.text(name, value));
        }

        @Override
        public void number(String name, long value) {
            inside.add(() -> wire.write(name).int64(value));
        }

        @Override
        public void texts(String name, List<String> values) {
            inside.add(() -> wire.write(name)
                    .sequence(values, (all, each) -> all.forEach(value -> each.rawBytes(quoted(value)))));
        }

        @Override
        public void end() {
            wire.write(object).marshallable(fields -> inside.forEach(Runnable::run));
        }
    }

    private void number(String name, float value) {
        if (Float.isFinite(value)) {
            wire.write(name).rawText(ShortestFloat.toString(value));
        } else {
            text(name, ShortestFloat.toString(value));
        }
    }

    private void text(String name, String value) {
        wire.write(name).rawBytes(quoted(value));
    }

    private byte[] quoted(String value) {
        quoted.setLength(0);
        quoted.append('"');
        for (int i = 0; i < value.length(); i++) {
            quote(value.charAt(i));
        }
        quoted.append('"');
        return quoted.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * What YAML calls printable stays, and so do pairs of surrogates; other characters are escaped, and the line separators
     * of YAML 1.1 with them.
     */
    private void quote(char c) {
        boolean printable =
                (c >= ' ' && c < 0x7f) || (c >= 0xa0 && c != '\u2028' && c != '\u2029' && c != '\ufeff' && c < 0xfffe);
        if (c == '"' || c == '\\') {
            quoted.append('\\').append(c);
        } else if (printable) {
            quoted.append(c);
        } else {
            quoted.append(String.format("\\u%04x", (int) c));
        }
    }
}
