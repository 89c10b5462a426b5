package io.sightlog.cli.options;

import io.sightlog.journal.Journal;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which journal. */
public final class QueueOption {
    @Option(
            names = {"-q", "--queue"},
            paramLabel = "DIR",
            defaultValue = "queue-data",
            description = "The journal's directory (default: ${DEFAULT-VALUE}).")
    public Path directory = Path.of("queue-data");

    public Journal open() {
        return Journal.open(directory);
    }
}
