package io.sightlog.journal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Builds programs on top of the C library, where there is a compiler. */
final class CTools {
    /** Everything undefined ends the program. */
    static final String[] SANITIZED = {"-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"};

    private CTools() {}

    static boolean areThere() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcc")));
    }

    /** Skips the test without a compiler, or fails it when the environment has {@code SIGHTLOG_REQUIRE_TOOLS=true}. */
    static void need() {
        boolean there = areThere();
        if (!there && "true".equals(System.getenv("SIGHTLOG_REQUIRE_TOOLS"))) {
            throw new AssertionError("gcc is not on the PATH, and SIGHTLOG_REQUIRE_TOOLS=true");
        }
        assumeTrue(there, "gcc is not on the PATH: nothing in C was tried");
    }

    /** What compiles a program together with the library. */
    static List<String> command(String source, Path program, String... options) {
        List<String> command = new ArrayList<>(
                List.of("gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-Isrc/main/c"));
        command.addAll(List.of(options));
        command.addAll(List.of(source, "src/main/c/sightlog.c", "-o", program.toString(), "-lpthread", "-lm"));
        return command;
    }

    /** Compiled with {@link #SANITIZED}, or without where the compiler lacks those libraries: then that is printed. */
    static void buildSanitized(String source, Path program) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("compiler", ".txt");
        try {
            if (run(command(source, program, SANITIZED), errors) != 0) {
                System.out.println("no sanitizers here, without them then: " + Files.readString(errors));
                if (run(command(source, program, "-O2"), errors) != 0) {
                    throw new AssertionError(Files.readString(errors));
                }
            }
        } finally {
            Files.delete(errors);
        }
    }

    private static int run(List<String> command, Path errors) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(errors.toFile())
                .start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("still compiling after 5 minutes: " + command);
        }
        return process.exitValue();
    }
}
