package io.sightlog.cli;

import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.options.JsonOption;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.NativeCalls;
import io.sightlog.event.Digest;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;
import io.sightlog.event.ShownTime;
import io.sightlog.inspect.JournalInfo;
import io.sightlog.inspect.JournalInfo.FileSize;
import io.sightlog.inspect.SequenceCheck;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
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
            description = "All cycles, labels, sources, topics, producers, label sets and damage, not " + ROWS
                    + " of each; --json always has all.")
    boolean all;

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() throws IOException {
        NativeCalls.look();
        Journal journal = queue.open();
        Roll roll = journal.roll();
        if (roll == null) {
            throw new JournalException("no journal in " + journal.directory() + " yet: sightlog produce makes one");
        }
        JournalInfo info = JournalInfo.of(journal);
        if (json.json) {
            Json.print(line -> InfoJson.write(line, journal, info));
        } else {
            print(journal, info, roll);
        }
        return Exit.of(info.damage().isEmpty() && !info.labelSets().containsValue(null));
    }

    private void print(Journal journal, JournalInfo info, Roll roll) {
        line("journal", journal.directory());
        line("roll", roll.text() + ", " + Amounts.count(info.cycles().size(), "cycle"));
        cycles(info);
        if (info.frameUsage().files() > 0) {
            line(
                    "frames kept",
                    Amounts.count(info.frameUsage().files(), "file") + ", "
                            + Amounts.size(info.frameUsage().diskBytes()));
        }
        line(
                "events",
                info.events() + " (" + Amounts.count(info.events(EventKind.FRAME), "frame") + ", "
                        + Amounts.count(info.events(EventKind.SKIP), "skip") + ", "
                        + Amounts.count(info.events(EventKind.MESSAGE), "message") + ")");
        if (info.events() > 0) {
            line("first", String.valueOf(info.firstPosition()));
            line("last", String.valueOf(info.lastPosition()));
            span("appended", info.firstAppendedNanos(), info.lastAppendedNanos());
            span("captured", info.firstCapturedNanos(), info.lastCapturedNanos());
        }
        line("durable", journal.durable() == null ? "not known" : "up to " + journal.durable());
        line("detections", info.detections());
        table(info.detectionsByLabel());
        line("sources", info.eventsBySource().size());
        table(info.eventsBySource());
        line("streams", info.streams().size());
        rows(info.streams().entrySet().stream()
                .map(stream -> String.format(
                        java.util.Locale.ROOT,
                        "%9d  %s%s",
                        stream.getValue().events(),
                        stream.getKey(),
                        stream.getValue().seenNanos() == Long.MIN_VALUE
                                ? ", never seen"
                                : ", last seen "
                                        + ShownTime.of(stream.getValue().seenNanos())))
                .toList());
        line("topics", info.messagesByTopic().size());
        table(info.messagesByTopic());
        line("producers", info.producers().size());
        rows(info.producers().entrySet().stream()
                .map(producer -> producer(producer.getKey(), producer.getValue()))
                .toList());
        line("label sets", info.labelSets().size());
        rows(info.labelSets().entrySet().stream()
                .map(set -> Digest.hex(set.getKey()) + "  "
                        + (set.getValue() == null ? lost(journal, set.getKey()) : describe(set.getValue())))
                .toList());
        info.damage().stream().limit(all ? Long.MAX_VALUE : ROWS).forEach(damage -> line("damage", damage));
        more(info.damage().size());
    }

    /** The newest ones. */
    private void cycles(JournalInfo info) {
        line(
                "size",
                Amounts.size(sum(info.files(), FileSize::diskBytes)) + " on disk, "
                        + Amounts.size(sum(info.files(), FileSize::bytes)) + " apparent");
        int hidden = all ? 0 : Math.max(0, info.cycles().size() - ROWS);
        if (hidden > 0) {
            Console.OUT.println("  ... and " + hidden + " older: --all shows them");
        }
        for (FileSize file : info.cycles().subList(hidden, info.cycles().size())) {
            Console.OUT.printf(
                    "  %-24s %10s on disk %10s apparent%n",
                    file.file().getFileName(), Amounts.size(file.diskBytes()), Amounts.size(file.bytes()));
        }
    }

    static long sum(List<FileSize> files, ToLongFunction<FileSize> what) {
        return files.stream().mapToLong(what).sum();
    }

    private static void span(String what, long firstNanos, long lastNanos) {
        line(
                what,
                ShownTime.of(firstNanos) + " to " + ShownTime.of(lastNanos) + ", "
                        + Amounts.span(lastNanos - firstNanos));
    }

    private String producer(long id, SequenceCheck check) {
        String missing = check.missing().isEmpty()
                ? "no gaps"
                : "missing " + missing(check) + ": "
                        + check.missing().stream()
                                .limit(all ? Long.MAX_VALUE : ROWS)
                                .map(SequenceCheck.Range::toString)
                                .collect(Collectors.joining(", "))
                        + (all || check.missing().size() <= ROWS
                                ? ""
                                : " ... and " + (check.missing().size() - ROWS) + " more gaps: --all shows them");
        return String.format(Locale.ROOT, "%016x", id) + "  " + Amounts.count(check.events(), "event") + ", "
                + check.first() + " to " + check.last() + ", " + missing
                + (check.repeated() > 0 ? ", " + check.repeated() + " repeated" : "")
                + (check.reordered() > 0 ? ", " + check.reordered() + " out of order" : "");
    }

    static long missing(SequenceCheck check) {
        return check.missing().stream().mapToLong(SequenceCheck.Range::count).sum();
    }

    static String lost(Journal journal, long hash) {
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
        rows(counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(entry -> String.format(Locale.ROOT, "%,12d  %s", entry.getValue(), entry.getKey()))
                .toList());
    }

    private void rows(List<String> rows) {
        rows.stream().limit(all ? Long.MAX_VALUE : ROWS).forEach(row -> Console.OUT.println("  " + row));
        more(rows.size());
    }

    private void more(int rows) {
        if (!all && rows > ROWS) {
            Console.OUT.println("  ... and " + (rows - ROWS) + " more: --all shows them");
        }
    }

    private static void line(String name, Object value) {
        Console.OUT.printf("%-11s %s%n", name, value);
    }
}
