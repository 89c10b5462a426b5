package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Verbs that are asked to stop while they wait for somebody else, who never comes. */
@DisabledOnOs(OS.WINDOWS)
@Tag("alone")
final class StuckTest {
    /** What a busy machine may take for a moment's work; who stays stuck takes for ever. */
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

    /** More lines than a pipe and our buffer hold. */
    private static final int MANY = 3_000;

    /** Number of the system call, on x86-64 and elsewhere. */
    private static final String OPENAT = System.getProperty("os.arch").equals("amd64") ? "257" : "56";

    @TempDir
    Path temp;

    private String queue = "";

    @BeforeEach
    void place() {
        queue = temp.resolve("journal").toString();
    }

    private static void expectEnd(Sightlog process, int code) {
        process.awaitWithOpenInput().expect(code);
    }

    @Test
    void aPipeThatNobodyEmptiesEndsAtTheSignal() throws InterruptedException, IOException {
        Sightlog.feed(Ndjson.lines("door", 0, MANY), "append", "-q", queue).expect(0);
        for (String verb : new String[] {"tail --format ndjson --as x", "replay --rate max"}) {
            try (Sightlog printing = Sightlog.startUnread((verb + " -q " + queue).split(" "))) {
                awaitFull(printing);
                printing.terminate();
                expectEnd(printing, 143);
            }
        }
    }

    private static void awaitFull(Sightlog printing) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        int before = -1;
        while (printing.unread().available() < 4096 || printing.unread().available() != before) {
            before = printing.unread().available();
            assertThat(System.nanoTime()).as("waited for a full pipe").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    @Test
    void aListThatIsAPipeWithoutAWriterEndsAtTheSignal() throws Exception {
        String list = pipe("list.txt");
        try (Sightlog produce = Sightlog.start("produce", "-q", queue, list)) {
            awaitOpening(produce);
            produce.hangUp();
            expectEnd(produce, 129);
        }
    }

    @Test
    void aFileThatIsAPipeWithoutAWriterEndsAtTheSignalAfterWhatWasSent() throws Exception {
        String file =
                Path.of(Sightlog.class.getResource("Sightlog.class").toURI()).toString();
        try (Sightlog send = Sightlog.start("send", "door", "-q", queue, "--binary", "--file", file, pipe("pipe"))) {
            awaitOpening(send);
            send.interrupt();
            expectEnd(send, 130);
        }
        assertThat(Sightlog.run("tail", "-q", queue).expect(0).out()).hasSize(1);
    }

    private String pipe(String name) throws IOException, InterruptedException {
        String path = temp.resolve(name).toString();
        assertThat(new ProcessBuilder("mkfifo", path).inheritIO().start().waitFor())
                .isZero();
        return path;
    }

    /** Until one of its threads stays in opening a file: nothing tells that but the kernel. */
    private static void awaitOpening(Sightlog process) throws IOException, InterruptedException {
        Path threads = Path.of("/proc/" + process.pid() + "/task");
        long end = System.nanoTime() + PATIENCE_NANOS;
        Set<String> before = new HashSet<>();
        while (System.nanoTime() < end) {
            Set<String> opening = new HashSet<>();
            try (Stream<Path> all = Files.list(threads)) {
                for (Path thread : all.toList()) {
                    opening.add(thread + " " + Files.readString(thread.resolve("syscall")));
                }
            } catch (IOException | UncheckedIOException e) {
                continue; // a thread has ended
            }
            opening.removeIf(call -> !call.contains(" " + OPENAT + " "));
            before.retainAll(opening);
            if (!before.isEmpty()) {
                return;
            }
            before = opening;
            TimeUnit.MILLISECONDS.sleep(300);
        }
        throw new AssertionError("it never came to open the pipe");
    }

    @Test
    void aTerminalThatGoesAwayEndsAFollowingTailWithItsPositionSaved() {
        Sightlog.feed(Ndjson.lines("door", 0, 3), "append", "-q", queue).expect(0);
        try (Sightlog tail = Sightlog.start("tail", "-q", queue, "--as", "x", "--follow")) {
            tail.awaitLines(3);
            tail.hangUp();
            expectEnd(tail, 129);
        }
        assertThat(Sightlog.run("tail", "-q", queue, "--as", "x").expect(0).out())
                .isEmpty();
    }
}
