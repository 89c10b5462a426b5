package io.sightlog.cli.options;

import picocli.CommandLine.Option;

/** Whether a reader waits for what comes. */
public final class FollowOption {
    @Option(
            names = {"-f", "--follow"},
            description = "Do not end at the end, wait for what comes.")
    public boolean follow;
}
