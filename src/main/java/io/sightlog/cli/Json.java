package io.sightlog.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.sightlog.bench.Machine;
import io.sightlog.cli.terminal.Output;
import io.sightlog.event.ShownTime;
import java.io.IOException;
import java.io.OutputStream;
import org.HdrHistogram.AbstractHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Objects of JSON on standard output, each on one line. Counts and sizes are numbers, far below 2^53; nanoseconds,
 * sequence numbers, ids and positions are strings, as in NDJSON.
 */
final class Json implements AutoCloseable {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final double DECIMALS = 1e4;

    private final OutputStream out = Output.stdout();

    /** Writes the fields of an object. */
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** An object on a line, which goes out at once: nobody should wait for the end of a large journal. */
    void line(Fields fields) throws IOException {
        write(out, fields);
        out.flush();
    }

    /** One object alone. */
    static void print(Fields fields) throws IOException {
        try (Json json = new Json()) {
            json.line(fields);
        }
    }

    static void write(OutputStream out, Fields fields) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        }
        out.write('\n');
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** A time, twice: in nanoseconds since the epoch and in RFC 3339. */
    static void time(JsonGenerator json, String name, long nanos) throws IOException {
        json.writeStringField(name + "Nanos", Long.toString(nanos));
        json.writeStringField(name + "At", ShownTime.utc(nanos));
    }

    /** A text, or null. */
    static void textOrNull(JsonGenerator json, String name, @Nullable Object text) throws IOException {
        json.writeStringField(name, text == null ? null : text.toString());
    }

    /** A number with at most four decimals. */
    static void number(JsonGenerator json, String name, double value) throws IOException {
        json.writeNumberField(name, Math.rint(value * DECIMALS) / DECIMALS);
    }

    /** A span, or a time, in nanoseconds. */
    static void nanos(JsonGenerator json, String name, long nanos) throws IOException {
        json.writeStringField(name, Long.toString(nanos));
    }

    static void percentiles(JsonGenerator json, AbstractHistogram latency) throws IOException {
        for (Percentile percentile : Percentile.values()) {
            nanos(json, percentile.field(), percentile.of(latency));
        }
    }

    static void machine(JsonGenerator json, Machine machine, @Nullable String warning) throws IOException {
        json.writeObjectFieldStart("machine");
        json.writeNumberField("processors", machine.processors());
        json.writeStringField("cpu", machine.cpu());
        json.writeStringField("kernel", machine.kernel());
        json.writeStringField("jdk", machine.jdk());
        json.writeStringField("fileSystem", machine.fileSystem());
        json.writeEndObject();
        if (warning != null) {
            json.writeStringField("warning", warning);
        }
    }
}
