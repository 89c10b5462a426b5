package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page of the C library shows is what its users can compile, and does what it says. */
@Tag("slow")
class CReadmeTest {
    @TempDir
    Path temp;

    @Test
    void itsProgramsAppendAndReadADog() throws Exception {
        ForeignPrograms.need("gcc");
        List<Path> programs = new ArrayList<>();
        Matcher code = Pattern.compile("```c\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("src/main/c/README.md")));
        while (code.find()) {
            Path source = Files.writeString(temp.resolve("program" + programs.size() + ".c"), code.group(1));
            Path program = temp.resolve("program" + programs.size());
            assertThat(run(List.of(
                            "gcc",
                            "-std=c11",
                            "-Wall",
                            "-Wextra",
                            "-Werror",
                            "-Isrc/main/c",
                            source.toString(),
                            "src/main/c/sightlog.c",
                            "-o",
                            program.toString(),
                            "-pthread")))
                    .isZero();
            programs.add(program);
        }
        assertThat(programs).hasSize(2);
        assertThat(run(List.of(programs.get(1).toString()))).isZero();
        Path printed = temp.resolve("out");
        Process reader = new ProcessBuilder(programs.get(0).toString())
                .directory(temp.toFile())
                .redirectOutput(printed.toFile())
                .start();
        try {
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (!Files.readString(printed).equals("dog 0.70\n")) {
                assertThat(System.nanoTime()).as("it prints the dog in time").isLessThan(deadline);
                assertThat(reader.isAlive()).isTrue();
                Thread.sleep(5);
            }
        } finally {
            reader.destroyForcibly().waitFor();
        }
        assertThat(Journal.open(temp.resolve("queue-data")).consumers())
                .extracting(ConsumerStatus::name, ConsumerStatus::lagEvents)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("door-alarm", 0L));
    }

    @Test
    void makeInstallsBothLibrariesAndWhatPkgConfigReads() throws Exception {
        ForeignPrograms.need("gcc");
        ForeignPrograms.need("make");
        Path prefix = temp.resolve("usr");
        assertThat(run(List.of(
                        "make",
                        "-s",
                        "-C",
                        "src/main/c",
                        "BUILD=" + temp.resolve("build"),
                        "PREFIX=" + prefix,
                        "CFLAGS=-O0",
                        "install")))
                .isZero();
        Path source = Files.writeString(temp.resolve("version.c"), """
                #include <sightlog.h>
                #include <string.h>
                int main(void) { return strcmp(sightlog_code_text(SIGHTLOG_OK), "done"); }
                """);
        for (String library : List.of("-lsightlog", "-l:libsightlog.a")) {
            Path program = temp.resolve("version" + library.length());
            assertThat(run(List.of(
                            "gcc",
                            source.toString(),
                            "-I" + prefix.resolve("include"),
                            "-L" + prefix.resolve("lib"),
                            library,
                            "-Wl,-rpath," + prefix.resolve("lib"),
                            "-pthread",
                            "-o",
                            program.toString())))
                    .as(library)
                    .isZero();
            assertThat(run(List.of(program.toString()))).as(library).isZero();
        }
        assertThat(Files.readString(prefix.resolve("lib/pkgconfig/sightlog.pc")))
                .contains("prefix=" + prefix, "Version: 0.1.0", "-lsightlog");
    }

    private int run(List<String> command) throws Exception {
        boolean compiles = !command.get(0).startsWith(temp.toString());
        Process process = new ProcessBuilder(command)
                .directory(compiles ? null : temp.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
