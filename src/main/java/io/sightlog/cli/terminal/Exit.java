package io.sightlog.cli.terminal;

import io.sightlog.consume.Outcome;

/** What the process ends with. */
public final class Exit {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    static final int USAGE = 2;
    /** Done, but something was skipped, missing or damaged on the way, and was told. */
    public static final int DONE_WITH_LOSS = 3;

    private Exit() {}

    /**
     * Of work that has ended, by itself or since a signal asked for it.
     *
     * @param whole whether nothing was lost on the way that was reported
     * @return after a signal that signal's code, whatever else there is to say
     */
    public static int of(boolean whole) {
        return Stop.exitCode(whole ? DONE : DONE_WITH_LOSS);
    }

    /** Of work that could not be done; after a signal that signal's code, since it may be why. */
    public static int failed() {
        return Stop.exitCode(FAILED);
    }

    /** Of a consumption, and of whether what its sink did is whole. */
    public static int of(Outcome outcome, boolean sinkIsWhole) {
        return of(outcome.isWhole() && sinkIsWhole);
    }
}
