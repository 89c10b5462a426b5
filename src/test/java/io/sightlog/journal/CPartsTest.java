package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The C library is made of parts, each of which uses only those above it; what people drop into a program is one file of them. */
@Tag("slow")
class CPartsTest {
    private static final Path LIBRARY = Path.of("src/main/c").toAbsolutePath();
    private static final Pattern INCLUDE = Pattern.compile("#include \"(parts/\\w+\\.c)\"\n");
    private static final int MOST_LINES = 650;

    @TempDir
    Path temp;

    @Test
    void eachPartIsJoinedOnceAndNoneIsLong() throws Exception {
        List<String> joined = INCLUDE.matcher(Files.readString(LIBRARY.resolve("sightlog.c")))
                .results()
                .map(found -> found.group(1))
                .toList();
        try (Stream<Path> parts = Files.list(LIBRARY.resolve("parts"))) {
            assertThat(parts.map(part -> "parts/" + part.getFileName())).containsExactlyInAnyOrderElementsOf(joined);
        }
        for (String part : joined) {
            assertThat(Files.readAllLines(LIBRARY.resolve(part))).as(part).hasSizeLessThanOrEqualTo(MOST_LINES);
        }
    }

    @Test
    void eachPartUsesOnlyThoseAboveIt() throws Exception {
        ForeignPrograms.need("gcc");
        String all = Files.readString(LIBRARY.resolve("sightlog.c"));
        List<Path> tops = new ArrayList<>();
        Matcher include = INCLUDE.matcher(all);
        while (include.find()) {
            String name = String.format(
                    "%02d-%s", tops.size(), Path.of(include.group(1)).getFileName());
            tops.add(Files.writeString(temp.resolve(name), all.substring(0, include.end())));
        }
        assertThat(tops).isNotEmpty();
        compile(tops);
    }

    @Test
    void aPartThatUsesOneBelowItIsFound() throws Exception {
        ForeignPrograms.need("gcc");
        Path uses = Files.writeString(temp.resolve("uses.c"), """
                static int below(void);
                int sightlog_above(void);
                int sightlog_above(void) { return below(); }
                """);
        assertThat(run(checking(List.of(uses)), temp.resolve("gcc.txt"))).isNotZero();
        assertThat(temp.resolve("gcc.txt")).content().contains("used but never defined");
    }

    @Test
    void theSingleFileNeedsTheHeaderAloneAndIsTheSameLibrary() throws Exception {
        ForeignPrograms.need("gcc");
        ForeignPrograms.need("make");
        Path alone = Files.createDirectory(temp.resolve("alone"));
        assertThat(run(
                        List.of("make", "-s", "-C", LIBRARY.toString(), "BUILD=" + alone, alone + "/sightlog.c"),
                        temp.resolve("make.txt")))
                .as("make: %s", temp.resolve("make.txt"))
                .isZero();
        try (Stream<Path> made = Files.list(alone)) {
            assertThat(made).containsExactly(alone.resolve("sightlog.c"));
        }
        Files.copy(LIBRARY.resolve("sightlog.h"), alone.resolve("sightlog.h"));
        Path single = object(alone.resolve("sightlog.c"));
        assertThat(object(LIBRARY.resolve("sightlog.c"))).hasSameBinaryContentAs(single);
    }

    private Path object(Path source) throws Exception {
        Path object = Files.createTempDirectory(temp, "object").resolve("sightlog.o");
        Path said = object.resolveSibling("gcc.txt");
        List<String> command =
                new ArrayList<>(List.of("gcc", "-std=c11", "-O0", "-Wall", "-Wextra", "-Werror", "-fPIC"));
        command.addAll(List.of("-c", source.toString(), "-o", object.toString()));
        assertThat(run(command, said)).as(Files.readString(said)).isZero();
        return object;
    }

    private void compile(List<Path> sources) throws Exception {
        Path said = temp.resolve("gcc.txt");
        int code = run(checking(sources), said);
        assertThat(code).as(Files.readString(said)).isZero();
    }

    /** Each file by itself. What is above others is not used yet. */
    private static List<String> checking(List<Path> sources) {
        List<String> command =
                new ArrayList<>(List.of("gcc", "-std=c11", "-fsyntax-only", "-Wall", "-Wextra", "-Werror"));
        command.addAll(List.of("-Wno-unused", "-I" + LIBRARY));
        sources.forEach(source -> command.add(source.toString()));
        return command;
    }

    private static int run(List<String> command, Path said) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("%s ended", command).isTrue();
        return process.exitValue();
    }
}
