package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mvn -Pdist package} makes, run by another user whose home is empty, with nothing but a Java. */
final class DistributionTest {
    @TempDir
    Path temp;

    private Path home;
    private Path scratch;
    private Path unpacked;

    private record Ended(int code, List<String> lines) {}

    @BeforeEach
    void unpackAsRoot() throws Exception {
        Path archive = null;
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            archive = files.filter(file -> file.getFileName().toString().matches("sightlog-.*\\.tar\\.gz"))
                    .findFirst()
                    .orElse(null);
        }
        ForeignPrograms.need(
                archive != null, "there is no target/sightlog-*.tar.gz: mvn -Pdist -DskipTests package makes it");
        ForeignPrograms.need("tar");
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        run(temp, List.of("tar", "-xzf", archive.toAbsolutePath().toString(), "--no-same-owner"));
        try (Stream<Path> top = Files.list(temp)) {
            unpacked = top.filter(Files::isDirectory).findFirst().orElseThrow();
        }
        home = open("home");
        scratch = open("tmp");
    }

    private Path open(String name) throws IOException {
        Path folder = Files.createDirectory(temp.resolve(name));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        return folder;
    }

    private Ended sightlog(String... args) throws Exception {
        List<String> command = new ArrayList<>(Sightlog.AS_NOBODY);
        command.add(unpacked.resolve("bin/sightlog").toString());
        command.addAll(List.of(args));
        return run(scratch, command);
    }

    private Ended run(Path folder, List<String> command) throws Exception {
        Path out = temp.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        if (home != null) {
            builder.environment().put("HOME", home.toString());
            builder.environment().put("SIGHTLOG_OPTS", "-Djava.io.tmpdir=" + scratch);
        }
        Process process = builder.start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("%s ended", command).isTrue();
        return new Ended(process.exitValue(), Files.readAllLines(out));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !path.equals(folder)).toList();
        }
    }

    @Test
    void looksAtPicturesAndVideosAndDrawsThemAndLeavesNothingAround() throws Exception {
        ForeignPrograms.need("ffmpeg");
        Path pictures = open("pictures");
        Path dog = pictures.resolve("dog.jpg");
        Files.copy(Path.of("src/main/resources/io/sightlog/demo/dog.jpg"), dog);
        Path video = pictures.resolve("moves.mp4");
        run(
                pictures,
                List.of("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=d=1:r=3:s=320x240", video.toString()));
        Path journal = open("data").resolve("queue");

        assertThat(sightlog("produce", "-q", journal.toString(), dog.toString(), video.toString()))
                .matches(ended -> ended.code == 0, "produces");
        Ended told = sightlog("tail", "-q", journal.toString(), "--from", "start", "--format", "ndjson");
        assertThat(told.code).as("%s", told).isZero();
        assertThat(told.lines).hasSize(4);
        assertThat(told.lines.get(0)).contains("dog.jpg", "\"label\":\"Dog\"");
        Ended drawn = sightlog(
                "draw",
                "-q",
                journal.toString(),
                "--from",
                "start",
                "--out",
                journal.resolveSibling("boxes").toString());
        assertThat(drawn.code).as("%s", drawn).isZero();
        assertThat(files(journal.resolveSibling("boxes"))).hasSize(2);

        assertThat(files(home)).isEmpty();
        assertThat(files(scratch)).isEmpty();
    }

    @Test
    void bringsManualPagesACompletionAndAUnit() throws Exception {
        assertThat(Files.readString(unpacked.resolve("share/man/man1/sightlog-tail.1")))
                .contains("SIGHTLOG\\-TAIL", "\\-\\-follow");
        Ended sound = run(
                temp,
                List.of(
                        "bash",
                        "-n",
                        unpacked.resolve("share/bash-completion/completions/sightlog")
                                .toString()));
        assertThat(sound.code).as("%s", sound).isZero();
        assertThat(unpacked.resolve("lib/systemd/system/sightlog@.service")).isRegularFile();
        assertThat(sightlog("--version").code).isZero();
    }
}
