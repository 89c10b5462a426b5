package io.sightlog.cli.options;

import io.sightlog.journal.Journal;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Which journal. */
public final class QueueOption {
    @Option(
            names = {"-q", "--queue"},
            paramLabel = "DIR",
            defaultValue = "queue-data",
            scope = ScopeType.INHERIT, // may stand before the name of a verb's own verb, and after it
            description = "The journal's directory (default: ${DEFAULT-VALUE}).")
    public Path directory = Path.of("queue-data");

    public Journal open() {
        return Journal.open(directory);
    }
}
