package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.event.EventDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything at once and over and over again in one JVM: appends, two that follow, rolls, prunes, searches, other writers that
 * come and go. What it holds stays what it was: memory, mappings, open files. With {@code -Dsightlog.long=true} for 10 minutes.
 */
@Tag("slow")
final class SoakTest {
    private static final long SECONDS = Boolean.getBoolean("sightlog.long") ? 600 : 5;
    /** Time runs faster for the journal, so that it rolls as often in a second. */
    private static final int FASTER = 10;

    private static final int KEPT_CYCLES = 4;
    private static final int SAMPLES = 30;
    private static final int APPENDS = 200;
    private static final long MOST_BYTES_MORE = 4 << 20;
    private static final long MOST_MAPPINGS_MORE = 24;
    private static final long MOST_FILES_MORE = 8;

    @TempDir
    Path temp;

    private final long begin = System.nanoTime();
    private final NanoClock clock = () -> 1_700_000_000_000_000_000L + FASTER * (System.nanoTime() - begin);
    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private long appended;
    private long followed;
    private long resumed;
    private long pruned;
    private long searches;

    /** What the process holds. */
    private record Held(long heapBytes, long mappings, long files) {
        static Held now() throws IOException {
            System.gc();
            long heap =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            return new Held(heap, lines(Path.of("/proc/self/maps")), entries(Path.of("/proc/self/fd")));
        }

        private static long lines(Path path) throws IOException {
            try (var lines = Files.lines(path)) {
                return lines.count();
            }
        }

        private static long entries(Path path) throws IOException {
            try (var entries = Files.list(path)) {
                return entries.count();
            }
        }
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void heapMappingsAndFilesStayFlat() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/maps")), "what a process holds is read from /proc");
        Journal journal = Journal.open(temp.resolve("q"), clock);
        List<Held> samples = new ArrayList<>();
        WriterOptions options = WriterOptions.DEFAULT
                .roll(Roll.SECONDLY)
                .retention(
                        new Retention.Policy(null, Long.MAX_VALUE, KEPT_CYCLES, Set.of(), false), (plan, failure) -> {
                            assertThat(failure).isNull();
                            pruned += plan.cycles().size();
                        });
        try (JournalWriter writer = journal.writer(options);
                JournalReader follower = journal.reader();
                JournalReader named = journal.reader("soak")) {
            long nanos = TimeUnit.SECONDS.toNanos(SECONDS);
            while (System.nanoTime() - begin < nanos) {
                round(journal, writer, follower, named);
                LockSupport.parkNanos(2_000_000); // leaves the machine to others
                if (System.nanoTime() - begin > nanos / 5 + samples.size() * (nanos * 4 / 5 / SAMPLES)) {
                    samples.add(Held.now());
                }
            }
            round(journal, writer, follower, named);
            assertThat(followed).isEqualTo(appended);
            assertThat(resumed).isEqualTo(appended);
            assertThat(follower.missed()).isNull();
            assertThat(journal.files().size() - 1).isLessThanOrEqualTo(KEPT_CYCLES + 2);
            assertThat(pruned).isGreaterThan(SECONDS);
        }
        Held first = samples.get(0);
        System.out.printf(
                Locale.ROOT,
                "SoakTest: %d s, %d events, %d cycles pruned, %d searches; heap %s, mappings %s, files %s%n",
                SECONDS,
                appended,
                pruned,
                searches,
                range(samples, Held::heapBytes),
                range(samples, Held::mappings),
                range(samples, Held::files));
        // the least of the last third, since libraries give back in their own time
        List<Held> last = samples.subList(samples.size() * 2 / 3, samples.size());
        assertThat(least(last, Held::heapBytes)).isLessThan(first.heapBytes() + MOST_BYTES_MORE);
        assertThat(least(last, Held::mappings)).isLessThan(first.mappings() + MOST_MAPPINGS_MORE);
        assertThat(least(last, Held::files)).isLessThan(first.files() + MOST_FILES_MORE);
    }

    private void round(Journal journal, JournalWriter writer, JournalReader follower, JournalReader named) {
        long first = appended;
        for (int i = 0; i < APPENDS; i++) {
            append(writer);
        }
        try (JournalWriter other = searches % 20 == 0 ? journal.writer() : null) {
            if (other != null) {
                append(other);
            }
        }
        followed += drained(follower, followed);
        resumed += drained(named, resumed);
        long nanos = clock.nanos() - 500_000_000;
        try (JournalReader found = journal.reader(new Start.Time(nanos))) {
            if (found.next()) {
                assertThat(found.event().appendedNanos()).isGreaterThanOrEqualTo(nanos);
            }
        }
        try (JournalReader last = journal.reader(new Start.Last(appended - first))) {
            assertThat(last.next()).isTrue();
            assertThat(last.event().frame()).isEqualTo(first);
        }
        searches += 2;
    }

    private void append(JournalWriter writer) {
        writer.append(draft.clear()
                .capturedNanos(0)
                .source("camera")
                .frame(appended, 0)
                .detection((int) (appended % 5), 0.5f, 1, 2, 3, 4, 0));
        appended++;
    }

    private static long drained(JournalReader reader, long from) {
        long count = 0;
        while (reader.next()) {
            assertThat(reader.event().frame() == from + count)
                    .as("frame %d after %d", reader.event().frame(), from + count)
                    .isTrue();
            reader.handled();
            count++;
        }
        return count;
    }

    private static long least(List<Held> samples, ToLongFunction<Held> what) {
        return samples.stream().mapToLong(what).min().orElseThrow();
    }

    private static String range(List<Held> samples, ToLongFunction<Held> what) {
        return what.applyAsLong(samples.get(0)) + " at first, " + least(samples, what) + " to "
                + samples.stream().mapToLong(what).max().orElseThrow() + ", "
                + what.applyAsLong(samples.get(samples.size() - 1)) + " at last";
    }
}
