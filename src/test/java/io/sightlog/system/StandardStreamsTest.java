package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Standard streams that take no more, or were closed before the start. */
final class StandardStreamsTest {
    @TempDir
    static Path temp;

    private static String queue = "";

    @BeforeAll
    static void fill() {
        queue = temp.resolve("journal").toString();
        Sightlog.feed(Ndjson.lines("door", 0, 3), "append", "-q", queue).expect(0);
        Sightlog.run("tail", "-q", queue, "--as", "reader").expect(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "info -q @",
                "tail -q @",
                "consumers -q @",
                "verify -q @ --json",
                "doctor -q @",
                "latency -q @ --json",
                "models",
                "--help",
                "--version"
            })
    void whatCannotBePrintedIsAFailure(String line) {
        assumeTrue(Files.exists(Path.of("/dev/full")), "there is no /dev/full here");
        Sightlog.Done done = Sightlog.runRedirected(
                ">/dev/full", List.of(), line.replace("@", queue).split(" "));
        assertThat(done.expect(1).err())
                .filteredOn(text -> text.startsWith("sightlog"))
                .singleElement()
                .asString()
                .endsWith("cannot write to standard output: No space left on device");
    }

    @Test
    void aClosedInputIsAnErrorAndNothingIsAppended() {
        assumeLinux();
        String fresh = temp.resolve("fresh").toString();
        for (String verb : List.of("append -q ", "send door -q ")) {
            Sightlog.Done done = Sightlog.runRedirected("<&-", List.of(), (verb + fresh).split(" "));
            assertThat(done.expect(1).err())
                    .singleElement()
                    .asString()
                    .endsWith("cannot read standard input: it is closed");
        }
        assertThat(Path.of(fresh)).doesNotExist();
    }

    @Test
    void aClosedOutputIsAnErrorAndAClosedErrorIsNone() {
        assumeLinux();
        assertThat(Sightlog.runRedirected(">&-", List.of(), "tail", "-q", queue)
                        .expect(1)
                        .err())
                .containsExactly("sightlog tail: cannot write to standard output: it is closed");
        assertThat(Sightlog.runRedirected("2>&-", List.of(), "tail", "-q", queue)
                        .expect(0)
                        .out())
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<&-", ">&-", "<&- >&- 2>&-"})
    void theLauncherKeepsThePlacesOfClosedStreams(String closed) throws IOException, InterruptedException {
        assumeLinux();
        Path fake = Files.createDirectories(temp.resolve("jdk/bin")).resolve("java");
        Path seen = temp.resolve("seen");
        Files.writeString(
                fake, "#!/bin/sh\nfor n in 0 1 2; do grep flags /proc/$$/fdinfo/$n; done >" + seen + " 2>/dev/null\n");
        assertThat(fake.toFile().setExecutable(true)).isTrue();
        Files.writeString(temp.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
        Path copy = Files.createDirectories(temp.resolve("copy/target")).getParent();
        Files.copy(
                Path.of(System.getProperty("basedir", "."), "sightlog"),
                copy.resolve("sightlog"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(copy.resolve("target/sightlog.jar"), "");
        ProcessBuilder launcher =
                new ProcessBuilder("sh", "-c", "exec sh ./sightlog models " + closed).directory(copy.toFile());
        launcher.environment().put("JAVA_HOME", temp.resolve("jdk").toString());
        assertThat(launcher.start().waitFor(2, TimeUnit.MINUTES)).isTrue();
        List<String> flags = Files.readAllLines(seen);
        assertThat(flags).as("open ones of 0, 1 and 2").hasSize(3);
        assertThat(access(flags.get(0)) == 1).as("0 cannot be read").isEqualTo(closed.contains("<&-"));
    }

    private static int access(String flags) {
        return Integer.parseInt(flags.replaceAll("\\D", ""), 8) & 3;
    }

    private static void assumeLinux() {
        assumeTrue(Files.exists(Path.of("/proc/self/fd")), "there is no /proc here to see closed streams by");
    }
}
