package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Programs of the tests that are in C or Python, and the tools they need. A tool that is missing skips the test, unless the
 * environment has {@code SIGHTLOG_REQUIRE_TOOLS=true}: then it fails.
 */
public final class ForeignPrograms {
    private static final Map<List<String>, Path> COMPILED = new HashMap<>();
    private static final String LIBRARY = "src/main/c/sightlog.c";
    private static final List<String> SANITIZED = List.of("-fsanitize=address,undefined", "-fno-sanitize-recover=all");
    private static @Nullable List<String> sanitizers;
    private static @Nullable String compilerAndSources;
    /** What a program is compiled with that uses the C library as others do. */
    public static final String[] WITH_LIBRARY = {"-Isrc/main/c", LIBRARY};

    private ForeignPrograms() {}

    /** Whether a command is on the PATH. */
    public static boolean isThere(String tool) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    /** A Python that other users may run, too, where the system has one. */
    public static String pythonForAll() {
        return Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
    }

    /** Goes on only where there is such a command. */
    public static void need(String tool) {
        need(isThere(tool), tool + " is not on the PATH");
    }

    /** Goes on only where tools are used: for long suites that are the same on each Java. */
    public static void needTools() {
        need(true, "");
    }

    /** Goes on only where something is there. With {@code SIGHTLOG_TOOLS=none} nothing is, and nothing fails for it. */
    public static void need(boolean there, String otherwise) {
        assumeFalse(
                "none".equals(System.getenv("SIGHTLOG_TOOLS")), "tools are not used in this run: SIGHTLOG_TOOLS=none");
        if (!there && "true".equals(System.getenv("SIGHTLOG_REQUIRE_TOOLS"))) {
            throw new AssertionError(otherwise + ", and SIGHTLOG_REQUIRE_TOOLS=true");
        }
        assumeTrue(there, otherwise + ": what needs it was not tried");
    }

    /** The file system that gives errors when it is told to: {@link FaultyDisk}. */
    static Path faultyDisk() throws IOException, InterruptedException {
        need(Files.exists(Path.of("/usr/include/fuse3/fuse.h")), "libfuse3-dev is not installed");
        need("fusermount3");
        return c("faulty_disk", "-I/usr/include/fuse3", "-D_FILE_OFFSET_BITS=64", "-lfuse3");
    }

    /** A program of {@code src/test/c} that contains the C library, or does without; compiled once, see {@link MadeOnce}. */
    public static Path c(String name, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("src/test/c/" + name + ".c"));
        arguments.addAll(List.of(options));
        return compile(name, arguments);
    }

    /** The printer of journals, on top of the C library. */
    public static Path printer() throws IOException, InterruptedException {
        return c("read_journal", WITH_LIBRARY);
    }

    /** Likewise, ended by whatever C does not define; without that where the compiler has no such libraries. */
    public static Path sanitized(String name, String... options) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(sanitizers());
        return c(name, all.toArray(String[]::new));
    }

    private static synchronized List<String> sanitizers() throws IOException, InterruptedException {
        if (sanitizers == null) {
            need("gcc");
            Process gcc = new ProcessBuilder("gcc", SANITIZED.get(0), "-x", "c", "-", "-o", "/dev/null")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            gcc.getOutputStream().write("int main(void) { return 0; }\n".getBytes(StandardCharsets.US_ASCII));
            gcc.getOutputStream().close();
            boolean there = gcc.waitFor() == 0;
            if (!there) {
                System.out.println("gcc has no sanitizers here: without them then");
            }
            sanitizers = there ? SANITIZED : List.of();
        }
        return sanitizers;
    }

    /** An example of the C library. */
    public static Path example(String name) throws IOException, InterruptedException {
        return compile(name, List.of("src/main/c/examples/" + name + ".c", "-Isrc/main/c", LIBRARY));
    }

    /** The C library as others load it. */
    public static Path library() throws IOException, InterruptedException {
        return compile("libsightlog.so", List.of("-shared", LIBRARY));
    }

    /** The C library itself is compiled once plain and once with sanitizers; whatever contains it is linked with that. */
    private static synchronized Path compile(String name, List<String> arguments)
            throws IOException, InterruptedException {
        need("gcc");
        Path known = COMPILED.get(arguments);
        if (known != null) {
            return known;
        }
        List<String> command = new ArrayList<>(List.of("gcc", "-std=c11", "-g1", "-Wall", "-Wextra", "-Werror"));
        // the sanitizers see more of what is written before the optimizer has been over it, and so it takes half of the
        // time
        command.add(arguments.containsAll(SANITIZED) ? "-O1" : "-O2");
        for (String argument : arguments) {
            boolean whole = argument.equals(LIBRARY) && !arguments.contains("-c");
            command.add(whole ? object(arguments).toString() : argument);
        }
        command.addAll(List.of("-pthread", "-lm"));
        Path made = MadeOnce.file(name, MadeOnce.digest(command, List.of()) + compilerAndSources(), program -> {
            command.addAll(List.of("-o", program.toString()));
            Path output = Files.createTempFile("gcc", ".txt");
            Process gcc = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(gcc.waitFor(5, TimeUnit.MINUTES)).as("%s ended", command).isTrue();
            String said = Files.readString(output);
            Files.delete(output);
            assertThat(gcc.exitValue()).as("%s: %s", command, said).isZero();
        });
        COMPILED.put(arguments, made);
        return made;
    }

    private static Path object(List<String> arguments) throws IOException, InterruptedException {
        List<String> alone = new ArrayList<>(List.of("-fPIC", "-c", LIBRARY));
        if (arguments.containsAll(SANITIZED)) {
            alone.addAll(SANITIZED);
        }
        return compile("sightlog.o", alone);
    }

    /** What decides what is compiled, beside the command. */
    private static String compilerAndSources() throws IOException, InterruptedException {
        if (compilerAndSources == null) {
            Process gcc = new ProcessBuilder("gcc", "--version").start();
            String version = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            gcc.waitFor();
            List<Path> sources = new ArrayList<>(MadeOnce.below(Path.of("src/main/c"), ".c", ".h"));
            sources.addAll(MadeOnce.below(Path.of("src/test/c"), ".c", ".h"));
            compilerAndSources = MadeOnce.digest(List.of(version), sources);
        }
        return compilerAndSources;
    }
}
