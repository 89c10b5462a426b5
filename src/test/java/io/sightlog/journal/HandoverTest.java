package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that hand over through shared memory and semaphores go on as they are, with a journal between them. */
@Tag("slow")
class HandoverTest {
    @TempDir
    Path temp;

    private Path old;
    private Path handover;

    @BeforeEach
    void compile() throws Exception {
        old = ForeignPrograms.c("old_handover", "-D_GNU_SOURCE");
        handover = ForeignPrograms.example("handover");
        clean();
    }

    @AfterEach
    void clean() throws Exception {
        if (old == null) { // there is no compiler here
            return;
        }
        assertThat(end(start("clean", old, "clean"))).isZero();
    }

    @Test
    void aBufferOfLinesBecomesAMessageEachAndGoesOnToAReader() throws Exception {
        Path journal = temp.resolve("q");
        Process to = start("to", handover, "to-journal", "--topic", "door", "--count", "5", journal.toString());
        Process writer = start("writer", old, "write", "open", "one\ntwo\nthree", "zu 🚪");
        assertThat(end(writer)).isZero();
        assertThat(end(to)).as(errors("to")).isZero();
        List<String> texts = new ArrayList<>();
        try (JournalReader reader = Journal.open(journal).reader()) {
            reader.poll(
                    event -> {
                        assertThat(event.text(6)).isEqualTo("door");
                        texts.add(event.text(7));
                    },
                    100);
        }
        assertThat(texts).containsExactly("open", "one", "two", "three", "zu 🚪");
        Process reader = start("reader", old, "read", "5");
        Process from = start(
                "from",
                handover,
                "from-journal",
                "--topic",
                "door",
                "--name",
                "old",
                "--count",
                "5",
                journal.toString());
        assertThat(end(from)).as(errors("from")).isZero();
        assertThat(end(reader)).isZero();
        assertThat(output("reader")).isEqualTo("open\n--\none\n--\ntwo\n--\nthree\n--\nzu 🚪\n--\n");
    }

    @Test
    void binaryKeepsItsLengthAndANamedReaderGoesOnWhereItStopped() throws Exception {
        Path journal = temp.resolve("q");
        String large = "x".repeat(4094);
        Process to = start("to", handover, "to-journal", "--binary", "--count", "3", journal.toString());
        assertThat(end(start("writer", old, "write", "--binary", "a", large, "")))
                .isZero();
        assertThat(end(to)).as(errors("to")).isZero();
        for (String expected : List.of("a\n--\n", large + "\n--\n\n--\n")) {
            String count = expected.startsWith("a") ? "1" : "2";
            Process reader = start("reader", old, "read", "--binary", count);
            Process from = start(
                    "from",
                    handover,
                    "from-journal",
                    "--binary",
                    "--name",
                    "old",
                    "--count",
                    count,
                    journal.toString());
            assertThat(end(from)).as(errors("from")).isZero();
            assertThat(end(reader)).isZero();
            assertThat(output("reader")).isEqualTo(expected);
        }
    }

    private Process start(String name, Path program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectOutput(temp.resolve(name + ".out").toFile())
                .redirectError(temp.resolve(name + ".err").toFile())
                .start();
    }

    private static int end(Process process) throws InterruptedException {
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private String output(String name) throws Exception {
        return Files.readString(temp.resolve(name + ".out"), StandardCharsets.UTF_8);
    }

    private String errors(String name) throws Exception {
        return Files.readString(temp.resolve(name + ".err"));
    }

    @Test
    void whatSomebodyElseMayHavePlantedIsRefused() throws Exception {
        Path shared = Path.of("/dev/shm/my_shared_memory");
        Files.write(shared, new byte[4096]);
        Path other = Files.createLink(Path.of("/dev/shm/my_shared_memory.too"), shared);
        Path journal = temp.resolve("q");
        Process refused = start("refused", handover, "to-journal", "--count", "1", journal.toString());
        assertThat(end(refused)).isEqualTo(1);
        assertThat(errors("refused")).contains("/my_shared_memory", "another user", "--foreign");
        Process told = start("told", handover, "to-journal", "--foreign", "--count", "1", journal.toString());
        assertThat(end(start("writer", old, "write", "x"))).isZero();
        Files.delete(other);
        assertThat(end(told)).as(errors("told")).isZero();
    }
}
