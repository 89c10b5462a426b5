package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.Seeds;
import io.sightlog.bridge.kafka.KafkaBroker;
import io.sightlog.bridge.kafka.KafkaReader;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.ForeignPrograms;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.system.Sightlog.Done;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code kafka send} as a process, with a real broker. */
@Tag("slow")
final class KafkaSendVerbTest {
    private static final int KILLS = 5;

    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft();
    private KafkaBroker broker;
    private Path queue;
    private String topic = "";

    @BeforeEach
    void prepare(TestInfo test) throws Exception {
        broker = KafkaBroker.shared();
        queue = temp.resolve("q");
        topic = "verb-" + test.getTestMethod().orElseThrow().getName() + "-" + System.nanoTime();
    }

    private void append(JournalWriter writer, int count) {
        for (int i = 0; i < count; i++) {
            writer.append(draft.clear().capturedNanos(i).frame(i, 0));
        }
    }

    private void append(int count) {
        try (Journal journal = Journal.open(queue);
                JournalWriter writer = journal.writer()) {
            append(writer, count);
        }
    }

    private String[] args(String... more) {
        return argsAs("uplink", more);
    }

    private String[] argsAs(String name, String... more) {
        List<String> args = new ArrayList<>(
                List.of("kafka", "send", "-q", queue.toString(), "-b", broker.bootstrap(), "-t", topic, "--as", name));
        args.addAll(List.of(more));
        return args.toArray(String[]::new);
    }

    @BeforeAll
    static void runsOnTheFirstJavaOnly() {
        ForeignPrograms.needTools();
    }

    @Test
    void untilTheEndAndWhatIsPassedOverAndWhatIsMissingAreExitCodes() throws Exception {
        append(100);
        Done missing = Sightlog.run(args()).expect(1);
        assertThat(missing.err())
                .anyMatch(line -> line.contains("no topic \"" + topic + "\"")
                        && line.contains("kafka-topics.sh")
                        && line.startsWith("sightlog kafka send: "));

        broker.createTopic(topic, 2, "max.message.bytes", "50000");
        Done done = Sightlog.run(args("--until-end")).expect(0);
        assertThat(done.out()).isEmpty();
        assertThat(done.err())
                .containsExactly(
                        "connected to Kafka at " + broker.bootstrap() + ", topic " + topic,
                        "sent 100 events, 100 acknowledged");

        try (Journal journal = Journal.open(queue);
                JournalWriter writer = journal.writer()) {
            writer.append(draft.clear().capturedNanos(1).message("large", "x".repeat(60_000)));
            append(writer, 1);
        }
        Done stopped = Sightlog.run(args("--until-end")).expect(1);
        assertThat(stopped.err()).anyMatch(line -> line.contains("cannot be delivered") && line.contains("event 0x"));
        Done passed = Sightlog.run(args("--until-end", "--skip-undeliverable")).expect(3);
        assertThat(passed.err()).anyMatch(line -> line.startsWith("passed over event 0x"));
        assertThat(passed.err().get(passed.err().size() - 1)).endsWith("skipped 1 (too large)");
        assertThat(broker.reader(topic).committed().distinct()).isEqualTo(101);
    }

    @Test
    void wrongOptionsAreUsage() throws Exception {
        append(1);
        assertThat(Sightlog.run(args("-X", "linger.m=1")).expect(2).err().get(0))
                .contains("-X: Kafka's client has no property \"linger.m\"; did you mean linger.ms");
        assertThat(Sightlog.run(args("-X", "sasl.jaas.config=hunter2"))
                        .expect(2)
                        .err()
                        .toString())
                .contains("-F")
                .doesNotContain("hunter2");
        assertThat(Sightlog.run(args("--progress-topic", "x")).expect(2).err().get(0))
                .contains("--exactly-once");
        assertThat(Sightlog.run("kafka", "send", "-q", queue.toString(), "-b", "a", "-t", "b")
                        .expect(2)
                        .err()
                        .get(0))
                .contains("--as NAME is needed");
        assertThat(Sightlog.run("kafka").expect(2).err().get(0)).contains("a verb is needed");
    }

    @Test
    void aSignalEndsItWithWhatItDidAndMetricsSaySoMeanwhile() throws Exception {
        broker.createTopic(topic, 1);
        append(50);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String address = "http://127.0.0.1:" + port + "/metrics";
        try (Sightlog sightlog = Sightlog.start(args("--metrics", Integer.toString(port)))) {
            sightlog.awaitErr("metrics at " + address);
            sightlog.awaitErr("connected to Kafka");
            HttpClient http = HttpClient.newHttpClient();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            String metrics = "";
            while (!metrics.contains("sightlog_bridge_acknowledged_total 50")) {
                assertThat(System.nanoTime()).as(metrics).isLessThan(deadline);
                metrics = http.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                        .body();
            }
            assertThat(metrics).contains("sightlog_bridge_connected 1");
            sightlog.terminate();
            Done done = sightlog.awaitWithOpenInput().expect(143);
            assertThat(done.err().get(done.err().size() - 1)).isEqualTo("sent 50 events, 50 acknowledged");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void killedAtRandomMomentsItLosesNothing(boolean exactlyOnce) throws Exception {
        SplittableRandom random = new SplittableRandom(Seeds.of(KafkaSendVerbTest.class) + (exactlyOnce ? 1 : 0));
        String[] args = exactlyOnce ? args("--exactly-once", "--progress-topic", topic + "-progress") : args();
        broker.createTopic(topic, 3);
        int appended = 0;
        try (Journal journal = Journal.open(queue);
                JournalWriter writer = journal.writer();
                JournalWriter other = journal.writer()) {
            for (int kill = 0; kill < KILLS; kill++) {
                try (Sightlog sightlog = Sightlog.start(args)) {
                    append(writer, 3_000);
                    append(other, 2_000);
                    appended += 5_000;
                    sightlog.awaitErr("connected to Kafka");
                    TimeUnit.MILLISECONDS.sleep(
                            random.nextInt(300)); // a moment at random, and not one that is waited for
                    sightlog.kill();
                    sightlog.awaitWithOpenInput();
                }
            }
        }
        List<String> rest = new ArrayList<>(List.of(args));
        rest.add("--until-end");
        Sightlog.run(rest.toArray(String[]::new)).expect(0);

        KafkaReader.Count count = broker.reader(topic).committed();
        assertThat(count.distinct()).isEqualTo(appended);
        assertThat(count.missing()).isEmpty();
        if (exactlyOnce) {
            assertThat(count)
                    .hasToString(
                            appended + " records, " + appended + " ids, 0 repeated, 0 missing, 0 backwards, 0 others");
        } else {
            assertThat(count.repeated()).as("%s", count).isLessThan(KILLS * 10_000);
        }
    }

    @ParameterizedTest
    @CsvSource({"zstd, libzstd-jni", "lz4, liblz4-java", "snappy, libsnappyjava"})
    void nativeCodeOfItsClientComesFromTheFolderOfAllNativeCode(String compression, String library) throws Exception {
        Path maps = Path.of("/proc/self/maps");
        assumeTrue(Files.exists(maps), "no /proc here");
        broker.createTopic(topic, 1);
        append(2_000);
        Path nowhere = Files.createFile(temp.resolve("no-folder"));
        List<String> prefix = List.of("env", "JDK_JAVA_OPTIONS=-Djava.io.tmpdir=" + nowhere);
        try (Sightlog sightlog = Sightlog.startBehind(prefix, args("-X", "compression.type=" + compression))) {
            sightlog.awaitErr("connected to Kafka");
            assertThat(Files.readString(Path.of("/proc", Long.toString(sightlog.pid()), "maps")))
                    .containsPattern("/compression-[0-9a-f]{16}/" + library);
            sightlog.terminate();
            assertThat(sightlog.awaitWithOpenInput().expect(143).err())
                    .filteredOn(line -> !line.startsWith("NOTE: Picked up "))
                    .hasSize(2);
        }
        assertThat(broker.reader(topic).committed().distinct()).isPositive();
    }
}
