package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which events {@code tail} prints, by what it was told and what not. */
final class TailTest {
    @TempDir
    Path temp;

    private String queue = "";

    @BeforeEach
    void append() {
        queue = temp.resolve("journal").toString();
        List<String> lines = new ArrayList<>(Ndjson.lines("yard", 0, 5));
        lines.addAll(Ndjson.lines("door", 0, 30));
        Sightlog.feed(lines, "append", "-q", queue).expect(0);
    }

    private List<String> tail(String... more) {
        List<String> args = new ArrayList<>(List.of("tail", "-q", queue, "--format", "ndjson"));
        args.addAll(List.of(more));
        return Sightlog.run(args.toArray(String[]::new)).expect(0).out();
    }

    @Test
    void theNewestTenWhenNothingElseIsSaidAndTheNewestThatMatchWithACount() {
        assertThat(Ndjson.frames(tail(), "door")).isEqualTo(Ndjson.range(20, 30));
        assertThat(tail()).hasSize(10);
        assertThat(Ndjson.frames(tail("-n", "3", "--stream", "yard"), "yard")).isEqualTo(Ndjson.range(2, 5));
        assertThat(tail("-n", "1000")).hasSize(35);
        assertThat(tail("-n", "0")).isEmpty();
    }

    @Test
    void everythingFromTheStartAndTheFirstOnesWithACount() {
        assertThat(tail("--from", "start")).hasSize(35);
        assertThat(Ndjson.frames(tail("--from", "start", "-n", "7"), "door")).isEqualTo(Ndjson.range(0, 2));
    }

    @Test
    void theFirstOnesForANewConsumerAndTheNextOnesAfterThat() {
        assertThat(Ndjson.frames(tail("--as", "alarm", "-n", "3"), "yard")).isEqualTo(Ndjson.range(0, 3));
        assertThat(Ndjson.frames(tail("--as", "alarm", "-n", "2"), "yard")).isEqualTo(Ndjson.range(3, 5));
    }

    @Test
    void theNewestAndThenWhatComesWhenItFollows() {
        try (Sightlog follower = Sightlog.start("tail", "-q", queue, "-n", "2", "--follow", "--format", "ndjson")) {
            follower.awaitLines(2);
            Sightlog.feed(Ndjson.lines("door", 30, 33), "append", "-q", queue).expect(0);
            follower.awaitLines(5);
            follower.interrupt();
            assertThat(Ndjson.frames(follower.await().expect(130).out(), "door"))
                    .isEqualTo(Ndjson.range(28, 33));
        }
    }

    @Test
    void sayOnceThatALabelSetIsLostAlsoWhenItsLabelsAreWanted() throws IOException {
        try (var files = Files.list(Path.of(queue, "catalogue"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        assertThat(Sightlog.run("tail", "-q", queue, "--classes", "dog")
                        .expect(3)
                        .err())
                .singleElement()
                .asString()
                .contains("no label matches");
        assertThat(Sightlog.run("tail", "-q", queue).expect(3).err())
                .singleElement()
                .asString()
                .contains("class ids are shown");
    }
}
