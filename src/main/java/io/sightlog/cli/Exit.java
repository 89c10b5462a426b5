package io.sightlog.cli;

/** What the process ends with. */
final class Exit {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    /** Done, but something was skipped, missing or damaged on the way, and was told. */
    static final int DONE_WITH_LOSS = 3;

    private Exit() {}
}
