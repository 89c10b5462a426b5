package io.sightlog.cli;

import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.options.JsonOption;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.NativeCalls;
import io.sightlog.event.ShownTime;
import io.sightlog.journal.FrameUsage;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Retention;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sightlog prune}: previews which cycles would be deleted, and deletes them with {@code --execute}. */
@Command(
        name = "prune",
        description = "Delete old cycles. Shows what it would do; --execute does it.",
        footer = {
            "",
            "Only whole cycles that have ended are deleted, the oldest first, and never one that a named "
                    + "consumer has not read. Kept frames go with the last cycle whose events point at them. It may run beside "
                    + "producers and readers. Label sets and the positions of consumers stay. Exit code 3: something that should go was kept."
        })
final class Prune implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Option(
            names = "--keep-for",
            paramLabel = "7d",
            converter = Amounts.DurationConverter.class,
            description = "Delete cycles that ended longer ago: a number and s, m, h, d or w.")
    @Nullable
    Duration keepFor;

    @Option(
            names = "--keep-size",
            paramLabel = "10GB",
            converter = Amounts.SizeConverter.class,
            description =
                    "Delete the oldest while the cycles and kept frames take more room on disk: a number and kB, MB, GB, TB, KiB, ...")
    @Nullable
    Long keepBytes;

    @Option(
            names = "--keep-cycles",
            paramLabel = "N",
            converter = Amounts.CountConverter.class,
            description = "Delete the oldest while there are more than N.")
    @Nullable
    Integer keepCycles;

    @Option(
            names = "--ignore",
            paramLabel = "NAME",
            split = ",",
            description = "Delete also what this consumer has not read; may be repeated.")
    List<String> ignored = new ArrayList<>();

    @Option(names = "--execute", description = "Do it.")
    boolean execute;

    @Mixin
    JsonOption json = new JsonOption();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (keepFor == null && keepBytes == null && keepCycles == null) {
            throw new ParameterException(
                    java.util.Objects.requireNonNull(spec).commandLine(),
                    "one of --keep-for, --keep-size and --keep-cycles is needed");
        }
        NativeCalls.look();
        Journal journal = queue.open();
        if (!journal.exists()) {
            throw new JournalException("no journal in " + journal.directory() + ": nothing to prune");
        }
        checkIgnored(journal);
        Retention retention = journal.retention();
        Retention.Plan plan = retention.plan(new Retention.Policy(
                keepFor,
                keepBytes == null ? Long.MAX_VALUE : keepBytes,
                keepCycles == null ? Integer.MAX_VALUE : keepCycles,
                Set.copyOf(ignored),
                false));
        if (json.json) {
            print(plan, execute ? retention.execute(plan) : 0);
        } else {
            show(plan);
            if (execute) {
                Console.OUT.println("deleted " + Amounts.count(retention.execute(plan), "file"));
            } else if (!plan.cycles().isEmpty() || plan.frames().files() > 0) {
                Console.OUT.println("nothing was deleted: --execute does it");
            }
        }
        plan.obstacles().forEach(Console.ERR::println);
        return Exit.of(plan.obstacles().isEmpty());
    }

    /** A name that is mistyped would keep what it was to let go. */
    private void checkIgnored(Journal journal) {
        for (String name : ignored) {
            if (journal.consumer(name) == null) {
                throw UnknownConsumer.of(journal, name);
            }
        }
    }

    private void print(Retention.Plan plan, int deleted) throws IOException {
        try (Json lines = new Json()) {
            for (Retention.Cycle cycle : plan.cycles()) {
                lines.line(line -> {
                    line.writeStringField("file", String.valueOf(cycle.file().getFileName()));
                    line.writeNumberField("diskBytes", cycle.diskBytes());
                    line.writeNumberField("excerpts", cycle.excerpts());
                    line.writeNumberField("frameFiles", cycle.frames().files());
                    line.writeNumberField("framesDiskBytes", cycle.frames().diskBytes());
                    if (cycle.excerpts() > 0) {
                        Json.time(line, "firstAppended", cycle.firstAppendedNanos());
                        Json.time(line, "lastAppended", cycle.lastAppendedNanos());
                    }
                });
            }
            lines.line(line -> {
                line.writeBooleanField("executed", execute);
                line.writeNumberField("files", plan.cycles().size());
                line.writeNumberField("diskBytes", plan.diskBytes());
                line.writeNumberField("frameFiles", plan.frames().files());
                line.writeNumberField("framesDiskBytes", plan.frames().diskBytes());
                line.writeNumberField("deletedFiles", deleted);
                line.writeNumberField("keptFiles", plan.keptCycles());
                line.writeNumberField("keptDiskBytes", plan.keptBytes());
                line.writeNumberField("keptFrameFiles", plan.keptFrames().files());
                line.writeNumberField("keptFramesDiskBytes", plan.keptFrames().diskBytes());
                line.writeArrayFieldStart("obstacles");
                for (String obstacle : plan.obstacles()) {
                    line.writeString(obstacle);
                }
                line.writeEndArray();
            });
        }
    }

    private static void show(Retention.Plan plan) {
        for (Retention.Cycle cycle : plan.cycles()) {
            Console.OUT.printf(
                    "%-24s %8s %10d %s%s%s%n",
                    cycle.file().getFileName(),
                    Amounts.size(cycle.diskBytes()),
                    cycle.excerpts(),
                    Amounts.noun(cycle.excerpts(), "excerpt"),
                    cycle.excerpts() == 0
                            ? ""
                            : ", " + ShownTime.of(cycle.firstAppendedNanos()) + " to "
                                    + ShownTime.of(cycle.lastAppendedNanos()),
                    cycle.frames().files() == 0 ? "" : ", with " + frames(cycle.frames()));
        }
        Console.OUT.println(Amounts.count(plan.cycles().size(), "file") + " to delete, "
                + Amounts.size(plan.diskBytes()) + "; " + Amounts.count(plan.keptCycles(), "file") + " to keep, "
                + Amounts.size(plan.keptBytes()));
        if (plan.frames().files() + plan.keptFrames().files() > 0) {
            Console.OUT.println(
                    "kept frames: " + frames(plan.frames()) + " to delete; " + frames(plan.keptFrames()) + " to keep");
        }
    }

    private static String frames(FrameUsage frames) {
        return Amounts.count(frames.files(), "file") + " of frames, " + Amounts.size(frames.diskBytes());
    }
}
