package io.sightlog.jmh.peers;

import java.util.Locale;

/** How a consumer waits. */
enum WaitKind {
    /** Never gives its core away. */
    SPIN,
    /** Sleeps, and looks again after a time. */
    PARK,
    /** Sleeps until a producer wakes it, through a word of shared memory. */
    FUTEX,
    /** Sleeps in the kernel until something is there. */
    BLOCK;

    /** As options, results and tables have it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static WaitKind of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
