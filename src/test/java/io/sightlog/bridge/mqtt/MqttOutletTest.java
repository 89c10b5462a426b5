package io.sightlog.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.Envelope;
import io.sightlog.bridge.Form;
import io.sightlog.bridge.Headers;
import io.sightlog.bridge.Outlet;
import io.sightlog.bridge.UndeliverableException;
import io.sightlog.event.EventKind;
import io.sightlog.event.JournalId;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One connection on which events are published, against mosquitto. */
@Tag("slow")
class MqttOutletTest {
    private static final JournalId JOURNAL = new JournalId(1, 2);
    private static final Outlet.Bridge BRIDGE = new Outlet.Bridge(JOURNAL, "out", 0, false);

    @TempDir
    Path folder;

    @Test
    void anEventIsPublishedWithWhatIsSaidBesideIt() throws Exception {
        try (Mosquitto broker = new Mosquitto(folder.resolve("broker"));
                OtherClient listener = new OtherClient(broker, "sightlog/#");
                MqttOutlet outlet = outlet(broker, "sightlog/{stream}/{kind}/{label}", 1, false)) {
            assertThat(listener.next().topic()).isEqualTo("sightlog/status/out-test");
            Answers answers = new Answers();
            outlet.send(event(7, "front", "{\"a\":1}", "dog"), answers);
            answers.await(1);
            Received came = listener.next();
            assertThat(came.topic()).isEqualTo("sightlog/front/frame/dog");
            assertThat(came.payload()).asString(StandardCharsets.UTF_8).isEqualTo("{\"a\":1}");
            assertThat(came.contentType()).isEqualTo("application/json");
            assertThat(came.properties())
                    .containsEntry(Headers.ID, "000000000000002a-7")
                    .containsEntry(Headers.POSITION, "0x7")
                    .containsEntry(Headers.CAPTURED, "1000000007")
                    .containsEntry(Headers.PATH, JOURNAL.toString())
                    .containsEntry(Headers.BRIDGE, "out/0");
            assertThat(outlet.version()).isEqualTo(5);
            assertThat(answers.failures).isEmpty();
        }
    }

    @Test
    void aKilledBrokerFailsWhatIsOnItsWayAndTheOutlet() throws Exception {
        try (Mosquitto broker = new Mosquitto(folder.resolve("broker"));
                MqttOutlet outlet = outlet(broker, "a/{stream}", 1, false)) {
            broker.suspend();
            Answers answers = new Answers();
            for (int i = 0; i < 100; i++) {
                outlet.send(event(i, "s", "x", ""), answers);
            }
            broker.kill();
            answers.await(100);
            assertThat(answers.acked).isEmpty();
            assertThat(answers.failures).hasSize(100).hasOnlyElementsOfType(BrokerException.class);
            assertThatThrownBy(outlet::caughtUp).isInstanceOf(BrokerException.class);
            assertThat(outlet.isConnected()).isFalse();
        }
    }

    @Test
    void nobodyListeningIsSomethingThatIsTriedAgain() throws Exception {
        Mosquitto broker = new Mosquitto(folder.resolve("broker"));
        broker.close();
        assertThatThrownBy(() -> outlet(broker, "a/{stream}", 1, false))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("nothing listens on 127.0.0.1:" + broker.port());
    }

    @Test
    void theNewestEventIsThereForWhoComesLate() throws Exception {
        try (Mosquitto broker = new Mosquitto(folder.resolve("broker"));
                MqttOutlet outlet = outlet(broker, "a/{stream}", 1, true)) {
            Answers answers = new Answers();
            outlet.send(event(1, "s", "old", ""), answers);
            outlet.send(event(2, "s", "new", ""), answers);
            answers.await(2);
            try (OtherClient late = new OtherClient(broker, "a/s")) {
                assertThat(late.next().payload())
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo("new");
            }
        }
    }

    @Test
    void theBrokerSaysOfflineForABridgeThatIsGoneAndABridgeThatEndsSaysItItself() throws Exception {
        try (Mosquitto broker = new Mosquitto(folder.resolve("broker"));
                OtherClient listener = new OtherClient(broker, "+/status/#")) {
            try (MqttOutlet outlet = outlet(broker, "a/{stream}", 1, false)) {
                assertThat(listener.nextText()).isEqualTo("online");
                outlet.finish(Duration.ofSeconds(5));
                assertThat(listener.nextText()).isEqualTo("offline");
            }
            try (MqttOutlet first = outlet(broker, "a/{stream}", 1, false)) {
                assertThat(listener.nextText()).isEqualTo("online");
                try (MqttOutlet second =
                        outlet(broker, "a/{stream}", 1, false)) { // of the same id: the broker drops the first
                    assertThat(List.of(listener.nextText(), listener.nextText()))
                            .containsExactlyInAnyOrder("offline", "online");
                    assertThat(second.isConnected()).isTrue();
                    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                    while (first.isConnected()) {
                        assertThat(System.nanoTime())
                                .as("the first one still thinks it is connected")
                                .isLessThan(end);
                        Thread.sleep(5);
                    }
                }
            }
        }
    }

    @Test
    void homeAssistantFindsASensorAndLosesItWithTheBridge() throws Exception {
        try (Mosquitto broker = new Mosquitto(folder.resolve("broker"));
                OtherClient house = new OtherClient(broker, "homeassistant/#", "+/presence/#", "+/status/#")) {
            HomeAssistant told = new HomeAssistant("homeassistant", Duration.ofSeconds(30), "0.1.0");
            MqttAddress address = new MqttAddress("127.0.0.1", broker.port(), "x", null, null, null);
            MqttOut out = new MqttOut(TopicPattern.of("a/{stream}"), 1, false, told, "out-test");
            try (MqttOutlet outlet = new MqttOutlets(address, out).open(BRIDGE, () -> false)) {
                outlet.send(seenNow("dog"), new Answers());
                assertThat(house.nextText()).isEqualTo("online");
                assertThat(house.nextText()).contains("\"availability_topic\":\"a/status/out-test\"");
                Received state = house.next();
                assertThat(state.topic()).isEqualTo("a/presence/yard/dog");
                assertThat(state.payload()).asString(StandardCharsets.UTF_8).isEqualTo("ON");
                outlet.finish(Duration.ofSeconds(5));
                assertThat(List.of(house.nextText(), house.nextText())).containsExactly("OFF", "offline");
            }
        }
    }

    private static Envelope seenNow(String label) {
        return new Envelope(
                new Position(1, 0),
                42,
                1,
                NanoClock.SYSTEM.nanos(),
                "yard",
                "cam",
                EventKind.FRAME,
                List.of(label),
                List.of(JOURNAL),
                Form.NDJSON.contentType(),
                new byte[] {'{', '}'});
    }

    @Test
    void labelSetsComeBeforeTheFirstEventOfEachTopic() throws Exception {
        try (Mosquitto broker = new Mosquitto(folder.resolve("broker"));
                OtherClient listener = new OtherClient(broker, "a/#");
                MqttOutlet outlet = outlet(broker, "a/{stream}", 1, false)) {
            listener.next();
            Answers answers = new Answers();
            outlet.sendLabels(0xabcL, "labels".getBytes(StandardCharsets.UTF_8));
            outlet.send(event(1, "x", "1", ""), answers);
            outlet.sendLabels(0xabcL, "labels".getBytes(StandardCharsets.UTF_8));
            outlet.send(event(2, "x", "2", ""), answers);
            outlet.send(event(3, "y", "3", ""), answers);
            List<String> came = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                Received one = listener.next();
                came.add(one.topic() + " " + one.properties().getOrDefault(Headers.LABELS, "") + " "
                        + new String(one.payload(), StandardCharsets.UTF_8));
            }
            String hash = Headers.labels(0xabcL);
            assertThat(came)
                    .containsExactly(
                            "a/x " + hash + " labels", "a/x  1", "a/x  2", "a/y " + hash + " labels", "a/y  3");
        }
    }

    @Test
    void whatIsTooLargeForTheBrokerIsFoundOutAndIsOfOneAlone() throws Exception {
        try (Mosquitto broker = new Mosquitto(folder.resolve("broker"), "message_size_limit 1000")) {
            MqttOutlets outlets = outlets(broker, "a/{stream}", 1, false);
            Answers answers = new Answers();
            List<IOException> ends = new ArrayList<>();
            for (int attempt = 0; attempt < 2; attempt++) {
                try (MqttOutlet outlet = outlets.open(BRIDGE, () -> false)) {
                    for (int i = 0; i < 3; i++) {
                        outlet.send(event(i, "s", "x".repeat(i == 1 ? 2000 : 10), ""), answers);
                    }
                    outlet.finish(Duration.ofSeconds(10));
                } catch (IOException e) {
                    ends.add(e);
                }
            }
            assertThat(answers.failures)
                    .as("%s, %s", ends, broker.log())
                    .filteredOn(e -> e instanceof UndeliverableException)
                    .singleElement()
                    .satisfies(e ->
                            assertThat(((UndeliverableException) e).isOfOne()).isTrue())
                    .asString()
                    .contains("2000 bytes under a/s");
        }
    }

    private static MqttOutlet outlet(Mosquitto broker, String topic, int qos, boolean retain) throws IOException {
        return outlets(broker, topic, qos, retain).open(BRIDGE, () -> false);
    }

    private static MqttOutlets outlets(Mosquitto broker, String topic, int qos, boolean retain) {
        String id = "out-test";
        MqttAddress address = new MqttAddress("127.0.0.1", broker.port(), id, null, null, null);
        return new MqttOutlets(address, new MqttOut(TopicPattern.of(topic), qos, retain, null, id));
    }

    private static Envelope event(long sequence, String stream, String body, String label) {
        return new Envelope(
                new Position(sequence, 0),
                42,
                sequence,
                1_000_000_000 + sequence,
                stream,
                "cam",
                EventKind.FRAME,
                label.isEmpty() ? List.of() : List.of(label),
                List.of(JOURNAL),
                Form.NDJSON.contentType(),
                body.getBytes(StandardCharsets.UTF_8));
    }

    /** What was told of events. */
    private static final class Answers implements Outlet.Receipt {
        final List<Boolean> acked = new ArrayList<>();
        final List<IOException> failures = new ArrayList<>();

        @Override
        public synchronized void acked() {
            acked.add(true);
            notifyAll();
        }

        @Override
        public synchronized void failed(IOException why) {
            failures.add(why);
            notifyAll();
        }

        synchronized void await(int count) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (acked.size() + failures.size() < count) {
                assertThat(System.nanoTime())
                        .as("only %s acknowledged, %s", acked, failures)
                        .isLessThan(end);
                wait(1000);
            }
        }
    }
}
