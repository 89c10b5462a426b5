package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Producers and consumers of one journal at the same time. */
@Tag("alone")
final class LiveTest {
    @TempDir
    Path temp;

    private String queue = "";

    @BeforeEach
    void place() {
        queue = temp.resolve("journal").toString();
    }

    private Sightlog follow(String... more) {
        List<String> args =
                new ArrayList<>(List.of("tail", "-q", queue, "--follow", "--from", "start", "--format", "ndjson"));
        args.addAll(List.of(more));
        return Sightlog.start(args.toArray(String[]::new));
    }

    @Test
    void consumersThatAreThereFirstGetEverything() {
        try (Sightlog anonymous = follow();
                Sightlog named = follow("--as", "early")) {
            anonymous.awaitErr("waiting for a producer");
            named.awaitErr("waiting for a producer");
            try (Sightlog append = Sightlog.start("append", "-q", queue, "--roll", "minutely")) {
                append.write(Ndjson.lines("door", 0, 100));
                anonymous.awaitLines(100);
                append.write(Ndjson.lines("door", 100, 200));
                append.await().expect(0);
            }
            anonymous.awaitLines(200);
            named.awaitLines(200);
            List<String> truth = Ndjson.all(queue);
            assertThat(Ndjson.frames(truth, "door")).isEqualTo(Ndjson.range(0, 200));
            anonymous.terminate();
            named.terminate();
            Ndjson.assertSame(anonymous.await().expect(143).out(), truth);
            Ndjson.assertSame(named.await().expect(143).out(), truth);
        }
        assertThat(Sightlog.run("info", "-q", queue).expect(0).out())
                .anyMatch(line -> line.startsWith("roll") && line.contains("minutely") && !line.contains("five"));
    }

    @Test
    void twoProducersAtOnceLoseNothing() {
        int events = 5_000;
        try (Sightlog one = Sightlog.start("append", "-q", queue);
                Sightlog other = Sightlog.start("append", "-q", queue);
                Sightlog live = follow()) {
            one.write(Ndjson.lines("one", 0, 1));
            other.write(Ndjson.lines("other", 0, 1));
            live.awaitLines(2); // both are ready
            for (int i = 1; i < events; i += 7) {
                one.write(Ndjson.lines("one", i, Math.min(i + 7, events)));
                other.write(Ndjson.lines("other", i, Math.min(i + 7, events)));
            }
            one.await().expect(0);
            other.await().expect(0);
            live.awaitLines(2 * events);
            List<String> truth = Ndjson.all(queue);
            assertThat(Ndjson.frames(truth, "one")).isEqualTo(Ndjson.range(0, events));
            assertThat(Ndjson.frames(truth, "other")).isEqualTo(Ndjson.range(0, events));
            assertThat(truth).hasSize(2 * events);
            assertThat(Ndjson.fields(truth, "appendedNanos").stream().map(Long::valueOf))
                    .isSorted();
            live.terminate();
            Ndjson.assertSame(live.await().expect(143).out(), truth);
        }
        assertThat(Sightlog.run("info", "-q", queue).expect(0).out())
                .filteredOn(line -> line.endsWith("5000 events, 0 to 4999, no gaps"))
                .hasSize(2);
    }

    @Test
    void rollsInTheMiddleLoseNothing() throws IOException {
        int events = 400;
        List<String> named = new ArrayList<>();
        try (Sightlog one = Sightlog.start("append", "-q", queue, "--roll", "secondly");
                Sightlog live = follow()) {
            one.write(Ndjson.lines("one", 0, 1));
            live.awaitLines(1);
            try (Sightlog other = Sightlog.start("append", "-q", queue)) {
                Sightlog resuming = follow("--as", "resuming");
                for (int i = 1; i < events; i++) {
                    one.write(Ndjson.lines("one", i, i + 1));
                    other.write(Ndjson.lines("other", i, i + 1));
                    LockSupport.parkNanos(10_000_000);
                    if (i % 100 == 0) {
                        resuming.awaitLines(1);
                        resuming.kill();
                        add(named, resuming.await().expect(137).out());
                        resuming = follow("--as", "resuming");
                    }
                }
                one.await().expect(0);
                other.await().expect(0);
                live.awaitLines(2 * events - 1);
                List<String> truth = Ndjson.all(queue);
                String last = truth.get(truth.size() - 1);
                resuming.awaitOut("the last event", lines -> lines.contains(last));
                resuming.terminate();
                add(named, resuming.await().expect(143).out());
                live.terminate();
                assertThat(Ndjson.frames(truth, "one")).isEqualTo(Ndjson.range(0, events));
                assertThat(Ndjson.frames(truth, "other")).isEqualTo(Ndjson.range(1, events));
                Ndjson.assertSame(live.await().expect(143).out(), truth);
                Ndjson.assertSame(named, truth);
            }
        }
        List<Path> cycles = cycles();
        assertThat(cycles).hasSizeGreaterThanOrEqualTo(4);
        assertThat(cycles.subList(0, cycles.size() - 1))
                .allSatisfy(file -> assertThat(Files.size(file)).isLessThan(1 << 20));
        assertThat(Sightlog.run("info", "-q", queue).expect(0).out())
                .filteredOn(line -> line.contains("no gaps"))
                .hasSize(2);
    }

    private static void add(List<String> read, List<String> run) {
        boolean repeats = !read.isEmpty() && !run.isEmpty() && run.get(0).equals(read.get(read.size() - 1));
        read.addAll(repeats ? run.subList(1, run.size()) : run);
    }

    private List<Path> cycles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(queue))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
    }
}
