package io.sightlog.cli;

import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.NativeCalls;
import io.sightlog.event.Digest;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;
import io.sightlog.event.ShownTime;
import io.sightlog.inspect.JournalInfo;
import io.sightlog.inspect.SequenceCheck;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog info}: what is in a journal. */
@Command(
        name = "info",
        description = "Show what is in a journal: files, times, events, labels, sources, topics, producers.")
final class Info implements Callable<Integer> {
    private static final int ROWS = 20;

    @Mixin
    QueueOption queue = new QueueOption();

    @Option(
            names = "--all",
            description = "All labels, sources, topics and missing numbers, not the first " + ROWS + ".")
    boolean all;

    @Override
    public Integer call() throws IOException {
        NativeCalls.look();
        Journal journal = queue.open();
        Roll roll = journal.roll();
        if (roll == null) {
            throw new JournalException("no journal in " + journal.directory() + " yet: sightlog produce makes one");
        }
        JournalInfo info = JournalInfo.of(journal);
        line("journal", journal.directory());
        line("roll", roll.text() + ", " + Amounts.count(info.files().size() - 1, "cycle"));
        for (Path file : info.files()) {
            if (!Files.notExists(file)) { // not pruned meanwhile
                line(
                        "file",
                        String.format(
                                Locale.ROOT,
                                "%-28s %,15d bytes",
                                file.getFileName(),
                                file.toFile().length()));
            }
        }
        line(
                "events",
                info.events() + " (" + Amounts.count(info.events(EventKind.FRAME), "frame") + ", "
                        + Amounts.count(info.events(EventKind.SKIP), "skip") + ", "
                        + Amounts.count(info.events(EventKind.MESSAGE), "message") + ")");
        if (info.events() > 0) {
            line("first", info.firstPosition() + "  " + ShownTime.of(info.firstAppendedNanos()));
            line("last", info.lastPosition() + "  " + ShownTime.of(info.lastAppendedNanos()));
            line("span", Duration.ofNanos(info.lastAppendedNanos() - info.firstAppendedNanos()));
        }
        line("durable", journal.durable() == null ? "not known" : "up to " + journal.durable());
        line("detections", info.detections());
        table(info.detectionsByLabel());
        line("sources", info.eventsBySource().size());
        table(info.eventsBySource());
        line("topics", info.messagesByTopic().size());
        table(info.messagesByTopic());
        producers(info);
        labelSets(journal, info);
        info.damage().forEach(damage -> line("damage", damage));
        return Exit.of(info.damage().isEmpty() && !info.labelSets().containsValue(null));
    }

    private void producers(JournalInfo info) {
        line("producers", info.producers().size());
        info.producers().forEach((id, check) -> {
            String missing = check.missing().isEmpty()
                    ? "no gaps"
                    : "missing "
                            + check.missing().stream()
                                    .mapToLong(SequenceCheck.Range::count)
                                    .sum() + ": "
                            + check.missing().stream()
                                    .limit(all ? Long.MAX_VALUE : ROWS)
                                    .map(SequenceCheck.Range::toString)
                                    .collect(Collectors.joining(", "))
                            + (all || check.missing().size() <= ROWS ? "" : " ...");
            String order = (check.repeated() > 0 ? ", " + check.repeated() + " repeated" : "")
                    + (check.reordered() > 0 ? ", " + check.reordered() + " out of order" : "");
            Console.OUT.println(
                    "  " + String.format(Locale.ROOT, "%016x", id) + "  " + Amounts.count(check.events(), "event")
                            + ", " + check.first() + " to " + check.last() + ", " + missing + order);
        });
    }

    private static void labelSets(Journal journal, JournalInfo info) {
        line("label sets", info.labelSets().size());
        info.labelSets()
                .forEach((hash, set) -> Console.OUT.println(
                        "  " + Digest.hex(hash) + "  " + (set == null ? lost(journal, hash) : describe(set))));
    }

    private static String lost(Journal journal, long hash) {
        String problem = journal.labels().problem(hash);
        return problem == null ? "missing" : problem;
    }

    private static String describe(LabelSet set) {
        return set.model().name() + ", " + set.labels().size() + " labels, threshold "
                + set.model().threshold()
                + (set.model().classes().isEmpty()
                        ? ""
                        : ", only " + set.model().classes());
    }

    private void table(Map<String, Long> counts) {
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(all ? Long.MAX_VALUE : ROWS)
                .forEach(entry -> Console.OUT.printf("  %,12d  %s%n", entry.getValue(), entry.getKey()));
        if (!all && counts.size() > ROWS) {
            Console.OUT.println("  ... and " + (counts.size() - ROWS) + " more: --all shows them");
        }
    }

    private static void line(String name, Object value) {
        Console.OUT.printf("%-11s %s%n", name, value);
    }
}
