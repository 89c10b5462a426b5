package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.bridge.mqtt.Mosquitto;
import io.sightlog.bridge.mqtt.MosquittoSub;
import io.sightlog.bridge.mqtt.Steady;
import io.sightlog.event.Event;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Start;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sightlog mqtt}, in both directions, as processes that are killed, beside Debian's programs for MQTT. */
@Tag("slow")
class MqttTest {
    private static final int KILLS = Boolean.getBoolean("sightlog.long") ? 200 : 10;
    private static final int WINDOW = 10_000;

    @TempDir
    Path scratch;

    private final Random random = new Random(Seeds.of(MqttTest.class));

    @Test
    void aSenderThatIsKilledAgainAndAgainLosesNothing() throws Exception {
        try (Mosquitto broker = kept();
                MosquittoSub counter = new MosquittoSub(broker, scratch.resolve("lines"), "a/#");
                Steady producer = new Steady(scratch.resolve("queue"), 500)) {
            String[] send = {
                "mqtt",
                "send",
                "-q",
                queue(),
                "--host",
                "127.0.0.1",
                "-p",
                "" + broker.port(),
                "-t",
                "a/{stream}",
                "--as",
                "up"
            };
            for (int kill = 0; kill < KILLS; kill++) {
                try (Sightlog bridge = Sightlog.start(send)) {
                    bridge.awaitErr("connected to MQTT at");
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(400)); // when it dies is what is random
                    bridge.kill();
                    bridge.await();
                }
            }
            long all = producer.stop();
            List<String> untilEnd = new ArrayList<>(List.of(send));
            untilEnd.add("--until-end");
            Sightlog.run(untilEnd.toArray(String[]::new)).expect(0);
            counter.await("all " + all, lines -> numbers(lines).size() == all);
            assertThat(counter.lines().size() - all)
                    .as("doubles: at most a window for each kill")
                    .isLessThanOrEqualTo((long) KILLS * WINDOW);
        }
    }

    @Test
    void aReceiverThatIsKilledAgainAndAgainHasAllThatWasAcknowledgedToTheSender() throws Exception {
        try (Mosquitto broker = kept();
                Sightlog first = Sightlog.start(receive(broker, "a/#"))) {
            first.awaitErr("connected to 127.0.0.1");
            Process publisher = publisher(broker);
            try (Writer lines = new OutputStreamWriter(publisher.getOutputStream(), StandardCharsets.UTF_8)) {
                first.kill();
                first.await();
                int published = 0;
                for (int kill = 0; kill < KILLS; kill++) {
                    try (Sightlog bridge = Sightlog.start(receive(broker, "a/#"))) {
                        for (int i = 0; i < 200; i++) {
                            lines.write(published++ + "\n");
                        }
                        lines.flush();
                        bridge.awaitErr("connected to 127.0.0.1");
                        TimeUnit.MILLISECONDS.sleep(random.nextInt(300));
                        bridge.kill();
                        bridge.await();
                    }
                }
                lines.close();
                assertThat(publisher.waitFor(60, TimeUnit.SECONDS)).isTrue();
                Sightlog.run(receive(broker, "a/#", "--until-end")).expect(0);
                List<String> texts = events(Event::text);
                assertThat(texts.stream().distinct().toList())
                        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, published)
                                .mapToObj(Integer::toString)
                                .toList());
            }
            Sightlog.run("verify", "-q", queue()).expect(0);
        }
    }

    @Test
    void aReplicaHasEachEventOnceThroughKillsOfBothBridges() throws Exception {
        Path from = scratch.resolve("from");
        try (Mosquitto broker = kept();
                Steady producer = new Steady(from, 300)) {
            String port = "" + broker.port();
            String[] send = {
                "mqtt", "send", "-q", from.toString(), "-p", port, "-t", "r/{kind}", "--as", "up", "--format", "raw"
            };
            String[] receive = receive(broker, "r/#", "--as-events", "--strict");
            for (int kill = 0; kill < (KILLS + 2) / 3; kill++) {
                try (Sightlog in = Sightlog.start(receive)) {
                    in.awaitErr("connected to 127.0.0.1");
                    try (Sightlog out = Sightlog.start(send)) {
                        out.awaitErr("connected to MQTT at");
                        TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
                        out.kill();
                        out.await();
                    }
                    in.kill();
                    in.await();
                }
            }
            long all = producer.stop();
            List<String> untilEnd = new ArrayList<>(List.of(send));
            untilEnd.add("--until-end");
            Sightlog.run(untilEnd.toArray(String[]::new)).expect(0);
            List<String> end = new ArrayList<>(List.of(receive));
            end.add("--until-end");
            Sightlog.run(end.toArray(String[]::new)).expect(0);
            List<String> replica = events(event -> event.producer() + "-" + event.sequence() + " " + event.text());
            assertThat(replica).doesNotHaveDuplicates().hasSize((int) all);
            Sightlog.run("verify", "-q", queue()).expect(0);
        }
    }

    private Mosquitto kept() throws Exception {
        return new Mosquitto(scratch.resolve("broker"), "persistence true", "max_queued_messages 0");
    }

    private Process publisher(Mosquitto broker) throws Exception {
        return new ProcessBuilder(
                        "mosquitto_pub", "-h", "127.0.0.1", "-p", "" + broker.port(), "-q", "1", "-t", "a/b", "-l")
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("published").toFile())
                .start();
    }

    private String[] receive(Mosquitto broker, String filter, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "mqtt",
                "receive",
                "-q",
                queue(),
                "--host",
                "127.0.0.1",
                "-p",
                "" + broker.port(),
                "-t",
                filter,
                "--id",
                "in-test"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private String queue() {
        return scratch.resolve("queue").toString();
    }

    private List<String> events(Function<Event, String> shown) {
        List<String> all = new ArrayList<>();
        try (JournalReader reader = Journal.open(scratch.resolve("queue")).reader(Start.OLDEST)) {
            while (reader.next()) {
                all.add(shown.apply(reader.event()));
            }
        }
        return all;
    }

    private static TreeSet<Long> numbers(List<String> lines) {
        return lines.stream()
                .filter(line -> line.contains("\"text\""))
                .map(Steady::numberIn)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
