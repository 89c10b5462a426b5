package io.sightlog.cli.terminal;

/** What the process ends with. */
public final class Exit {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    static final int USAGE = 2;
    /** Done, but something was skipped, missing or damaged on the way, and was told. */
    public static final int DONE_WITH_LOSS = 3;

    private Exit() {}
}
