package io.sightlog.cli.options;

import picocli.CommandLine.Option;

/** Whether a reader waits for what comes. */
public final class FollowOption {
    @Option(
            names = {"-f", "--follow"},
            description = "Do not stop at the end: wait for new events.")
    public boolean follow;
}
