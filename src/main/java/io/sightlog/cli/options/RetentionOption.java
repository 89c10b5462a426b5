package io.sightlog.cli.options;

import io.sightlog.cli.terminal.Console;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Retention;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much of the past a producer keeps. */
final class RetentionOption {
    @Option(
            names = "--keep-for",
            paramLabel = "7d",
            converter = Amounts.DurationConverter.class,
            description = "At each change of cycle, delete cycles that ended longer ago.")
    @Nullable
    Duration keepFor;

    @Option(
            names = "--keep-size",
            paramLabel = "10GB",
            converter = Amounts.SizeConverter.class,
            description =
                    "At each change of cycle, delete the oldest while the cycles and kept frames take more room on disk.")
    @Nullable
    Long keepBytes;

    @Option(
            names = "--keep-cycles",
            paramLabel = "N",
            converter = Amounts.CountConverter.class,
            description = "At each change of cycle, delete the oldest while there are more than N.")
    @Nullable
    Integer keepCycles;

    @Option(names = "--drop-unread", description = "Delete also cycles that a named consumer has not read yet.")
    boolean dropUnread;

    private List<String> reported = List.of();

    Retention.Policy policy() {
        return new Retention.Policy(
                keepFor,
                keepBytes == null ? Long.MAX_VALUE : keepBytes,
                keepCycles == null ? Integer.MAX_VALUE : keepCycles,
                Set.of(),
                dropUnread);
    }

    /** Says on standard error what was deleted, and what could not be. */
    void report(Retention.Plan plan, @Nullable JournalException failure) {
        if (failure != null) {
            Console.ERR.println("old cycles could not be deleted: " + failure.getMessage());
        } else if (!plan.cycles().isEmpty() || plan.frames().files() > 0) {
            Console.ERR.println("deleted " + Amounts.count(plan.cycles().size(), "file") + " of old cycles, "
                    + Amounts.size(plan.diskBytes())
                    + (plan.frames().files() == 0
                            ? ""
                            : ", and " + Amounts.count(plan.frames().files(), "file") + " of kept frames, "
                                    + Amounts.size(plan.frames().diskBytes())));
        }
        if (!plan.obstacles().equals(reported)) { // once, not at every change of cycle
            reported = plan.obstacles();
            reported.forEach(Console.ERR::println);
        }
    }
}
