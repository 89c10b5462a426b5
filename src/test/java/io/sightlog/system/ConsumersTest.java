package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names and who holds them; and readers without one. */
final class ConsumersTest {
    @TempDir
    Path temp;

    private String queue = "";

    @BeforeEach
    void fill() {
        queue = temp.resolve("journal").toString();
        Sightlog.feed(Ndjson.lines("door", 0, 10), "append", "-q", queue).expect(0);
    }

    @Test
    void aNameIsHeldByOneProcess() {
        try (Sightlog first = Sightlog.start("tail", "-q", queue, "--as", "alarm", "--follow")) {
            first.awaitLines(10);
            Sightlog.Done second =
                    Sightlog.run("tail", "-q", queue, "--as", "alarm").expect(1);
            assertThat(second.out()).isEmpty();
            assertThat(second.err()).singleElement().asString().contains("\"alarm\"", "process " + first.pid());
            assertThat(Sightlog.run("consumers", "-q", queue).expect(0).out())
                    .anyMatch(line -> line.startsWith("alarm") && line.contains(" " + first.pid() + " "));

            Sightlog.Done reset = Sightlog.run("consumers", "reset", "-q", queue, "alarm", "--to", "start", "--execute")
                    .expect(1);
            assertThat(reset.err()).singleElement().asString().contains("process " + first.pid());
            assertThat(Sightlog.run("consumers", "delete", "-q", queue, "alarm", "--execute")
                            .expect(1)
                            .err())
                    .singleElement()
                    .asString()
                    .contains("process " + first.pid());
            first.kill();
            first.await().expect(137);
        }
        assertThat(Sightlog.run("consumers", "-q", queue).expect(0).out())
                .anyMatch(line -> line.matches("alarm +\\S+ +[01] .* - .*"));
    }

    @Test
    void resetPreviewsAndActsWithExecute() {
        assertThat(tail("alarm")).hasSize(10);
        Sightlog.Done preview = Sightlog.run("consumers", "reset", "-q", queue, "alarm", "--to", "-3")
                .expect(0);
        assertThat(preview.out()).anyMatch(line -> line.contains("3 events will be"));
        assertThat(tail("alarm")).isEmpty();

        Sightlog.run("consumers", "reset", "-q", queue, "alarm", "--to", "-3", "--execute")
                .expect(0);
        assertThat(Ndjson.frames(tail("alarm"), "door")).isEqualTo(Ndjson.range(7, 10));
        String fifth = Ndjson.field(Ndjson.all(queue).get(4), "index");
        Sightlog.run("consumers", "reset", "-q", queue, "alarm", "--to", fifth, "--execute")
                .expect(0);
        assertThat(Ndjson.frames(tail("alarm"), "door")).isEqualTo(Ndjson.range(4, 10));
    }

    @Test
    void deletePreviewsAndActsWithExecuteAndKnowsWhoWasMeant() {
        tail("alarm");
        assertThat(Sightlog.run("consumers", "delete", "-q", queue, "alram")
                        .expect(1)
                        .err())
                .singleElement()
                .asString()
                .contains("no consumer \"alram\"", "alarm");
        assertThat(Sightlog.run("consumers", "delete", "-q", queue, "alarm")
                        .expect(0)
                        .out())
                .last()
                .isEqualTo("nothing was changed: --execute deletes it");
        assertThat(tail("alarm")).isEmpty();
        Sightlog.run("consumers", "delete", "-q", queue, "alarm", "--execute").expect(0);
        assertThat(tail("alarm")).hasSize(10);
    }

    @Test
    void theJournalMayBeNamedBeforeResetToo() {
        tail("alarm");
        assertThat(Sightlog.run("consumers", "-q", queue, "reset", "alarm", "--to", "-3")
                        .expect(0)
                        .out())
                .anyMatch(line -> line.contains("3 events will be"));
    }

    private List<String> tail(String name) {
        return Sightlog.run("tail", "-q", queue, "--as", name, "--format", "ndjson")
                .expect(0)
                .out();
    }

    @Test
    void anonymousConsumersLeaveNoTrace() throws IOException {
        List<String> before = files();
        assertThat(Ndjson.all(queue)).hasSize(10);
        Sightlog.run("replay", "-q", queue, "--rate", "max").expect(0);
        Sightlog.run("info", "-q", queue).expect(0);
        Sightlog.run("consumers", "-q", queue).expect(0);
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aJournalThatIsReadOnlyForUsCanBeRead() throws IOException {
        assumeFalse(Sightlog.AS_NOBODY.isEmpty(), "this user cannot become another one");
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        Sightlog.Done version = Sightlog.runAsNobody(List.of(), "--version");
        assumeFalse(version.code() != 0, "nobody may not read the jar");
        Sightlog.Done refused =
                Sightlog.runAsNobody(List.of(), "tail", "-q", queue).expect(1);
        assertThat(refused.err()).singleElement().asString().contains("permission denied");

        String open = temp.resolve("for-all").toString();
        Sightlog.feed(Ndjson.lines("door", 0, 10), "append", "-q", open, "--mode", "0644")
                .expect(0);
        List<String> truth = Ndjson.all(open);
        assertThat(Sightlog.runAsNobody(List.of(), "tail", "-q", open, "--from", "start", "--format", "ndjson")
                        .expect(0)
                        .out())
                .isEqualTo(truth)
                .isNotEmpty();

        Sightlog.Done append = Sightlog.runAsNobody(Ndjson.lines("door", 10, 11), "append", "-q", open)
                .expect(1);
        assertThat(append.err()).singleElement().asString().contains("permission denied");
        Sightlog.Done named = Sightlog.runAsNobody(List.of(), "tail", "-q", open, "--as", "nobody")
                .expect(1);
        assertThat(named.out()).isEmpty();
        assertThat(named.err()).singleElement().asString().contains("permission denied");
        assertThat(Ndjson.all(open)).isEqualTo(truth);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(temp)) {
            return files.map(Path::toString).sorted().toList();
        }
    }
}
