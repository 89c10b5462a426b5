package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.journal.ForeignPrograms;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program that knows shared memory and nothing of journals, running. A compiler or interpreter that is missing skips the test
 * that needs it, unless the environment has {@code SIGHTLOG_REQUIRE_TOOLS=true}. Closing kills what still runs.
 */
final class Ancestor implements AutoCloseable {
    private static final int SECONDS = 120;

    private final Process process;
    private final BufferedWriter stdin;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Ancestor(Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        process = builder.start();
        stdin = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "output of " + command.get(0));
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // it was killed
        }
    }

    static void need(String tool) {
        ForeignPrograms.need(tool);
        assumeTrue(Files.isDirectory(Path.of("/dev/shm")), "no /dev/shm here: shared memory was not tried");
    }

    /** Compiles one of the programs in src/test/c into a folder. */
    static String compile(String program, Path into) throws IOException, InterruptedException {
        need("gcc");
        String built = into.resolve(program).toString();
        Process gcc = new ProcessBuilder(
                        "gcc",
                        "-std=c11",
                        "-O2",
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "src/test/c/" + program + ".c",
                        "-o",
                        built,
                        "-lrt")
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).as("gcc of " + program).isZero();
        return built;
    }

    static Ancestor start(String... command) throws IOException {
        return new Ancestor(Map.of(), List.of(command));
    }

    /** The same, of a writer that removes its segment at its end. */
    static Ancestor startTidy(String... command) throws IOException {
        return new Ancestor(Map.of("UNLINK", "true"), List.of(command));
    }

    /** Writes a line, and waits for the one that answers it. */
    String ask(String line) throws IOException {
        stdin.write(line + "\n");
        stdin.flush();
        return next();
    }

    /** The next line it prints. */
    String next() {
        try {
            String line = lines.poll(SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("no line in " + SECONDS + " s of " + process.info());
            }
            return line;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether there is a line already that {@link #next} would give. */
    boolean isOver() {
        return !lines.isEmpty() || !process.isAlive();
    }

    /** Lines up to one that is wanted, which is the last. */
    List<String> until(String wanted) {
        List<String> all = new ArrayList<>();
        do {
            all.add(next());
        } while (!all.get(all.size() - 1).equals(wanted));
        return all;
    }

    /** Ends its standard input and waits for its end, which must be a good one. */
    void end() throws IOException, InterruptedException {
        stdin.close();
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
