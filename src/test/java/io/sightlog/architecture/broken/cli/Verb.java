package io.sightlog.architecture.broken.cli;

import picocli.CommandLine.Command;

/** What no room may import. */
@Command
public class Verb {
    public static void help() {}
}
