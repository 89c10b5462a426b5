package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Verbs that are asked to stop while they wait for somebody else, who never comes. */
@DisabledOnOs(OS.WINDOWS)
final class StuckTest {
    /** A second, and what a busy machine takes. */
    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(4);

    /** More lines than a pipe and our buffer hold. */
    private static final int MANY = 3_000;

    @TempDir
    Path temp;

    private String queue = "";

    @BeforeEach
    void place() {
        queue = temp.resolve("journal").toString();
    }

    private static void expectSoon(Sightlog process, int code) {
        long began = System.nanoTime();
        process.awaitWithOpenInput().expect(code);
        assertThat(System.nanoTime() - began).isLessThan(SOON_NANOS);
    }

    @Test
    void aPipeThatNobodyEmptiesEndsAtTheSignal() throws InterruptedException, IOException {
        Sightlog.feed(Ndjson.lines("door", 0, MANY), "append", "-q", queue).expect(0);
        for (String verb : new String[] {"tail --format ndjson --as x", "replay --rate max"}) {
            try (Sightlog printing = Sightlog.startUnread((verb + " -q " + queue).split(" "))) {
                awaitFull(printing);
                printing.terminate();
                expectSoon(printing, 143);
            }
        }
    }

    private static void awaitFull(Sightlog printing) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
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
            expectSoon(produce, 129);
        }
    }

    @Test
    void aFileThatIsAPipeWithoutAWriterEndsAtTheSignalAfterWhatWasSent() throws Exception {
        String file =
                Path.of(Sightlog.class.getResource("Sightlog.class").toURI()).toString();
        try (Sightlog send = Sightlog.start("send", "door", "-q", queue, "--binary", "--file", file, pipe("pipe"))) {
            awaitOpening(send);
            send.interrupt();
            expectSoon(send, 130);
        }
        assertThat(Sightlog.run("tail", "-q", queue).expect(0).out()).hasSize(1);
    }

    private String pipe(String name) throws IOException, InterruptedException {
        String path = temp.resolve(name).toString();
        assertThat(new ProcessBuilder("mkfifo", path).inheritIO().start().waitFor())
                .isZero();
        return path;
    }

    /** Until its main thread has come to where it waits: nothing tells that but the kernel. */
    private static void awaitOpening(Sightlog process) throws IOException, InterruptedException {
        Path threads = Path.of("/proc/" + process.pid() + "/task");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < end) {
            try (var all = java.nio.file.Files.list(threads)) {
                for (Path thread : all.toList()) {
                    if (java.nio.file.Files.readString(thread.resolve("syscall"))
                            .startsWith("257 ")) {
                        return;
                    }
                }
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new AssertionError("it never came to open the pipe");
    }

    @Test
    void aTerminalThatGoesAwayEndsAFollowingTailWithItsPositionSaved() {
        Sightlog.feed(Ndjson.lines("door", 0, 3), "append", "-q", queue).expect(0);
        try (Sightlog tail = Sightlog.start("tail", "-q", queue, "--as", "x", "--follow")) {
            tail.awaitLines(3);
            tail.hangUp();
            expectSoon(tail, 129);
        }
        assertThat(Sightlog.run("tail", "-q", queue, "--as", "x").expect(0).out())
                .isEmpty();
    }
}
