package io.sightlog.cli.options;

import io.sightlog.bench.LatencyPlan;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a round of {@code bench latency} does: the same for it and for its children. */
public final class LatencyOptions {
    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Events a second, each due at its own time (default: ${DEFAULT-VALUE}).")
    long rate = 10_000;

    @Option(
            names = "--duration",
            paramLabel = "S",
            defaultValue = "2",
            description = "Seconds that are measured in each round, after its warm-up (default: ${DEFAULT-VALUE}).")
    double durationSeconds = 2;

    @Option(
            names = "--detections",
            paramLabel = "N",
            defaultValue = "10",
            description = "In every event (default: ${DEFAULT-VALUE}).")
    int detections = 10;

    @Option(
            names = "--consumers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Processes that read, each all of it (default: ${DEFAULT-VALUE}).")
    int consumers = 1;

    @Option(
            names = "--pre-touch",
            description =
                    "Have the kernel provide the producer's pages ahead of it, by a thread that wants a core to itself "
                            + "(Linux 5.14 and newer).")
    boolean preTouch;

    @Mixin
    WaitOption waiting = new WaitOption();

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec = CommandSpec.create();

    /** @throws CommandLine.ParameterException when a value is out of its range */
    public LatencyPlan plan() {
        try {
            return new LatencyPlan(rate, durationSeconds, detections, consumers, waiting.mode(), preTouch);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
