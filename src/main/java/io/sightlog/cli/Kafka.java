package io.sightlog.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sightlog kafka}: events to Kafka, and records from there. */
@Command(
        name = "kafka",
        description = "Send events to Kafka, and receive records from there.",
        synopsisSubcommandLabel = "VERB",
        subcommands = {KafkaSend.class, KafkaReceive.class})
final class Kafka implements Runnable {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "a verb is needed: " + String.join(" or ", spec.subcommands().keySet()));
    }
}
