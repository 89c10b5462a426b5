package io.sightlog.cli;

import picocli.CommandLine;

/**
 * All verbs and options, with examples and exit codes, as man pages and completion for shells are made of them. Not a method of
 * {@link Main}: for one that is public the launcher would load picocli at every start.
 */
public final class Documented {
    private Documented() {}

    /** A new one. */
    public static CommandLine commandLine() {
        CommandLine line = Main.commandLine();
        HelpLayout.apply(line);
        return line;
    }
}
