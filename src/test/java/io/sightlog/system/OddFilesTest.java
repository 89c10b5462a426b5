package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A pipe where a file of a journal should be: whoever opens it would wait for ever for somebody at its other end. */
@DisabledOnOs(OS.WINDOWS)
final class OddFilesTest {
    @TempDir
    static Path temp;

    private static Path good = Path.of("");

    @BeforeAll
    static void fill() {
        good = temp.resolve("good");
        Sightlog.feed(Ndjson.lines("door", 0, 3), "append", "-q", good.toString())
                .expect(0);
        Sightlog.run("tail", "-q", good.toString(), "--as", "x", "-n", "1").expect(0);
    }

    private static String withPipe(String file) throws IOException, InterruptedException {
        Path copy = temp.resolve("with-" + file.replace('/', '-'));
        try (Stream<Path> all = Files.walk(good)) {
            for (Path one : all.toList()) {
                Files.copy(one, copy.resolve(good.relativize(one).toString()));
            }
        }
        Path odd = copy.resolve(file);
        if (Files.isDirectory(odd)) {
            try (Stream<Path> inside = Files.list(odd)) {
                for (Path one : inside.toList()) {
                    Files.delete(one);
                }
            }
        }
        Files.deleteIfExists(odd);
        assertThat(new ProcessBuilder("mkfifo", odd.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        return copy.toString();
    }

    private static void doctorTells(String queue, String file) {
        assertThat(Sightlog.run("doctor", "-q", queue).expect(3).out()).anyMatch(line -> line.contains(file));
    }

    @Test
    void theSignalFileIsSkippedByReadersAndToldByVerifyAndDoctor() throws Exception {
        String queue = withPipe("sightlog.signal");
        assertThat(Sightlog.run("info", "-q", queue).expect(0).out()).anyMatch(line -> line.startsWith("durable"));
        assertThat(Sightlog.run("verify", "-q", queue).out()).anyMatch(line -> line.contains("sightlog.signal"));
        assertThat(Sightlog.run("tail", "-q", queue, "--as", "y").out()).hasSize(3);
        doctorTells(queue, "sightlog.signal");
        Sightlog.feed(List.of("{}"), "append", "-q", queue).expect(1);
    }

    @Test
    void aPipeInPlaceOfAFolderOrAListIsWaitedForByNobody() throws Exception {
        for (String odd : List.of("consumers", "catalogue", "sightlog.losses")) {
            String queue = withPipe(odd);
            for (String verb : List.of("verify", "doctor", "consumers", "info", "prune")) {
                String[] command = verb.equals("prune")
                        ? new String[] {verb, "-q", queue, "--keep-cycles", "1"}
                        : new String[] {verb, "-q", queue};
                assertThat(Sightlog.run(command).code())
                        .as(verb + " with " + odd)
                        .isIn(0, 1, 3);
            }
            Sightlog.run("recover", "-q", queue, "--into", queue + "-new");
        }
    }

    @Test
    void theLogOfPrunedCyclesIsReadAsNone() throws Exception {
        String queue = withPipe("sightlog.pruned");
        assertThat(Sightlog.run("tail", "-q", queue, "--as", "x").expect(0).out())
                .hasSize(2);
        doctorTells(queue, "sightlog.pruned");
    }

    @Test
    void aPositionIsAnErrorOfItsConsumerAndToldByDoctor() throws Exception {
        String queue = withPipe("consumers/x.position");
        assertThat(Sightlog.run("tail", "-q", queue, "--as", "x").expect(1).err())
                .hasSize(1);
        assertThat(Sightlog.run("tail", "-q", queue, "--as", "y").expect(0).out())
                .hasSize(3);
        doctorTells(queue, "x.position");
    }
}
