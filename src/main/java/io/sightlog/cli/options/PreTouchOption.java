package io.sightlog.cli.options;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a producer has its pages provided ahead of it. */
public final class PreTouchOption {
    /** The producer, its consumer, and one to spare. */
    private static final int ENOUGH_PROCESSORS = 3;

    @Option(
            names = "--pre-touch",
            negatable = true,
            description = "Have the kernel provide the journal's pages ahead of this producer, by a thread of its own "
                    + "(Linux 5.14 and newer; the default where there are 3 processors or more).")
    @Nullable
    Boolean wanted;

    boolean isWanted() {
        return wanted != null ? wanted : Runtime.getRuntime().availableProcessors() >= ENOUGH_PROCESSORS;
    }
}
