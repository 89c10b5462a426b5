package io.sightlog.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sightlog mirror}: for programs that know nothing of journals. */
@Command(
        name = "mirror",
        description = "Show the newest frame to programs that know nothing of journals.",
        synopsisSubcommandLabel = "shm",
        subcommands = MirrorShm.class)
final class Mirror implements Runnable {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "where to show it is needed: shm");
    }
}
