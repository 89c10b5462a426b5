package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** When {@code ./sightlog} builds, beside a Maven and a Java that only say that they were called. */
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir
    Path temp;

    private Path home;
    private Path tools;

    @BeforeEach
    void aFolderOfSourcesThatIsNotBuilt() throws IOException {
        home = Files.createDirectories(temp.resolve("home"));
        tools = Files.createDirectories(temp.resolve("jdk/bin"));
        Files.copy(Path.of(System.getProperty("basedir", "."), "sightlog"), home.resolve("sightlog"));
        for (String source : List.of("src/main/java/A.java", "src/main/resources/r", "models/m.onnx", "pom.xml")) {
            Path file = home.resolve(source);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "");
        }
        Files.writeString(temp.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
        tool("java", "echo ran >>'" + temp + "/calls'");
        tool("mvn", "echo built >>'" + temp + "/calls'; mkdir -p target; echo jar >target/sightlog.jar");
        old();
    }

    private void tool(String name, String body) throws IOException {
        Path file = tools.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** Everything is from noon of some day, as if it had been lying there. */
    private void old() throws IOException {
        try (var all = Files.walk(home)) {
            for (Path path : all.toList()) {
                Files.setLastModifiedTime(path, FileTime.from(NOON));
            }
        }
    }

    private record Ran(List<String> calls, String err) {}

    private Ran run() throws IOException, InterruptedException {
        Path calls = temp.resolve("calls");
        Files.deleteIfExists(calls);
        Path err = temp.resolve("err");
        ProcessBuilder launcher = new ProcessBuilder("sh", "./sightlog", "models")
                .directory(home.toFile())
                .redirectError(err.toFile());
        launcher.environment().put("JAVA_HOME", temp.resolve("jdk").toString());
        launcher.environment().put("PATH", tools + ":" + System.getenv("PATH"));
        Process process = launcher.start();
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        // the archive of classes is tried once for each jar, with calls of its own
        List<String> lines = Files.exists(calls)
                ? Files.readAllLines(calls).stream().distinct().toList()
                : List.of();
        return new Ran(lines, Files.readString(err, StandardCharsets.UTF_8));
    }

    @Test
    void itBuildsOnceAndThenNoMore() throws Exception {
        Ran first = run();
        assertThat(first.calls).containsExactly("built", "ran");
        assertThat(first.err).contains("building, once");
        assertThat(run().calls).containsExactly("ran");
    }

    @Test
    void itBuildsAgainWhenAnythingTheJarIsMadeOfHasChanged() throws Exception {
        for (String changed : List.of("src/main/java/A.java", "src/main/resources/r", "models/m.onnx", "pom.xml")) {
            run();
            Files.setLastModifiedTime(
                    home.resolve(changed), FileTime.from(Instant.now().plusSeconds(1)));
            Ran again = run();
            assertThat(again.calls).as(changed).containsExactly("built", "ran");
            assertThat(again.err).as(changed).contains("sources have changed");
            old();
            Files.setLastModifiedTime(home.resolve("target/sightlog.jar"), FileTime.from(NOON.plusSeconds(60)));
        }
        Files.delete(home.resolve("src/main/java/A.java"));
        assertThat(run().calls).as("a source is gone").containsExactly("built", "ran");
    }

    @Test
    void whatIsChangedWhileItBuildsIsBuiltTheNextTime() throws Exception {
        // with time between, since the clock of files has ticks
        tool(
                "mvn",
                "echo built >>'" + temp
                        + "/calls'; mkdir -p target; sleep 0.1; echo x >src/main/java/A.java; sleep 0.1;"
                        + " echo jar >target/sightlog.jar");
        assertThat(run().calls).containsExactly("built", "ran");
        tool("mvn", "echo built >>'" + temp + "/calls'; mkdir -p target; echo jar >target/sightlog.jar");
        assertThat(run().calls).containsExactly("built", "ran");
        assertThat(run().calls).containsExactly("ran");
    }

    @Test
    void sourcesFromTheFutureAreBuiltOnce() throws Exception {
        Files.setLastModifiedTime(
                home.resolve("pom.xml"), FileTime.from(Instant.now().plus(Duration.ofDays(3))));
        assertThat(run().calls).containsExactly("built", "ran");
        assertThat(run().calls).containsExactly("ran");
    }

    @Test
    void whatWasBuiltRunsWhereNothingCanBeBuilt() throws Exception {
        run();
        Files.setLastModifiedTime(
                home.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(1)));
        Files.delete(tools.resolve("mvn"));
        Path bare = Files.createDirectories(temp.resolve("bare"));
        for (String tool : List.of("sh", "find", "head", "mktemp", "rm", "mv", "readlink", "sed", "mkdir", "touch")) {
            Path there = Path.of("/usr/bin", tool);
            Files.createSymbolicLink(bare.resolve(tool), Files.exists(there) ? there : Path.of("/bin", tool));
        }
        tools = bare;
        Path err = temp.resolve("err");
        ProcessBuilder launcher = new ProcessBuilder("/bin/sh", "./sightlog", "models")
                .directory(home.toFile())
                .redirectError(err.toFile());
        launcher.environment().put("JAVA_HOME", temp.resolve("jdk").toString());
        launcher.environment().put("PATH", bare.toString());
        Files.deleteIfExists(temp.resolve("calls"));
        assertThat(launcher.start().waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readAllLines(temp.resolve("calls"))).contains("ran").doesNotContain("built");
        assertThat(Files.readString(err)).contains("sources are newer", "it runs as it was built");
        try (var links = Files.list(bare)) {
            for (Path link : links.toList()) {
                Files.delete(link);
            }
        }
    }

    @Test
    void aDistributionWithoutSourcesIsNeverBuilt() throws Exception {
        run();
        for (String source : List.of("src/main/java/A.java", "src/main/java", "pom.xml")) {
            Files.delete(home.resolve(source));
        }
        assertThat(run().calls).containsExactly("ran");
    }
}
