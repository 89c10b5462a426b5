package io.sightlog.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightlog.bench.Cores;
import io.sightlog.bench.Scratch;
import io.sightlog.bench.ThroughputBench;
import io.sightlog.bench.ThroughputPlan;
import io.sightlog.bench.ThroughputResult;
import io.sightlog.bench.ThroughputRound;
import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.options.BenchOptions;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.NativeCalls;
import io.sightlog.cli.terminal.Stop;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog bench throughput}: how many events a second. */
@Command(
        name = "throughput",
        description =
                "Measure how many events a second are appended and replayed, beside a plain copy of the same bytes.",
        footer = {
            "",
            "Appending fills in every event anew and writes it with checksum, stamp and sequence number. Replaying checks "
                    + "the checksum and reads every field, texts and labels included; what was read is checked against "
                    + "what was written. The plain copy copies the bytes of one event into a new mapped file, again and "
                    + "again, and out of it through a new mapping. One thread, one thing at a time; a first round does "
                    + "not count."
        })
final class BenchThroughput implements Callable<Integer> {
    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "200000",
            description = "In each step of each round (default: ${DEFAULT-VALUE}).")
    long events = 200_000;

    @Option(
            names = "--detections",
            paramLabel = "N",
            defaultValue = "10",
            description = "In every event (default: ${DEFAULT-VALUE}).")
    int detections = 10;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "32",
            description = "Events in one excerpt, in the steps with batches (default: ${DEFAULT-VALUE}).")
    int batch = 32;

    @Option(
            names = "--pre-touch",
            description =
                    "Have the kernel provide the writer's pages ahead of it, by a thread that wants a core to itself "
                            + "(Linux 5.14 and newer).")
    boolean preTouch;

    @Mixin
    BenchOptions bench = new BenchOptions();

    /** What is measured, its name in JSON, and what it is compared with. */
    private enum Step {
        APPEND("append", "append", ThroughputRound::append, ThroughputRound::appendRatio),
        BATCH_APPEND(
                "append in batches", "batchAppend", ThroughputRound::batchAppend, ThroughputRound::batchAppendRatio),
        INTERVAL_APPEND(
                "append, interval=100ms",
                "intervalAppend",
                ThroughputRound::intervalAppend,
                ThroughputRound::intervalAppendRatio),
        EVERY_EVENT_APPEND(
                "append, every-event",
                "everyEventAppend",
                ThroughputRound::everyEventAppend,
                ThroughputRound::everyEventAppendRatio),
        COPY_WRITE("plain copy into a file", "copyWrite", ThroughputRound::copyWrite, null),
        REPLAY("replay", "replay", ThroughputRound::replay, ThroughputRound::replayRatio),
        BATCH_REPLAY(
                "replay of batches", "batchReplay", ThroughputRound::batchReplay, ThroughputRound::batchReplayRatio),
        COPY_READ("plain copy out of a file", "copyRead", ThroughputRound::copyRead, null);

        final String label;
        final String field;
        final ToDoubleFunction<ThroughputRound> perSecond;
        final @Nullable ToDoubleFunction<ThroughputRound> ratio;

        Step(
                String label,
                String field,
                ToDoubleFunction<ThroughputRound> perSecond,
                @Nullable ToDoubleFunction<ThroughputRound> ratio) {
            this.label = label;
            this.field = field;
            this.perSecond = perSecond;
            this.ratio = ratio;
        }
    }

    @Override
    public Integer call() throws IOException {
        NativeCalls.look();
        ThroughputPlan plan = plan();
        int rounds = bench.rounds();
        String warning = Cores.tooFew(1, "one thread", Runtime.getRuntime().availableProcessors());
        if (warning != null) {
            Console.ERR.println(warning);
        }
        Stop.listen();
        ThroughputResult result;
        try (Scratch scratch = new Scratch(bench.queue, ThroughputBench.neededBytes(plan))) {
            result = new ThroughputBench(plan, Stop::requested).run(rounds, scratch, BenchThroughput::tell);
        } catch (IllegalStateException e) {
            if (Stop.requested()) {
                Console.ERR.println("stopped before all rounds were run: no result");
                return Exit.failed();
            }
            throw e;
        }
        if (bench.json.json) {
            Json.print(json -> write(json, result, warning));
        } else {
            print(result);
        }
        return Exit.DONE;
    }

    private ThroughputPlan plan() {
        try {
            return new ThroughputPlan(events, detections, batch, preTouch);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(bench.spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static void tell(ThroughputRound round) {
        Console.ERR.printf(
                "round: append %,.0f/s, in batches %,.0f/s, replay %,.0f/s, of batches %,.0f/s%n",
                round.append(), round.batchAppend(), round.replay(), round.batchReplay());
    }

    private static void print(ThroughputResult result) {
        Console.OUT.printf(
                "%,d events of %,d bytes (%,d detections), batches of %d; %s%n%s%n%n",
                result.plan().events(),
                result.eventBytes(),
                result.plan().detections(),
                result.plan().batch(),
                Amounts.count(result.rounds().size(), "round"),
                result.machine().text());
        Console.OUT.printf("%-26s %14s %14s %14s %14s%n", "events/s", "median", "lowest", "highest", "of the copy");
        for (Step step : Step.values()) {
            Console.OUT.printf(
                    "%-26s %,14.0f %,14.0f %,14.0f %14s%n",
                    step.label,
                    result.median(step.perSecond),
                    result.lowest(step.perSecond),
                    result.highest(step.perSecond),
                    step.ratio == null ? "" : String.format(Locale.ROOT, "%.3f", result.median(step.ratio)));
        }
    }

    private static void write(JsonGenerator json, ThroughputResult result, @Nullable String warning)
            throws IOException {
        for (Step step : Step.values()) {
            Json.number(json, step.field + "PerSecond", result.median(step.perSecond));
        }
        for (Step step : Step.values()) {
            if (step.ratio != null) {
                Json.number(json, step.field + "Ratio", result.median(step.ratio));
            }
        }
        json.writeNumberField("rounds", result.rounds().size());
        json.writeNumberField("events", result.plan().events());
        json.writeNumberField("eventBytes", result.eventBytes());
        json.writeNumberField("detections", result.plan().detections());
        json.writeNumberField("batch", result.plan().batch());
        json.writeBooleanField("preTouch", result.plan().preTouch());
        json.writeArrayFieldStart("eachRound");
        for (ThroughputRound round : result.rounds()) {
            json.writeStartObject();
            for (Step step : Step.values()) {
                Json.number(json, step.field + "PerSecond", step.perSecond.applyAsDouble(round));
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        Json.machine(json, result.machine(), warning);
    }
}
