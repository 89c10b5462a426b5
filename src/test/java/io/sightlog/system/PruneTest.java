package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Roll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old cycles are deleted beside processes that write and read. */
final class PruneTest {
    private static final int EVENTS = 300;

    @TempDir
    Path temp;

    private String queue = "";

    @BeforeEach
    void place() {
        queue = temp.resolve("journal").toString();
    }

    private List<String> cycles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(queue))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains(".cq4") && !name.startsWith("metadata"))
                    .sorted()
                    .toList();
        }
    }

    /** A line every 15 ms, for about five cycles of a second each. */
    private static void feed(Sightlog append, String stream, int from, int to) {
        for (int i = from; i < to; i++) {
            append.write(Ndjson.lines(stream, i, i + 1));
            LockSupport.parkNanos(15_000_000);
        }
    }

    /** Cycles of ten events each, whatever this machine's clock says: a line more is never in another second by chance. */
    private int fillCycles(int count) {
        long[] now = {1_700_000_000_000_000_000L};
        EventDraft draft = new EventDraft();
        int events = 0;
        try (JournalWriter writer = Journal.open(Path.of(queue), () -> now[0]).writer(Roll.SECONDLY)) {
            for (int cycle = 0; cycle < count; cycle++, now[0] += 1_000_000_000L) {
                for (int i = 0; i < 10; i++, events++) {
                    writer.append(
                            draft.clear().capturedNanos(now[0]).stream("door").frame(events, 0));
                }
            }
        }
        return events;
    }

    @Test
    void producersAndFollowersGoOnWhileItPrunes() throws IOException {
        try (Sightlog one = Sightlog.start("append", "-q", queue, "--roll", "secondly");
                Sightlog live =
                        Sightlog.start("tail", "-q", queue, "--follow", "--from", "start", "--format", "ndjson")) {
            one.write(Ndjson.lines("one", 0, 1));
            live.awaitLines(1);
            try (Sightlog other = Sightlog.start("append", "-q", queue)) {
                int deleted = 0;
                for (int from = 1; from < EVENTS; from += 60) {
                    feed(one, "one", from, Math.min(EVENTS, from + 60));
                    other.write(Ndjson.lines("other", from, Math.min(EVENTS, from + 60)));
                    int all = 2 * Math.min(EVENTS, from + 60) - 1;
                    live.awaitLines(all); // or it might lose what it has not read yet
                    deleted += Sightlog.run("prune", "-q", queue, "--keep-cycles", "1", "--execute")
                                            .code()
                                    == 0
                            ? 1
                            : 0;
                }
                assertThat(deleted).isPositive();
                one.await().expect(0);
                other.await().expect(0);
            }
            // a producer that comes later
            Sightlog.feed(Ndjson.lines("late", 0, 3), "append", "-q", queue).expect(0);
            live.awaitOut("all", lines -> Ndjson.frames(lines, "late").size() == 3);
            live.terminate();
            List<String> read = live.await().expect(143).out();
            assertThat(Ndjson.frames(read, "one")).isEqualTo(Ndjson.range(0, EVENTS));
            assertThat(Ndjson.frames(read, "other")).isEqualTo(Ndjson.range(1, EVENTS));
        }
        assertThat(cycles()).hasSizeLessThan(4).noneMatch(name -> name.endsWith(".discard"));
        assertThat(Ndjson.frames(Ndjson.all(queue), "late")).isEqualTo(Ndjson.range(0, 3));
        assertThat(Files.readAllLines(Path.of(queue, "sightlog.pruned"))).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void whatAConsumerHasNotReadStaysUntilItIsIgnoredAndThenItIsTold() throws IOException {
        int before = 4;
        int events = fillCycles(before);
        assertThat(cycles()).hasSize(before);
        Sightlog.run("tail", "-q", queue, "--as", "alarm", "-n", "1").expect(0);
        Sightlog.Done refused = Sightlog.run("prune", "-q", queue, "--keep-cycles", "1", "--execute")
                .expect(3);
        assertThat(refused.err()).singleElement().asString().contains("\"alarm\" has not read it");
        assertThat(cycles()).hasSize(before);

        Sightlog.Done preview = Sightlog.run("prune", "-q", queue, "--keep-for", "0s", "--ignore", "alarm")
                .expect(0);
        assertThat(preview.out()).last().asString().contains("--execute does it");
        assertThat(cycles()).hasSize(before);
        Sightlog.run("prune", "-q", queue, "--keep-size", "1", "--ignore", "alarm", "--execute")
                .expect(0);
        assertThat(cycles()).hasSize(1);

        Sightlog.Done resumed = Sightlog.run("tail", "-q", queue, "--as", "alarm", "--format", "ndjson")
                .expect(3);
        List<Integer> rest = Ndjson.frames(resumed.out(), "door");
        assertThat(rest).isEqualTo(Ndjson.range(events - 10, events));
        assertThat(resumed.err())
                .singleElement()
                .asString()
                .contains("skipped at least " + (events - 11) + " events from 0x", "going on at 0x");
        Sightlog.run("tail", "-q", queue, "--as", "alarm").expect(0);
    }

    @Test
    void aProducerKeepsOnlyWhatItIsTold() throws IOException {
        try (Sightlog append =
                Sightlog.start("append", "-q", queue, "--roll", "secondly", "--keep-cycles", "2", "--keep-for", "1h")) {
            for (int fed = 0; fed < 3000 && !Files.exists(Path.of(queue, "sightlog.pruned")); fed += 10) {
                feed(append, "door", fed, fed + 10);
            }
            append.awaitErr("deleted 1 file of old cycles");
            append.await().expect(0);
        }
        assertThat(cycles()).hasSize(2);
    }

    @Test
    void whatIsAskedWrongIsToldInOneLine() {
        Sightlog.feed(Ndjson.lines("door", 0, 1), "append", "-q", queue).expect(0);
        assertThat(Sightlog.run("prune", "-q", queue).expect(2).err())
                .singleElement()
                .asString()
                .contains("--keep-for");
        assertThat(Sightlog.run("prune", "-q", queue, "--keep-for", "7")
                        .expect(2)
                        .err())
                .singleElement()
                .asString()
                .contains("bad duration \"7\"");
        assertThat(Sightlog.run("prune", "-q", queue, "--keep-cycles", "1", "--ignore", "nobody")
                        .expect(1)
                        .err())
                .singleElement()
                .asString()
                .contains("no consumer \"nobody\"");
        assertThat(Sightlog.run("prune", "-q", temp.resolve("none").toString(), "--keep-cycles", "1")
                        .expect(1)
                        .err())
                .singleElement()
                .asString()
                .contains("no journal in");
    }
}
