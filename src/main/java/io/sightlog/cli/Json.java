package io.sightlog.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.sightlog.bench.Machine;
import io.sightlog.cli.terminal.Output;
import java.io.IOException;
import java.io.OutputStream;
import org.HdrHistogram.AbstractHistogram;
import org.jspecify.annotations.Nullable;

/** One object of JSON on standard output, on one line. Durations and counts are numbers: they are far below 2^53. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final double DECIMALS = 1e4;

    private Json() {}

    /** Writes the fields of an object. */
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    static void print(Fields fields) throws IOException {
        try (OutputStream out = Output.stdout()) {
            try (JsonGenerator json = FACTORY.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
                json.writeStartObject();
                fields.write(json);
                json.writeEndObject();
            }
            out.write('\n');
        }
    }

    /** A number with at most four decimals. */
    static void number(JsonGenerator json, String name, double value) throws IOException {
        json.writeNumberField(name, Math.rint(value * DECIMALS) / DECIMALS);
    }

    static void percentiles(JsonGenerator json, AbstractHistogram latency) throws IOException {
        for (Percentile percentile : Percentile.values()) {
            json.writeNumberField(percentile.field(), latency.getValueAtPercentile(percentile.percent()));
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
