package io.sightlog.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sightlog mqtt}: events to and from a broker of MQTT. */
@Command(
        name = "mqtt",
        description = "Publish events to an MQTT broker, or receive messages from one.",
        synopsisSubcommandLabel = "VERB",
        subcommands = {MqttSend.class, MqttReceive.class})
final class Mqtt implements Runnable {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "a verb is needed: " + String.join(" or ", spec.subcommands().keySet()));
    }
}
