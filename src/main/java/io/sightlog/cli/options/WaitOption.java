package io.sightlog.cli.options;

import io.sightlog.journal.IdleStrategy;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a consumer waits. */
public final class WaitOption {
    @Option(
            names = "--wait",
            paramLabel = "spin|futex|park",
            description =
                    "How to wait for events: spin (burns a core), futex (sleeps until woken; the default on Linux) or "
                            + "park (looks from time to time; used where there is no futex, or where sightlog.signal "
                            + "cannot be written).")
    public IdleStrategy.@Nullable Mode mode;

    public IdleStrategy.Mode mode() {
        return mode == null ? IdleStrategy.Mode.byDefault() : mode;
    }
}
