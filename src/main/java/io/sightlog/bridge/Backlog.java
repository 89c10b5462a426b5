package io.sightlog.bridge;

import io.sightlog.journal.ConsumerStatus;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.metrics.Family;
import io.sightlog.metrics.Family.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits in the journal for a bridge, and how long the disk lasts while it does: the free bytes of its device at the rate at
 * which the journal's files have grown in the last minutes. Any thread.
 */
final class Backlog {
    /** Between two looks at the files. */
    static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int MOST_SAMPLES = 31;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MINUTE = 60;
    private static final double HOUR = 60 * MINUTE;
    private static final double DAY = 24 * HOUR;

    private final Journal journal;
    private final String name;
    private final LongSupplier ticks;
    private final Deque<Sample> samples = new ArrayDeque<>();

    /**
     * @param grown bytes that the files have grown by since the first look; what was deleted does not count
     * @param size bytes that they take
     */
    private record Sample(long ticks, long grown, long size) {}

    Backlog(Journal journal, String name, LongSupplier ticks) {
        this.journal = journal;
        this.name = name;
        this.ticks = ticks;
    }

    /** Looks at the files, when it is time to. */
    synchronized void sample() {
        long now = ticks.getAsLong();
        Sample last = samples.peekLast();
        if (last != null && now - last.ticks < SAMPLE_NANOS) {
            return;
        }
        try {
            long size = 0;
            for (Path file : journal.files()) {
                size += journal.bytesOnDisk(file);
            }
            samples.add(new Sample(now, last == null ? 0 : last.grown + Math.max(0, size - last.size), size));
            if (samples.size() > MOST_SAMPLES) {
                samples.remove();
            }
        } catch (JournalException e) {
            samples.clear(); // who reads it meets the same
        }
    }

    /** How many seconds the disk lasts; NaN when that is not known yet, infinite when the journal does not grow. */
    synchronized double diskSeconds() {
        if (samples.size() < 2) {
            return Double.NaN;
        }
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        double bytesPerSecond = (last.grown - first.grown) / ((last.ticks - first.ticks) / NANOS_PER_SECOND);
        try {
            long free = Files.getFileStore(journal.directory()).getUsableSpace();
            return bytesPerSecond > 0 ? free / bytesPerSecond : Double.POSITIVE_INFINITY;
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** Where the consumer stands; null when that cannot be seen. */
    private @Nullable ConsumerStatus status() {
        try {
            return journal.exists() ? journal.consumer(name) : null;
        } catch (JournalException e) {
            return null; // who reads it meets the same
        }
    }

    /** What waits, and how long the disk lasts if that is known, for people; empty when nothing is known. */
    String text() {
        List<String> parts = new ArrayList<>();
        ConsumerStatus status = status();
        if (status != null) {
            parts.add(String.format(Locale.ROOT, "%,d", status.lagEvents())
                    + (status.lagEvents() == 1 ? " event waits" : " events wait")
                    + (status.lagNanos() > 0 ? ", of " + about(status.lagNanos() / NANOS_PER_SECOND) : ""));
        }
        String disk = diskText();
        if (!disk.isEmpty()) {
            parts.add(disk);
        }
        return String.join("; ", parts);
    }

    /** How long the disk lasts, for people; empty when that is not known. */
    String diskText() {
        double seconds = diskSeconds();
        return Double.isFinite(seconds) ? "at this rate the disk lasts " + about(seconds) : "";
    }

    private static String about(double seconds) {
        if (seconds < 2 * MINUTE) {
            return Math.round(seconds) + " s";
        } else if (seconds < 2 * HOUR) {
            return Math.round(seconds / MINUTE) + " min";
        }
        return seconds < 2 * DAY ? Math.round(seconds / HOUR) + " h" : Math.round(seconds / DAY) + " days";
    }

    /** All of it as metrics; what is not known has no value. */
    List<Family> families() {
        sample();
        ConsumerStatus status = status();
        double disk = diskSeconds();
        return List.of(
                gauge(
                        "sightlog_bridge_lag_events",
                        "Events that the bridge is not done with.",
                        status == null ? Double.NaN : status.lagEvents()),
                gauge(
                        "sightlog_bridge_lag_seconds",
                        "How much later than the first event that the bridge is not done with the newest one was appended.",
                        status == null ? Double.NaN : status.lagNanos() / NANOS_PER_SECOND),
                gauge(
                        "sightlog_bridge_disk_seconds",
                        "How long the journal's device lasts at the rate at which it grows; infinite when it does not.",
                        disk));
    }

    private static Family gauge(String name, String help, double value) {
        List<Point> points = Double.isNaN(value) ? List.of() : List.of(new Point(List.of(), value));
        return new Family(Family.Kind.GAUGE, name, help, List.of(), points);
    }
}
