package io.sightlog.jmh;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.timeline.Answer;
import io.sightlog.timeline.Filter;
import io.sightlog.timeline.Lanes;
import io.sightlog.timeline.Timeline;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * How quickly a timeline is indexed and answers: ten cameras at thirty frames a second, hourly cycles, forty labels in all. Times are those of
 * the thread's processor.
 *
 * <p>Started by {@code jmh/timeline}.
 */
final class TimelineTimes {
    static final long BEGAN_NANOS = 1_764_000_000_000_000_000L;
    static final long BETWEEN_NANOS = 3_333_333;
    private static final int CAMERAS = 10;
    private static final int LABELS = 40;
    private static final int COLUMNS = 1200;
    private static final int ROUNDS = 3;
    private static final int ASKED = 200;

    private final int events;
    private final Path directory;
    private int written;
    private long detections;

    private TimelineTimes(int events, Path directory) {
        this.events = events;
        this.directory = directory;
    }

    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory(Path.of(args[1]), "timeline-");
        try {
            new TimelineTimes(Integer.parseInt(args[0]), directory).run();
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void run() throws IOException {
        try (Journal journal =
                Journal.open(directory.resolve("journal"), () -> BEGAN_NANOS + (long) written * BETWEEN_NANOS)) {
            fill(journal);
            System.out.println(
                    "| index of | M events a CPU second, " + ROUNDS + " rounds | bytes | of the journal, % |");
            System.out.println("|---|---|---|---|");
            double[] rates = new double[ROUNDS];
            long bytes = 0;
            for (int i = 0; i < ROUNDS; i++) {
                try (Timeline timeline = new Timeline(journal, directory.resolve("cache" + i))) {
                    long before = cpuNanos();
                    Sample.check(timeline.refresh(() -> false).isUpToDate(), "the index is not up to date");
                    rates[i] = events * 1e3 / (cpuNanos() - before);
                    bytes = timeline.progress().bytes();
                }
            }
            Arrays.sort(rates);
            long journalBytes =
                    journal.files().stream().mapToLong(journal::bytesOnDisk).sum();
            System.out.printf(
                    Locale.ROOT,
                    "| %,d events, %,d detections | %.2f (%.2f–%.2f) | %,d | %.2f |%n",
                    events,
                    detections,
                    rates[ROUNDS / 2],
                    rates[0],
                    rates[ROUNDS - 1],
                    bytes,
                    100.0 * bytes / journalBytes);
            try (Timeline timeline = new Timeline(journal, directory.resolve("cache0"))) {
                timeline.refresh(() -> false);
                ask(timeline);
            }
        }
    }

    /** Makes the journal that is asked here, for others. */
    static void fill(Path queue, int events) {
        TimelineTimes times = new TimelineTimes(events, queue);
        try (Journal journal = Journal.open(queue, () -> BEGAN_NANOS + (long) times.written * BETWEEN_NANOS)) {
            times.fill(journal);
        }
    }

    private void fill(Journal journal) {
        SplittableRandom random = new SplittableRandom(7);
        try (JournalWriter writer = journal.writer()) {
            long labels = writer.publish(LabelSet.of(
                    "bench",
                    Stream.iterate(0, i -> i + 1)
                            .limit(LABELS)
                            .map(i -> "label " + i)
                            .toList()));
            EventDraft draft = new EventDraft();
            for (written = 0; written < events; written++) {
                int camera = written % CAMERAS;
                draft.clear().source("/srv/cameras/cam" + camera + ".mp4").stream("cam" + camera)
                        .frame(written / CAMERAS, 0)
                        .size(1920, 1080)
                        .capturedNanos(BEGAN_NANOS)
                        .labelSet(labels);
                int seen = (int) ((Math.sin(written / 50_000.0 + camera) + 1) * 2.5);
                for (int i = 0; i < seen; i++) {
                    int label = camera * 4 + random.nextInt(4);
                    draft.detection(label, 0.5f + (float) random.nextDouble() / 2, 10, 10, 100, 80, 0);
                }
                detections += seen;
                writer.append(draft);
            }
        }
    }

    private void ask(Timeline timeline) {
        System.out.println();
        System.out.println("| span, s | lanes | filter | width, s | CPU ms p50 | p99 | max |");
        System.out.println("|---|---|---|---|---|---|---|");
        long all = events * BETWEEN_NANOS;
        for (long span : new long[] {all, all / 2, 3_600_000_000_000L, 600_000_000_000L}) {
            for (Lanes by : new Lanes[] {Lanes.LABEL, Lanes.SOURCE}) {
                for (float confidence : new float[] {0, 0.75f}) {
                    ask(timeline, Math.min(all, span), by, confidence);
                }
            }
        }
    }

    private void ask(Timeline timeline, long span, Lanes by, float confidence) {
        long all = events * BETWEEN_NANOS;
        Filter filter = new Filter(List.of(), confidence, List.of(), List.of());
        double[] millis = new double[ASKED];
        double width = 0;
        for (int round = 0; round < 2; round++) { // the first warms up
            for (int i = 0; i < ASKED; i++) {
                long from = BEGAN_NANOS + (all - span) / ASKED * i;
                long before = cpuNanos();
                Answer answer = timeline.query(from, from + Math.max(1, span), COLUMNS, by, filter);
                millis[i] = (cpuNanos() - before) / 1e6;
                width = answer.widthNanos() / 1e9;
                Sample.check(answer.unknown().isEmpty() && !answer.lanes().isEmpty(), "something is not known");
            }
        }
        Arrays.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "| %,d | %s | %s | %s | %.2f | %.2f | %.2f |%n",
                span / 1_000_000_000,
                by,
                confidence,
                width,
                millis[ASKED / 2],
                millis[ASKED * 99 / 100],
                millis[ASKED - 1]);
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
