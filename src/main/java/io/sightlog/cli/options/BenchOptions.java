package io.sightlog.cli.options;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every bench has. */
public final class BenchOptions {
    private static final int MAX_ROUNDS = 1000;

    @Option(
            names = {"-q", "--queue"},
            paramLabel = "DIR",
            description =
                    "Write there: a directory that is empty or not there yet, and stays. When left out, a temporary "
                            + "one in shared memory (/dev/shm) where there is some, which goes.")
    @Nullable
    public Path queue;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How many (default: ${DEFAULT-VALUE}); their median is the result.")
    public int rounds = 5;

    @Mixin
    public JsonOption json = new JsonOption();

    @Spec(Spec.Target.MIXEE)
    public CommandSpec spec = CommandSpec.create();

    /** @throws CommandLine.ParameterException when it is out of its range */
    public int rounds() {
        if (rounds < 1 || rounds > MAX_ROUNDS) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "rounds=" + rounds + " is not in 1.." + MAX_ROUNDS);
        }
        return rounds;
    }
}
