package io.sightlog.cli.terminal;

import io.sightlog.natives.Temporary;

/** The end of this process, at once: libraries leave threads behind, and their work is done when the verb's is. */
public final class End {
    private End() {}

    public static void now(int code) {
        Temporary.remove();
        Runtime.getRuntime().halt(code);
    }
}
