package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.sightlog.journal.ForeignPrograms;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may only read a journal takes every lock there is to be had, and holds nobody up. */
final class ReadersLocksTest {
    /** Locks for reading whatever it can open, says what it could not, and waits for the end of its input. */
    private static final String LOCK_ALL = """
            import fcntl, os, sys
            kept = []
            for path in sys.argv[1:]:
                try:
                    kept.append(os.open(path, os.O_RDONLY))
                    fcntl.lockf(kept[-1], fcntl.LOCK_SH)
                except PermissionError:
                    print(path)
            print("locked", flush=True)
            sys.stdin.read()
            """;

    private static final String PYTHON_USES = """
            import sightlog, sys
            with sightlog.open(sys.argv[1]) as journal:
                journal.append(source="/python.jpg")
            with sightlog.open(sys.argv[1]) as journal:
                with journal.follow("alarm") as reader:
                    print(next(iter(reader)).source)
            """;

    @TempDir
    Path temp;

    private Path journal = Path.of("");
    private String queue = "";
    private final List<Process> processes = new ArrayList<>();

    @BeforeAll
    static void becomeAnother() {
        ForeignPrograms.need("python3");
        assumeFalse(Sightlog.AS_NOBODY.isEmpty(), "this user cannot become another one: run as root");
        assumeFalse(Sightlog.runAsNobody(List.of(), "--version").code() != 0, "nobody may not read the jar");
    }

    @BeforeEach
    void fill() throws Exception {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        journal = temp.resolve("journal");
        queue = journal.toString();
        append(0, "--roll", "secondly", "--mode", "0644").expect(0);
        Thread.sleep(1001 - System.currentTimeMillis() % 1000); // the next cycle
        append(1).expect(0);
        Sightlog.run("tail", "-q", queue, "--as", "alarm").expect(0);
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    private Sightlog.Done append(int number, String... more) {
        String[] args = Stream.concat(Stream.of("append", "-q", queue), Arrays.stream(more))
                .toArray(String[]::new);
        return Sightlog.feed(Ndjson.lines("door", number, number + 1), args);
    }

    /** What it could not open. */
    private List<String> lock(List<String> as, Path... files) throws IOException {
        List<String> command = new ArrayList<>(as);
        command.addAll(List.of(ForeignPrograms.pythonForAll(), "-c", LOCK_ALL));
        Arrays.stream(files).map(Path::toString).forEach(command::add);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        List<String> refused = new ArrayList<>();
        for (String line = out.readLine(); !"locked".equals(line); line = out.readLine()) {
            assertThat(line).as("it ended").isNotNull();
            refused.add(line);
        }
        return refused;
    }

    private Path[] all() throws IOException {
        try (Stream<Path> files = Files.walk(journal)) {
            return files.filter(Files::isRegularFile).toArray(Path[]::new);
        }
    }

    private List<String> python() throws Exception {
        ForeignPrograms.need("gcc");
        ProcessBuilder builder =
                new ProcessBuilder(ForeignPrograms.pythonForAll(), "-c", PYTHON_USES, queue).redirectErrorStream(true);
        builder.environment()
                .put("PYTHONPATH", Path.of("src/main/python").toAbsolutePath().toString());
        builder.environment().put("SIGHTLOG_LIBRARY", ForeignPrograms.library().toString());
        Process process = builder.start();
        processes.add(process);
        List<String> out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as(String.join("\n", out)).isZero();
        return out;
    }

    @Test
    void whoMayOnlyReadStopsNobody() throws Exception {
        assertThat(lock(Sightlog.AS_NOBODY, all()))
                .containsExactlyInAnyOrder(
                        journal.resolve("sightlog.writers").toString(),
                        journal.resolve("consumers/alarm.lock").toString());
        append(2).expect(0);
        assertThat(Sightlog.run("tail", "-q", queue, "--as", "alarm").expect(0).out())
                .hasSize(1);
        assertThat(python()).containsExactly("/python.jpg");

        for (String verb : List.of("info", "verify", "doctor", "consumers")) {
            Sightlog.Done done = Sightlog.runAsNobody(List.of(), verb, "-q", queue);
            assertThat(done.err()).as(verb).isEmpty();
            assertThat(done.code())
                    .as(verb + ": " + done)
                    .isIn(verb.equals("doctor") ? new Integer[] {3} : new Integer[] {0});
        }
        assertThat(Sightlog.runAsNobody(List.of(), "consumers", "-q", queue).out())
                .anyMatch(line -> line.startsWith("alarm "));
        assertThat(Sightlog.runAsNobody(
                                List.of(), "consumers", "reset", "-q", queue, "alarm", "--to", "end", "--execute")
                        .expect(1)
                        .err())
                .singleElement()
                .asString()
                .contains("permission denied");
    }

    @Test
    void aStrangerWhoMayWriteIsNamed() throws Exception {
        lock(List.of(), journal.resolve("sightlog.writers"), journal.resolve("consumers/alarm.lock"));
        String stranger = "process " + processes.get(0).pid() + " (python3)";
        assertThat(append(2).expect(1).err())
                .singleElement()
                .asString()
                .contains(stranger, "is no writer of it, has locked sightlog.writers: end that process");
        assertThat(Sightlog.run("tail", "-q", queue, "--as", "alarm").expect(1).err())
                .singleElement()
                .asString()
                .contains(stranger + " has locked " + journal.resolve("consumers/alarm.lock"));
        stop();
        append(2).expect(0);
    }

    @Test
    void aWriterNarrowsWhatAnOlderVersionLeftOpenForReaders() throws Exception {
        Path writers = journal.resolve("sightlog.writers");
        Files.setPosixFilePermissions(writers, PosixFilePermissions.fromString("rw-r--r--"));
        append(2).expect(0);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(writers)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(writers, PosixFilePermissions.fromString("rw-rw-r--"));
        assertThat(python()).containsExactly("/pictures/dog.jpg");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(writers)))
                .isEqualTo("rw-rw----");
    }
}
