package io.sightlog.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightlog.bench.Nanos;
import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.options.JsonOption;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.options.SelectionOptions;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.consume.Outcome;
import io.sightlog.consume.Reading;
import io.sightlog.inspect.StageLatency;
import io.sightlog.inspect.StageLatency.Stage;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.AbstractHistogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog latency}: how long frames took on their way into a journal. */
@Command(
        name = "latency",
        description = "Show how long frames took on their way into a journal, stage by stage and for each " + "source.",
        footer = {
            "",
            "The stages, from the stamps that every event carries:",
            "  decode  captured to decoded: reading and decoding; in videos,",
            "          everything since the frame before",
            "  infer   decoded to inferred: the model alone",
            "  rest    what is left of the total: waiting for the detector,",
            "          resizing, decoding its outputs, encoding, appending",
            "  total   captured to appended",
            "",
            "A stage that a producer did not time has no entries. A frame is captured when its file is read; with produce "
                    + "--captured file or --start-time, and in videos, it is captured when it was filmed, and then the "
                    + "total says how old the frame was. A frame that was appended before it was captured has no total, "
                    + "and one whose total is less than decode and infer has no rest. Percentiles are right to three "
                    + "digits."
        })
final class Latency implements Callable<Integer> {
    private static final int ROWS = 20;

    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    SelectionOptions selection = new SelectionOptions();

    @Mixin
    JsonOption json = new JsonOption();

    @Option(names = "--all", description = "All sources, not the first " + ROWS + "; --json always has all.")
    boolean all;

    @Override
    public Integer call() throws IOException {
        StageLatency latency = new StageLatency();
        Outcome outcome = Consuming.run(queue.open(), Reading.past(selection.selection()), latency::add);
        if (json.json) {
            Json.print(out -> write(out, latency, outcome.damaged()));
        } else {
            print(latency);
        }
        return Exit.of(outcome, true);
    }

    private void print(StageLatency latency) {
        Console.OUT.printf("%,d %s%n", latency.frames(), Amounts.noun(latency.frames(), "frame"));
        header();
        rows(latency.all());
        latency.bySource().entrySet().stream()
                .limit(all ? Long.MAX_VALUE : ROWS)
                .forEach(source -> {
                    Console.OUT.println();
                    Console.OUT.println(source.getKey());
                    rows(source.getValue());
                });
        int hidden = all ? 0 : latency.bySource().size() - ROWS;
        if (hidden > 0) {
            Console.OUT.println("... and " + hidden + " more sources: --all shows them");
        }
        if (latency.recorded() > 0) {
            Console.ERR.println("total and rest mean nothing for " + latency.recorded() + " of "
                    + Amounts.count(latency.frames(), "frame")
                    + ", which were not captured when they were read: they are"
                    + " of videos, whose frames count from the start of the run or --start-time, or older than a day");
        }
        if (latency.appendedBeforeCaptured() > 0) {
            Console.ERR.println(latency.appendedBeforeCaptured()
                    + " frames were appended before they were captured, by their stamps, and have no total");
        }
    }

    private static void header() {
        Console.OUT.printf("%-8s %10s", "", "frames");
        for (Percentile percentile : Percentile.values()) {
            Console.OUT.printf(" %10s", percentile.label());
        }
        Console.OUT.println();
    }

    private static void rows(Map<Stage, AbstractHistogram> stages) {
        stages.forEach((stage, nanos) -> {
            if (nanos.getTotalCount() > 0) {
                Console.OUT.printf("%-8s %,10d", name(stage), nanos.getTotalCount());
                for (Percentile percentile : Percentile.values()) {
                    Console.OUT.printf(" %10s", Nanos.text(percentile.of(nanos)));
                }
                Console.OUT.println();
            }
        });
    }

    private static String name(Stage stage) {
        return stage.name().toLowerCase(Locale.ROOT);
    }

    private static void write(JsonGenerator json, StageLatency latency, long damaged) throws IOException {
        json.writeNumberField("frames", latency.frames());
        json.writeNumberField("otherEvents", latency.otherEvents());
        json.writeNumberField("damagedEvents", damaged);
        json.writeNumberField("appendedBeforeCaptured", latency.appendedBeforeCaptured());
        json.writeNumberField("recordedFrames", latency.recorded());
        stages(json, latency.all());
        json.writeArrayFieldStart("sources");
        for (var source : latency.bySource().entrySet()) {
            json.writeStartObject();
            json.writeStringField("source", source.getKey());
            stages(json, source.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void stages(JsonGenerator json, Map<Stage, AbstractHistogram> stages) throws IOException {
        json.writeObjectFieldStart("stages");
        for (var stage : stages.entrySet()) {
            if (stage.getValue().getTotalCount() > 0) {
                json.writeObjectFieldStart(name(stage.getKey()));
                json.writeNumberField("frames", stage.getValue().getTotalCount());
                Json.percentiles(json, stage.getValue());
                json.writeEndObject();
            }
        }
        json.writeEndObject();
    }
}
