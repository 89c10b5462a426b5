package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.capture.live.MjpegServer;
import io.sightlog.event.EventKind;
import io.sightlog.event.LiveSource;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cameras that send faster than the detector looks, one that ends again and again, and one that is dead: for a minute, with {@code
 * -Dsightlog.long=true} for ten.
 */
@Tag("alone")
@Tag("slow")
class CameraSoakTest {
    private static final long SECONDS = Boolean.getBoolean("sightlog.long") ? 600 : 60;
    private static final long INTERVAL_NANOS = 50_000_000; // of the server

    @TempDir
    Path folder;

    /** What a process takes of the machine. */
    private record Taken(long descriptors, long mappings, long threads, long residentMegabytes) {
        static Taken by(long pid) throws IOException {
            Path proc = Path.of("/proc", Long.toString(pid));
            long descriptors;
            try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
                descriptors = open.count();
            }
            long threads = 0;
            long resident = 0;
            for (String line : Files.readAllLines(proc.resolve("status"))) {
                threads = line.startsWith("Threads:") ? number(line) : threads;
                resident = line.startsWith("VmRSS:") ? number(line) / 1000 : resident;
            }
            return new Taken(
                    descriptors, Files.readAllLines(proc.resolve("maps")).size(), threads, resident);
        }

        private static long number(String line) {
            return Long.parseLong(line.replaceAll("\\D", ""));
        }
    }

    @Test
    void whatIsLookedAtIsNewAndNothingGrows() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "needs /proc");
        Path queue = folder.resolve("q");
        List<Taken> taken = new ArrayList<>();
        try (MjpegServer server = new MjpegServer();
                Sightlog produce = Sightlog.start(
                        "produce",
                        "-q",
                        queue.toString(),
                        "-m",
                        "mb3-centernet",
                        "--keep-frames",
                        "every=1s",
                        "fast=" + server.url("/cam"),
                        "ends=" + server.url("/end"),
                        "dead=rtsp://127.0.0.1:1/cam")) {
            produce.awaitErr("dead: no picture");
            for (int i = 0; i < 10; i++) {
                TimeUnit.SECONDS.sleep(SECONDS / 10); // what is tried is time itself
                taken.add(Taken.by(produce.pid()));
            }
            produce.interrupt();
            produce.await().expect(130);
        }
        Taken early = taken.get(3);
        Taken late = taken.get(9);
        assertThat(late.descriptors()).as("descriptors: " + taken).isLessThanOrEqualTo(early.descriptors() + 5);
        assertThat(late.threads()).as("threads: " + taken).isLessThanOrEqualTo(early.threads() + 5);
        assertThat(late.mappings()).as("mappings: " + taken).isLessThanOrEqualTo(early.mappings() + 100);
        assertThat(late.residentMegabytes())
                .as("memory: " + taken)
                .isLessThanOrEqualTo(early.residentMegabytes() + 100);
        ages(queue);
    }

    private static void ages(Path queue) {
        List<Long> ages = new ArrayList<>();
        long dropped = 0;
        long outages = 0;
        try (Journal journal = Journal.open(queue);
                JournalReader reader = journal.reader(Start.OLDEST)) {
            while (reader.next()) {
                LiveSource live = Objects.requireNonNull(LiveSource.of(reader.event()));
                if (reader.event().kind() == EventKind.FRAME
                        && reader.event().stream().equals("fast")) {
                    ages.add(live.ageNanos());
                    dropped += live.dropped();
                }
                outages += reader.event().kind() == EventKind.SKIP ? 1 : 0;
            }
        }
        Collections.sort(ages);
        long usual = ages.get(ages.size() * 9 / 10);
        System.out.printf(
                "CameraSoakTest: %d frames of the fast camera looked at, %d dropped, %d outages; age p50 %.1f ms, p90 %.1f ms, max %.1f ms%n",
                ages.size(),
                dropped,
                outages,
                ages.get(ages.size() / 2) / 1e6,
                usual / 1e6,
                ages.get(ages.size() - 1) / 1e6);
        assertThat(ages.size()).isGreaterThan(20);
        assertThat(dropped).isPositive();
        assertThat(usual).as("age of nine frames of ten").isLessThan(2 * INTERVAL_NANOS);
        assertThat(outages).isGreaterThan(3);
    }
}
