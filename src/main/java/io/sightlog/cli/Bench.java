package io.sightlog.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sightlog bench}: measures this machine. */
@Command(
        name = "bench",
        description =
                "Measure on this machine how fast events cross from one process to others, and how many a second.",
        synopsisSubcommandLabel = "latency|throughput",
        subcommands = {BenchLatency.class, BenchThroughput.class, BenchProducer.class, BenchConsumer.class})
final class Bench implements Runnable {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "what to measure is needed: latency or throughput");
    }
}
