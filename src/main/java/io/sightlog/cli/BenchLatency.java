package io.sightlog.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightlog.bench.Cores;
import io.sightlog.bench.LatencyBench;
import io.sightlog.bench.LatencyPlan;
import io.sightlog.bench.LatencyPlot;
import io.sightlog.bench.LatencyResult;
import io.sightlog.bench.LatencyRound;
import io.sightlog.bench.Nanos;
import io.sightlog.bench.Scratch;
import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.options.BenchOptions;
import io.sightlog.cli.options.LatencyOptions;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.NativeCalls;
import io.sightlog.cli.terminal.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog bench latency}: from one process to others. */
@Command(
        name = "latency",
        description = "Measure how long an event takes from a producer's process to consumers in others.",
        footer = {
            "",
            "Event k is due at start + k/rate, whatever became of those before it, and its latency is the "
                    + "time from then until a consumer has checked and got it: a producer that stalls cannot hide it. "
                    + "Each round has new processes and a warm-up that does not count: 50,000 events at 50,000/s or "
                    + "faster, then half a second at the rate asked for. Every consumer must read every event once, in "
                    + "order and as it was sent, or the bench fails.",
            "",
            "The result is the median of the rounds, with the lowest and highest; for the slowest event in "
                    + "--json (maxNanos), the slowest of all rounds. Percentiles are right to three digits."
        })
final class BenchLatency implements Callable<Integer> {
    @Mixin
    LatencyOptions options = new LatencyOptions();

    @Mixin
    BenchOptions bench = new BenchOptions();

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            description = "Draw it: FILE.svg, or FILE.html; either is complete in itself.")
    @Nullable
    Path plot;

    @Override
    public Integer call() throws IOException, InterruptedException {
        NativeCalls.look();
        LatencyPlan plan = options.plan();
        int rounds = bench.rounds();
        checkPlot();
        String warning = Cores.tooFew(plan, Runtime.getRuntime().availableProcessors());
        if (warning != null) {
            Console.ERR.println(warning);
        }
        LatencyBench running = new LatencyBench(plan, BenchLatency::start);
        Stop.listen();
        Stop.whenBlocked(running::stop);
        LatencyResult result;
        long needed = LatencyBench.neededBytes(plan, bench.queue == null ? 1 : rounds);
        try (Scratch scratch = new Scratch(bench.queue, needed)) {
            result = running.run(rounds, scratch, BenchLatency::tell);
        } catch (IllegalStateException e) {
            if (Stop.requested()) {
                Console.ERR.println("stopped before all rounds were run: no result");
                return Exit.failed();
            }
            throw e;
        }
        if (plot != null) {
            Files.writeString(plot, plotIs(".svg") ? LatencyPlot.svg(result) : LatencyPlot.html(result));
        }
        if (bench.json.json) {
            Json.print(json -> write(json, result, warning));
        } else {
            print(result);
        }
        return Exit.DONE;
    }

    /** Before the rounds, not after them. */
    private void checkPlot() throws IOException {
        if (plot == null) {
            return;
        }
        if (!plotIs(".svg") && !plotIs(".html")) {
            throw new CommandLine.ParameterException(
                    bench.spec.commandLine(), "cannot plot to " + plot + ": FILE.svg or FILE.html is needed");
        }
        Path folder = plot.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException("cannot plot to " + plot + ": there is no folder " + folder);
        }
    }

    private boolean plotIs(String extension) {
        return String.valueOf(plot).toLowerCase(Locale.ROOT).endsWith(extension);
    }

    private static Process start(List<String> verb) throws IOException {
        return new ProcessBuilder(Self.command(verb))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void tell(LatencyRound round) {
        Console.ERR.printf(
                "round: 50 %% %s, 99 %% %s, slowest %s%n",
                Nanos.text(Percentile.P50.of(round.latency())),
                Nanos.text(Percentile.P99.of(round.latency())),
                Nanos.text(Percentile.MAX.of(round.latency())));
    }

    private static void print(LatencyResult result) {
        LatencyPlan plan = result.plan();
        Console.OUT.printf(
                "%,d events/s of %,d bytes (%,d detections) from one process to %d, waiting by %s; %s of %,d events%n%s%n%n",
                plan.rate(),
                result.eventBytes(),
                plan.detections(),
                plan.consumers(),
                plan.waiting().name().toLowerCase(Locale.ROOT),
                Amounts.count(result.rounds().size(), "round"),
                plan.measuredEvents(),
                result.machine().text());
        Console.OUT.printf("%10s %12s %12s %12s%n", "", "median", "lowest", "highest");
        for (Percentile percentile : Percentile.values()) {
            Console.OUT.printf(
                    "%10s %12s %12s %12s%n",
                    percentile.label(),
                    Nanos.text(result.percentile(percentile.percent())),
                    Nanos.text(result.lowest(percentile.percent())),
                    Nanos.text(result.highest(percentile.percent())));
        }
        Console.OUT.printf(
                "%n%,d events, none lost. A consumer used %.1f %% of a core. The producer was at most %s late.%n",
                result.events(),
                result.consumerCpuPercent(),
                Nanos.text(result.rounds().stream()
                        .mapToLong(LatencyRound::producerLateNanosMax)
                        .max()
                        .orElseThrow()));
    }

    private static void write(JsonGenerator json, LatencyResult result, @Nullable String warning) throws IOException {
        LatencyPlan plan = result.plan();
        for (Percentile percentile : Percentile.values()) {
            Json.nanos(
                    json,
                    percentile.field(),
                    percentile == Percentile.MAX ? result.highest(100) : result.percentile(percentile.percent()));
        }
        json.writeNumberField("events", result.events());
        json.writeNumberField("rounds", result.rounds().size());
        Json.number(json, "consumerCpuPercent", result.consumerCpuPercent());
        json.writeNumberField("rate", plan.rate());
        json.writeStringField("wait", plan.waiting().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("detections", plan.detections());
        json.writeNumberField("consumers", plan.consumers());
        json.writeBooleanField("preTouch", plan.preTouch());
        Json.number(json, "durationSeconds", plan.durationSeconds());
        json.writeNumberField("eventBytes", result.eventBytes());
        json.writeObjectFieldStart("spread");
        for (Percentile percentile : Percentile.values()) {
            json.writeArrayFieldStart(percentile.field());
            json.writeString(Long.toString(result.lowest(percentile.percent())));
            json.writeString(Long.toString(result.highest(percentile.percent())));
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeArrayFieldStart("eachRound");
        for (LatencyRound round : result.rounds()) {
            json.writeStartObject();
            Json.percentiles(json, round.latency());
            json.writeNumberField("events", round.events());
            Json.number(json, "consumerCpuPercent", round.consumerCpuPercent());
            Json.nanos(json, "producerLateNanosMax", round.producerLateNanosMax());
            json.writeEndObject();
        }
        json.writeEndArray();
        Json.machine(json, result.machine(), warning);
    }
}
