package io.sightlog.cli;

import io.sightlog.journal.Wait;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a consumer waits. */
final class WaitOption {
    @Option(
            names = "--wait",
            paramLabel = "spin|futex|park",
            description =
                    "How to wait for events: spin (burns a core), futex (sleeps until woken; the default on Linux) or "
                            + "park (looks every now and then; where there is no futex, or sightlog.signal cannot be written).")
    Wait.@Nullable Mode mode;

    Wait.Mode mode() {
        return mode == null ? Wait.Mode.byDefault() : mode;
    }
}
