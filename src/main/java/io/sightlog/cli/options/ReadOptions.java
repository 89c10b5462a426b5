package io.sightlog.cli.options;

import io.sightlog.consume.Reading;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is read, and how, by verbs that can be a named consumer. */
public final class ReadOptions {
    @Mixin
    SelectionOptions selection = new SelectionOptions();

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description = "Read as this consumer: its position is kept, and it is the only one of that name.")
    @Nullable
    String name;

    @Mixin
    WaitOption waiting = new WaitOption();

    /** @param follow whether to wait for what comes */
    public Reading reading(boolean follow) {
        return new Reading(selection.selection(), name, follow, waiting.mode());
    }
}
