package io.sightlog.jmh;

import com.sun.jna.Native;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Finds times in a large journal of small events on a disk, in one file, whose clock was set back by an hour for a tenth of it:
 * warm through an open reader, and cold, when no page of it is in memory and the journal has to be opened, too. What a search
 * must find is known from having read all of it.
 *
 * <p>Started by {@code jmh/seek}.
 */
final class SeekTimes {
    private static final long BEGAN_NANOS = 1_800_000_000L * 1_000_000_000;
    private static final long BETWEEN_NANOS = 100_000;
    private static final long SET_BACK_NANOS = 3_600L * 1_000_000_000;
    private static final int WARM = 20_000;
    private static final int COLD = 200;

    private final long events;
    private final int inBatch;
    private final Path directory;
    private long written;

    private SeekTimes(long events, int inBatch, Path directory) {
        this.events = events;
        this.inBatch = inBatch;
        this.directory = directory;
    }

    public static void main(String[] args) throws IOException {
        long events = Long.parseLong(args[0]);
        System.out.println("| events | excerpts of | on disk | search | p50 us | p99 us | max us |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (int inBatch : new int[] {1, 32}) {
            Path directory = Files.createTempDirectory(Path.of(args[1]), "seek-");
            try {
                new SeekTimes(events, inBatch, directory.resolve("journal")).run();
            } finally {
                try (Stream<Path> files = Files.walk(directory)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        }
    }

    private void run() throws IOException {
        fill();
        long[] times = new long[(int) Math.min(WARM, events)];
        long[] wanted = new long[times.length];
        choose(times, wanted);
        print("warm", search(times, wanted, times.length, false));
        print("cold", search(times, wanted, Math.min(COLD, times.length), true));
    }

    /** The clock as it was set, wrongly for a tenth of the events. */
    private long clock() {
        boolean setBack = written >= events / 2 && written < events / 2 + events / 10;
        return BEGAN_NANOS + written * BETWEEN_NANOS - (setBack ? SET_BACK_NANOS : 0);
    }

    private void fill() throws IOException {
        try (Journal journal = Journal.open(directory, this::clock);
                JournalWriter writer = journal.writer()) {
            long labels = writer.publish(Sample.labels());
            EventDraft draft = new EventDraft().capturedNanos(0);
            EventBatch batch = new EventBatch();
            for (written = 0; written < events; written++) {
                draft.clear().capturedNanos(0).source("gate").frame(written, 0).labelSet(labels);
                if (written % 2 == 0) {
                    draft.detection(1, 0.9f, 1, 2, 3, 4, 0);
                }
                if (inBatch == 1) {
                    writer.append(draft);
                } else {
                    batch.add(draft);
                    if (batch.count() == inBatch || written == events - 1) {
                        writer.append(batch);
                        batch.clear();
                    }
                }
            }
        }
        Libc.forget(files());
    }

    /** Stamps of events, times between them, and some of each end; with the first event of that time or later. */
    private void choose(long[] times, long[] wanted) {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < times.length; i++) {
            long nanos = BEGAN_NANOS + random.nextLong(events) * BETWEEN_NANOS;
            times[i] = i % 2 == 0 ? nanos : nanos - random.nextLong(BETWEEN_NANOS);
        }
        times[0] = BEGAN_NANOS + events / 2 * BETWEEN_NANOS;
        Arrays.sort(times);
        int found = 0;
        long last = Long.MIN_VALUE;
        try (Journal journal = Journal.open(directory);
                JournalReader reader = journal.reader()) {
            while (reader.next()) {
                long stamp = reader.event().appendedNanos();
                Sample.check(
                        stamp >= last,
                        "stamps that run backwards at frame " + reader.event().frame());
                last = stamp;
                while (found < times.length && times[found] <= stamp) {
                    wanted[found++] = reader.event().frame();
                }
            }
        }
        Sample.check(found > times.length * 0.8, "only " + found + " times are in the journal");
        Arrays.fill(wanted, found, times.length, -1);
        for (int i = times.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            swap(times, i, j);
            swap(wanted, i, j);
        }
    }

    private static void swap(long[] values, int i, int j) {
        long value = values[i];
        values[i] = values[j];
        values[j] = value;
    }

    private long[] search(long[] times, long[] wanted, int searches, boolean cold) throws IOException {
        long[] nanos = new long[searches];
        try (Journal journal = Journal.open(directory)) {
            JournalReader reader = journal.reader();
            for (int i = 0; i < searches; i++) {
                if (cold) {
                    reader.close(); // pages that are mapped stay in memory
                    Libc.forget(files());
                }
                long began = System.nanoTime();
                reader = cold ? journal.reader(new Start.Time(times[i])) : seek(reader, times[i]);
                long frame = reader.next() ? reader.event().frame() : -1;
                nanos[i] = System.nanoTime() - began;
                Sample.check(frame == wanted[i], "frame " + frame + " for " + times[i] + ", wanted " + wanted[i]);
            }
            reader.close();
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private static JournalReader seek(JournalReader reader, long time) {
        reader.seek(new Start.Time(time));
        return reader;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private void print(String search, long[] nanos) throws IOException {
        long bytes = 0;
        for (Path file : files()) {
            bytes += (long) Files.getAttribute(file, "size");
        }
        System.out.printf(
                Locale.ROOT,
                "| %,d | %d | %.1f GB | %s | %.1f | %.1f | %.1f |%n",
                events,
                inBatch,
                bytes / 1e9,
                search,
                nanos[nanos.length / 2] / 1e3,
                nanos[nanos.length * 99 / 100] / 1e3,
                nanos[nanos.length - 1] / 1e3);
    }

    /** Takes files out of the page cache, which needs no root, unlike emptying all of it. */
    private static final class Libc {
        private static final int DONT_NEED = 4;

        static {
            Native.register(Libc.class, "c");
        }

        static void forget(List<Path> files) {
            for (Path path : files) {
                int file = open(path.toString(), 0);
                boolean done = file >= 0 && fsync(file) == 0 && posix_fadvise(file, 0, 0, DONT_NEED) == 0;
                Sample.check(done & close(file) == 0, "cannot take " + path + " out of memory");
            }
        }

        static native int open(String path, int flags);

        static native int fsync(int file);

        static native int posix_fadvise(int file, long from, long bytes, int advice);

        static native int close(int file);
    }
}
