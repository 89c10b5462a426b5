package io.sightlog.jmh;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What {@code sightlog serve} does, as a process of its own: its first look at a large journal, its answers, how soon it tells what was
 * appended, and what a page that is open costs a producer beside it, on and off in turn.
 *
 * <p>Started by {@code jmh/serve}.
 */
final class ServeTimes {
    private static final long SECOND = 1_000_000_000L;
    private static final long LIVE_GAP_NANOS = 30_000_000;
    private static final long APPEND_GAP_NANOS = 1_000_000;

    /** A single round is to see whether all of it runs. */
    private final int asked;

    private final int liveEvents;
    private final int appends;
    private final int warmUps;
    private final int rounds;
    private final int events;
    private final Path folder;
    private final ServedPage.Launch launch;

    private ServeTimes(int rounds, int events, Path folder, ServedPage.Launch launch) {
        this.rounds = rounds;
        this.asked = rounds > 1 ? 100 : 2;
        this.liveEvents = rounds > 1 ? 100 : 5;
        this.appends = rounds > 1 ? 4_000 : 100;
        this.warmUps = rounds > 1 ? 2 : 0;
        this.events = events;
        this.folder = folder;
        this.launch = launch;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of(args[4])), "serve-");
        try {
            new ServeTimes(
                            Integer.parseInt(args[0]),
                            Integer.parseInt(args[1]),
                            folder,
                            new ServedPage.Launch(args[2], args[3]))
                    .run();
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void run() throws Exception {
        Path large = folder.resolve("large");
        TimelineTimes.fill(large, events);
        firstLook(large);
        try (ServedPage page = launch.start(large, "cache")) {
            page.awaitIndex();
            ask(page);
        }
        live();
        beside();
    }

    private void firstLook(Path large) throws Exception {
        double[] rates = new double[3];
        double[] usable = new double[rates.length];
        for (int i = 0; i < rates.length; i++) {
            try (ServedPage page = launch.start(large, i == rates.length - 1 ? "cache" : "cache" + i)) {
                long began = System.nanoTime();
                page.question("timeline?px=1200&lanes=40");
                usable[i] = (System.nanoTime() - began) / 1e6;
                page.awaitIndex();
                rates[i] = events * 1e3 / (System.nanoTime() - page.startedNanoTime());
            }
        }
        System.out.println(
                "| first look at a journal without index | ms until the first answer | M events/s until all is indexed |");
        System.out.println("|---|---|---|");
        System.out.printf(
                Locale.ROOT, "| %,d events | %s | %s |%n%n", events, spread("%.0f", usable), spread("%.2f", rates));
    }

    private void ask(ServedPage page) throws Exception {
        System.out.println(
                "| question, 1,200 columns, 40 lanes | ms to the whole answer, p50 | p99 | in the server, ms p50 | p99 | KB |");
        System.out.println("|---|---|---|---|---|---|");
        long from = TimelineTimes.BEGAN_NANOS;
        long all = events * TimelineTimes.BETWEEN_NANOS;
        for (long span : new long[] {all, all / 2, Math.min(all, 3_600 * SECOND), Math.min(all, 600 * SECOND)}) {
            for (String filter : List.of("by=label", "by=source", "by=label&conf=0.75")) {
                double[] millis = new double[asked];
                double[] inside = new double[asked];
                int bytes = 0;
                for (int i = -asked; i < asked; i++) {
                    long start = from + (all - span) / asked * Math.abs(i);
                    long began = System.nanoTime();
                    String answer = page.question(
                            "timeline?px=1200&lanes=40&" + filter + "&from=" + start + "&to=" + (start + span));
                    if (i >= 0) {
                        millis[i] = (System.nanoTime() - began) / 1e6;
                        inside[i] = ServedPage.number(answer, "tookMicros") / 1e3;
                        bytes = answer.length();
                    }
                }
                Arrays.sort(millis);
                Arrays.sort(inside);
                System.out.printf(
                        Locale.ROOT,
                        "| %,d s, %s | %.1f | %.1f | %.2f | %.2f | %d |%n",
                        span / SECOND,
                        filter,
                        millis[asked / 2],
                        millis[asked * 99 / 100],
                        inside[asked / 2],
                        inside[asked * 99 / 100],
                        bytes / 1_000);
            }
        }
        System.out.println();
    }

    private void live() throws Exception {
        Path queue = folder.resolve("live");
        System.out.println(
                "| from append to the listener, " + liveEvents + " events a round | p50 ms, rounds | max ms |");
        System.out.println("|---|---|---|");
        try (ServedPage page = launch.start(queue, "cache-live");
                Journal journal = Journal.open(queue);
                JournalWriter writer = journal.writer()) {
            EventDraft draft = Sample.fill(new EventDraft(), writer.publish(Sample.labels()));
            Sample.number(draft, 0, 1);
            writer.append(draft);
            double[] p50 = new double[rounds];
            double[] max = new double[rounds];
            try (ServedPage.Listener listener = page.listen("most=1000")) {
                for (int round = -1; round < rounds; round++) {
                    double[] millis = new double[liveEvents];
                    for (int i = 0; i < liveEvents; i++) {
                        LockSupport.parkNanos(LIVE_GAP_NANOS);
                        long before = listener.seen();
                        long appended = System.nanoTime();
                        writer.append(draft);
                        millis[i] = (listener.awaitAfter(before) - appended) / 1e6;
                    }
                    Arrays.sort(millis);
                    if (round >= 0) {
                        p50[round] = millis[liveEvents / 2];
                        max[round] = millis[liveEvents - 1];
                    }
                }
            }
            System.out.printf(Locale.ROOT, "| one listener | %s | %s |%n%n", spread("%.2f", p50), spread("%.2f", max));
        }
    }

    private void beside() throws Exception {
        Path queue = folder.resolve("beside");
        System.out.println(
                "| append, 1,000 a second | p50 ns alone | p50 ns beside an open page | ratio | p99 ratio |");
        System.out.println("|---|---|---|---|---|");
        try (ServedPage page = launch.start(queue, "cache-beside");
                Journal journal = Journal.open(queue);
                JournalWriter writer = journal.writer()) {
            EventDraft draft = Sample.fill(new EventDraft(), writer.publish(Sample.labels()));
            double[] alone = new double[rounds];
            double[] open = new double[rounds];
            double[] ratios = new double[rounds];
            double[] tails = new double[rounds];
            for (int round = -warmUps; round < rounds; round++) {
                long[] without = new long[0];
                long[] with = new long[0];
                for (int turn = 0; turn < 2; turn++) {
                    if ((turn + round) % 2 == 0) {
                        without = appendAll(writer, draft);
                    } else {
                        try (ServedPage.Looker looker = page.look()) {
                            Sample.check(looker.isOpen(), "the page is open");
                            with = appendAll(writer, draft);
                        }
                    }
                }
                if (round >= 0) {
                    alone[round] = without[appends / 2];
                    open[round] = with[appends / 2];
                    ratios[round] = open[round] / alone[round];
                    tails[round] = (double) with[appends * 99 / 100] / without[appends * 99 / 100];
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "| %d rounds of %,d | %s | %s | %s | %s |%n",
                    rounds,
                    appends,
                    spread("%,.0f", alone),
                    spread("%,.0f", open),
                    spread("%.2f", ratios),
                    spread("%.2f", tails));
        }
    }

    private long[] appendAll(JournalWriter writer, EventDraft draft) {
        long[] nanos = new long[appends];
        long due = System.nanoTime();
        for (int i = 0; i < appends; i++) {
            due += APPEND_GAP_NANOS;
            LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
            Sample.number(draft, i, 1);
            long began = System.nanoTime();
            writer.append(draft);
            nanos[i] = System.nanoTime() - began;
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private static String spread(String format, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                format + " (" + format + "–" + format + ")",
                sorted[sorted.length / 2],
                sorted[0],
                sorted[sorted.length - 1]);
    }
}
