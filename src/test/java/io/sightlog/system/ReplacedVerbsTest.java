package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verbs that follow a journal, or append to it, end with 1 and a line when another one has taken its place. */
final class ReplacedVerbsTest {
    private static final String ENDED = "was replaced, moved or removed since it was opened";

    @TempDir
    Path temp;

    private final List<Sightlog> running = new ArrayList<>();

    private Sightlog start(String... command) {
        Sightlog verb = Sightlog.start(command);
        running.add(verb);
        return verb;
    }

    @Test
    void endWithALineInPlaceOfWaitingForEver() throws Exception {
        Path journal = temp.resolve("q");
        String queue = journal.toString();
        String name = "sightlog-test-" + UUID.randomUUID();
        Sightlog.feed(Ndjson.lines("a", 0, 1), "append", "-q", queue).expect(0);
        try {
            Sightlog append = start("append", "-q", queue);
            Sightlog tail = start("tail", "-q", queue, "--from", "start", "--follow");
            Sightlog spinning = start("tail", "-q", queue, "--from", "start", "--follow", "--wait", "park");
            Sightlog named = start("tail", "-q", queue, "--as", "named", "--follow");
            Sightlog mirror = start("mirror", "shm", "-q", queue, "--name", name, "--unlink");
            Sightlog draw = start(
                    "draw",
                    "-q",
                    queue,
                    "--from",
                    "start",
                    "--follow",
                    "--out",
                    temp.resolve("out").toString());
            append.write(Ndjson.lines("b", 0, 1));
            for (Sightlog printing : List.of(tail, spinning, named)) {
                printing.awaitLines(2);
            }
            draw.awaitErr("dog.jpg"); // it is not there
            awaitSegment(name);

            Files.move(journal, temp.resolve("moved"));
            for (Sightlog follower : List.of(tail, spinning, named, mirror, draw)) {
                assertThat(follower.awaitWithOpenInput().expect(1).err())
                        .filteredOn(line -> line.contains(queue + " " + ENDED))
                        .hasSize(1);
            }
            Thread.sleep(1_100); // for a second appends may go on
            append.write(Ndjson.lines("b", 1, 2));
            assertThat(append.await().expect(1).err()).last().asString().contains(queue + " " + ENDED);
            assertThat(journal).doesNotExist();
        } finally {
            running.forEach(Sightlog::close);
            Files.deleteIfExists(Path.of("/dev/shm", name));
        }
    }

    /** Also one that is made anew while it waits. */
    @Test
    void whoWaitsForAJournalThatIsNotThereGoesOnWaiting() throws IOException {
        Path journal = temp.resolve("q");
        try (Sightlog tail = start("tail", "-q", journal.toString(), "--follow", "--from", "start")) {
            tail.awaitErr("waiting for a producer");
            Files.createDirectory(journal);
            Files.delete(journal);
            Sightlog.feed(Ndjson.lines("a", 0, 1), "append", "-q", journal.toString())
                    .expect(0);
            tail.awaitLines(1);
            tail.terminate();
            tail.await().expect(143);
        }
    }

    private static void awaitSegment(String name) throws IOException {
        long end = System.nanoTime() + 120_000_000_000L;
        boolean there = false;
        while (!there) {
            assertThat(System.nanoTime()).as("the mirror shows a frame").isLessThan(end);
            Path segment = Path.of("/dev/shm", name);
            // made before the journal is opened, and empty until there is a frame
            there = Files.exists(segment) && Files.size(segment) > 0 && Files.readAllBytes(segment)[0] != 0;
        }
    }
}
