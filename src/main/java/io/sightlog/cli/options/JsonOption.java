package io.sightlog.cli.options;

import picocli.CommandLine.Option;

/** Whether a verb prints for programs. */
public final class JsonOption {
    @Option(names = "--json", description = "For programs: JSON, an object a line; docs/json.md lists the keys.")
    public boolean json;
}
