package io.sightlog.cli;

import io.sightlog.journal.Journal;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which journal. */
final class QueueOption {
    @Option(
            names = {"-q", "--queue"},
            paramLabel = "DIR",
            defaultValue = "queue-data",
            description = "The journal's directory (default: ${DEFAULT-VALUE}).")
    Path directory = Path.of("queue-data");

    Journal open() {
        return Journal.open(directory);
    }
}
