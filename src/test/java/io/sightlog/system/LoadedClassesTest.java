package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What short verbs load, by the virtual machine's own log of it. */
final class LoadedClassesTest {
    private static final String[] HEAVY = {
        "ai.djl.",
        "ai.onnxruntime.",
        "org.bytedeco.",
        "net.openhft.",
        "io.prometheus.",
        "org.apache.kafka.",
        "com.hivemq.",
        "io.netty.",
        "io.reactivex."
    };

    @TempDir
    Path scratch;

    @Test
    void helpLoadsNoLibrary() throws Exception {
        assertThat(loadedBy("--help"))
                .contains("io.sightlog.cli.Main")
                .doesNotContain("picocli.CommandLine")
                .noneMatch(LoadedClassesTest::isHeavy);
        assertThat(Files.readString(scratch.resolve("out"))).startsWith("Usage: sightlog ");
    }

    @Test
    void tailReadsEventsAndLabelsWithoutTheQueuesLibrary() throws Exception {
        Path queue = scratch.resolve("queue");
        try (Journal journal = Journal.open(queue);
                JournalWriter writer = journal.writer()) {
            long labels = writer.publish(new LabelSet(LabelSet.Model.named("m"), new TreeMap<>(Map.of(1, "dog"))));
            writer.append(new EventDraft().capturedNanos(0).labelSet(labels).detection(1, 0.7f, 1, 2, 3, 4, 0));
        }

        assertThat(loadedBy("tail", "-q", queue.toString(), "-n", "1"))
                .contains("io.sightlog.journal.JournalReader", "io.sightlog.event.LabelSet")
                .doesNotContain("io.sightlog.cli.Produce")
                .noneMatch(LoadedClassesTest::isHeavy);
        assertThat(Files.readString(scratch.resolve("out"))).contains("dog 0.70");
    }

    @Test
    void sharedMemoryNeedsNoDetector() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/dev/shm")), "no /dev/shm here");
        String queue = scratch.resolve("queue").toString();
        String segment = "sightlog-test-" + UUID.randomUUID();

        assertThat(loadedBy("produce", "-q", queue, "shm:" + segment, "--max-frames", "0"))
                .contains("io.sightlog.produce.shm.SegmentProducer")
                .noneMatch(name -> isHeavy(name) && !name.startsWith("net.openhft."));
        assertThat(loadedBy("mirror", "shm", "-q", queue, "--name", segment, "--to", "end", "--unlink"))
                .contains("io.sightlog.sink.mirror.SegmentMirror")
                .noneMatch(LoadedClassesTest::isHeavy);
    }

    private static boolean isHeavy(String name) {
        return List.of(HEAVY).stream().anyMatch(name::startsWith);
    }

    private List<String> loadedBy(String... args) throws IOException, InterruptedException {
        Path log = scratch.resolve("classes.log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + log + ":none",
                "-jar",
                System.getProperty("sightlog.jar")));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectOutput(scratch.resolve("out").toFile())
                .redirectError(scratch.resolve("err").toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as(Files.readString(scratch.resolve("err")))
                .isZero();
        return Files.readAllLines(log).stream().map(line -> line.split(" ")[0]).toList();
    }
}
