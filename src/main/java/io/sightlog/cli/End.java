package io.sightlog.cli;

import io.sightlog.natives.Temporary;

/** The end of this process, at once: libraries leave threads behind, and their work is done when the verb's is. */
final class End {
    private End() {}

    static void now(int code) {
        Temporary.remove();
        Runtime.getRuntime().halt(code);
    }
}
