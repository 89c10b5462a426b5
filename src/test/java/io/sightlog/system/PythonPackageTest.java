package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Python package: its own tests, with the C library and without it, and beside processes of Java. Without python3 nothing of
 * it is tried, and without gcc nothing that appends, unless the environment has {@code SIGHTLOG_REQUIRE_TOOLS=true}.
 */
class PythonPackageTest {
    private static final int MINUTES = 15;
    private static final Path PACKAGE = Path.of("src/main/python").toAbsolutePath();
    private static final String WITHOUT = "/nowhere/libsightlog.so";

    @TempDir
    Path temp;

    private static Path library;

    private record Result(int code, String out) {}

    @BeforeAll
    static void compile() throws Exception {
        ForeignPrograms.need("python3");
        library = ForeignPrograms.isThere("gcc") ? ForeignPrograms.library() : Path.of(WITHOUT);
    }

    @Test
    void passesItsOwnTestsWithTheLibrary() throws Exception {
        ForeignPrograms.need("gcc");
        boolean longForm = Boolean.getBoolean("sightlog.long");
        Map<String, String> with = Map.of(
                "SIGHTLOG_LIBRARY",
                library.toString(),
                "SIGHTLOG_ROUNDS",
                longForm ? "500" : "25",
                "SIGHTLOG_SEED",
                Long.toString(Seeds.of(PythonPackageTest.class)));
        Result result = unittest(with, "discover", "-v");
        System.out.println(result.out);
        assertThat(result.code).as(result.out).isZero();
    }

    @Test
    void readsTheSameWithoutTheLibrary() throws Exception {
        Map<String, String> without =
                Map.of("SIGHTLOG_LIBRARY", WITHOUT, "SIGHTLOG_TEST_WITHOUT_LIBRARY", "true", "SIGHTLOG_ROUNDS", "3");
        Result result = unittest(
                without,
                "test_reading",
                "test_consumers",
                "test_appending",
                "test_mutations",
                "test_refusing",
                "test_pictures",
                "test_examples");
        assertThat(result.code).as(result.out).isZero();
    }

    @Test
    void javaPrintsWhatPythonAppendsAndPythonPrintsTheSame() throws Exception {
        ForeignPrograms.need("gcc");
        String queue = temp.resolve("journal").toString();
        String script = """
                import sightlog, sys
                def dog(i): return sightlog.Detection(label=f"dog {i % 3}", confidence=i / 100, x=i, y=0.1, w=i / 3, h=7, track_id=i)
                with sightlog.open(sys.argv[1], roll="secondly") as journal:
                    for i in range(100):
                        journal.append(source=f"/photos/犬 {i}.jpg", width=640, height=480, frame=i, detections=[dog(i)] * (i % 4))
                        journal.skip(source="camera", reason="no light", frame=i)
                        journal.send("door/1", f"opened {i}\\n" if i % 2 else bytes([0, i]))
                        with journal.batch() as batch:
                            batch.append(source="batch", frame=i, model="hand-made", detections=[dog(i)])
                            batch.send("door/2", "")
                """;
        Result appended = python(library.toString(), "-c", script, queue);
        assertThat(appended.code).as(appended.out).isZero();
        List<String> lines = Ndjson.all(queue);
        assertThat(lines).hasSize(500);
        assertThat(Ndjson.fields(lines, "sequence"))
                .containsExactlyElementsOf(
                        Ndjson.range(0, 500).stream().map(String::valueOf).toList());
        Result printed = python(library.toString(), "src/test/python/read_journal.py", queue);
        Ndjson.assertSame(printed.out.lines().toList(), lines);
        Sightlog.run("verify", "-q", queue).expect(0);
    }

    @Test
    void pythonFollowsWhatJavaAppendsUnderANameThatJavaSeesRunning() throws Exception {
        String queue = temp.resolve("journal").toString();
        Sightlog.feed(Ndjson.lines("first", 0, 50), "append", "-q", queue).expect(0);
        String script = """
                import itertools, sightlog, sys
                with sightlog.open(sys.argv[1]) as journal:
                    reader = journal.follow(name="python")
                    for event in itertools.islice(reader, int(sys.argv[2])):
                        print(event.to_json(), flush=True)
                    sys.stdin.read()
                """;
        Path out = temp.resolve("out");
        ProcessBuilder builder = new ProcessBuilder("python3", "-c", script, queue, "100").redirectOutput(out.toFile());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT).environment().putAll(environment(WITHOUT));
        Process follower = builder.start();
        try {
            Sightlog.feed(Ndjson.lines("second", 0, 50), "append", "-q", queue).expect(0);
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (Files.readAllLines(out).size() < 100 && follower.isAlive() && System.nanoTime() < end) {
                Thread.sleep(5);
            }
            List<String> lines = Ndjson.all(queue);
            Ndjson.assertSame(Files.readAllLines(out), lines);
            List<String> shown =
                    Sightlog.run("consumers", "-q", queue).expect(0).out();
            assertThat(String.join("\n", shown)).contains("python").contains(" " + follower.pid() + " ");
            Sightlog.Done refused = Sightlog.run("tail", "-q", queue, "--as", "python", "--follow")
                    .expect(1);
            assertThat(refused.err()).anyMatch(line -> line.contains("running already, as process " + follower.pid()));
            follower.getOutputStream().close();
            assertThat(follower.waitFor(1, TimeUnit.MINUTES)).isTrue();
            List<String> rest = Sightlog.run("tail", "-q", queue, "--as", "python", "--format", "ndjson")
                    .expect(0)
                    .out();
            Ndjson.assertSame(rest, lines.subList(99, 100)); // the last one it did not say to have handled
        } finally {
            follower.destroyForcibly();
        }
    }

    private Result unittest(Map<String, String> more, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("python3", "-m", "unittest"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(Path.of("src/test/python").toFile());
        return run(builder, more);
    }

    private Result python(String library, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("python3"));
        command.addAll(List.of(arguments));
        return run(new ProcessBuilder(command), environment(library));
    }

    private static Map<String, String> environment(String library) {
        return Map.of(
                "PYTHONPATH",
                PACKAGE.toString(),
                "SIGHTLOG_LIBRARY",
                library,
                "PYTHONIOENCODING",
                "utf-8",
                "PYTHONUTF8",
                "1");
    }

    /** To its end, its standard error among its output. */
    private Result run(ProcessBuilder builder, Map<String, String> more) throws IOException, InterruptedException {
        Path out = Files.createTempFile(temp, "out", "");
        builder.environment().putAll(more);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
        try {
            assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES))
                    .as("%s ended within %d minutes", builder.command(), MINUTES)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Result(process.exitValue(), Files.readString(out));
    }
}
