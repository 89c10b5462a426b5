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
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
        "io.reactivex.",
        "org.eclipse.jetty.",
        "io.sightlog.serve."
    };
    /** Needed by verbs that talk to a broker, with --metrics, and by the page. */
    private static final List<String> OF_BRIDGES = List.of(
            "org.apache.kafka.",
            "com.hivemq.",
            "io.netty.",
            "io.reactivex.",
            "org.jctools.",
            "dagger.",
            "org.roaringbitmap.",
            "com.github.luben.",
            "net.jpountz.",
            "org.xerial.",
            "com.sun.net.httpserver.",
            "sun.net.httpserver.",
            "io.sightlog.bridge.",
            "org.eclipse.jetty.",
            "io.sightlog.serve.",
            "io.sightlog.pictures.");

    private static final Pattern JAR_OF_BRIDGES = Pattern.compile(
            ".*/(kafka-clients|zstd-jni|lz4-java|snappy-java|hivemq-|netty-|rxjava|jctools-|dagger-|RoaringBitmap|jetty-)[^/]*[.]jar");

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

    @Test
    void noOtherVerbLoadsClientsOfBrokers() throws Exception {
        String queue = scratch.resolve("queue").toString();
        Path picture = scratch.resolve("dog.jpg");
        Files.copy(Path.of("src/main/resources/io/sightlog/demo/dog.jpg"), picture);
        for (List<String> verb : List.of(
                List.of("--version"),
                List.of("produce", "-q", queue, picture.toString()),
                List.of("tail", "-q", queue, "--from", "start", "--format", "ndjson", "--as", "alarm"),
                List.of("info", "-q", queue),
                List.of("consumers", "-q", queue),
                List.of("doctor", "-q", queue),
                List.of("verify", "-q", queue),
                List.of("prune", "-q", queue, "--keep-for", "7d"),
                List.of("serve", "--help"),
                List.of("kafka", "send", "--help"),
                List.of("mqtt", "receive", "--help"))) {
            assertThat(loadedBy(verb.toArray(String[]::new)))
                    .as("%s", verb)
                    .contains("io.sightlog.cli.Main")
                    .filteredOn(name -> OF_BRIDGES.stream().anyMatch(name::startsWith))
                    .isEmpty();
        }
    }

    /** Their jars are the last on the class path, and opened by who searches in vain: by the files that a reader has open. */
    @Test
    void readersDoNotOpenTheJarsOfBridges() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "no /proc here");
        String queue = scratch.resolve("queue").toString();
        assertThat(Sightlog.feed(List.of("open"), "send", "-q", queue, "door/front")
                        .code())
                .isZero();
        for (String from : List.of("start", "-1", "-1d", "2001-01-01T00:00:00Z")) {
            try (Sightlog tail = Sightlog.start("tail", "-q", queue, "--from", from, "--follow")) {
                tail.awaitLines(1);
                assertThat(open(tail.pid()))
                        .as("--from %s", from)
                        .anyMatch(file -> file.endsWith("sightlog.jar"))
                        .noneMatch(file -> JAR_OF_BRIDGES.matcher(file).matches());
            }
        }
    }

    private static List<String> open(long pid) throws IOException {
        List<String> open = new ArrayList<>();
        try (Stream<Path> numbers = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path number : numbers.toList()) {
                if (Files.isSymbolicLink(number)) {
                    open.add(Files.readSymbolicLink(number).toString());
                }
            }
        }
        return open;
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
