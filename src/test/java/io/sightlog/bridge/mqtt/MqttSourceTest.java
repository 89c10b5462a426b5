package io.sightlog.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.bridge.Headers;
import io.sightlog.bridge.InboxOptions;
import io.sightlog.bridge.UndeliverableException;
import io.sightlog.event.Event;
import io.sightlog.event.Origin;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages of mosquitto that are taken into a journal. */
@Tag("slow")
class MqttSourceTest {
    private static final MqttIn ALL = new MqttIn(List.of("cams/#"), 1, MqttIn.FOR_EVER, false, false);
    private static final InboxOptions MESSAGES = new InboxOptions(false, false, false);
    private static final InboxOptions EVENTS = new InboxOptions(true, false, false);

    @TempDir
    Path folder;

    @Test
    void aMessageIsInTheJournalWithItsTopicAndWhereItCameFrom() throws Exception {
        try (Mosquitto broker = Mosquitto.keeping(folder.resolve("broker"));
                OtherClient other = new OtherClient(broker)) {
            SourceRun run = SourceRun.start(journal(), broker, ALL, MESSAGES);
            run.awaitConnected(1);
            other.publish("cams/front", "hello").get();
            other.publish("cams/raw", new byte[] {1, (byte) 0xff}, "", Map.of()).get();
            run.awaitAppended(2);
            assertThat(run.stop()).isZero();
            assertThat(SourceRun.events(journal(), event -> event.topic() + " " + event.text() + event.isBinary()))
                    .containsExactly("cams/front hellofalse", "cams/raw true");
            assertThat(SourceRun.events(journal(), event -> {
                        Origin origin = Origin.of(event);
                        return origin.kind() + " " + origin.broker() + " " + origin.topic();
                    }))
                    .first()
                    .isEqualTo("2 127.0.0.1:" + broker.port() + " cams/front");
        }
    }

    @Test
    void whatIsPublishedWhileItIsNotThereComesLaterAndOnce() throws Exception {
        try (Mosquitto broker = Mosquitto.keeping(folder.resolve("broker"));
                OtherClient other = new OtherClient(broker)) {
            SourceRun first = SourceRun.start(journal(), broker, ALL, MESSAGES);
            first.awaitConnected(1);
            publish(other, 0, 10);
            first.awaitAppended(10);
            assertThat(first.stop()).isZero();
            publish(other, 10, 500);
            SourceRun second = SourceRun.start(journal(), broker, ALL, MESSAGES);
            second.awaitAppended(490);
            assertThat(second.stop()).isZero();
            SourceRun third = SourceRun.start(
                    journal(), broker, new MqttIn(List.of("cams/#"), 1, MqttIn.FOR_EVER, false, true), MESSAGES);
            assertThat(third.end()).isZero();
            assertThat(texts()).isEqualTo(numbers(0, 500));
        }
    }

    @Test
    void aKilledBrokerIsWaitedForAndNothingItAcknowledgedIsMissing() throws Exception {
        try (Mosquitto broker = Mosquitto.keeping(folder.resolve("broker"))) {
            SourceRun run = SourceRun.start(journal(), broker, ALL, MESSAGES);
            run.awaitConnected(1);
            try (OtherClient other = new OtherClient(broker)) {
                publish(other, 0, 200);
                run.awaitAppended(200);
            }
            broker.kill();
            run.await("a word on the outage", () -> run.said.stream().anyMatch(line -> line.startsWith("away: ")));
            broker.start();
            run.awaitConnected(2);
            try (OtherClient other = new OtherClient(broker)) {
                publish(other, 200, 400);
                run.awaitAppended(400);
            }
            assertThat(run.stop()).isZero();
            assertThat(texts().stream().distinct().toList()).isEqualTo(numbers(0, 400));
            assertThat(run.said.stream().filter(line -> line.startsWith("away: ")))
                    .as("it is said once: %s", run.said)
                    .hasSize(1);
        }
    }

    @Test
    void aStopWaitsForNoAnswerWhereNothingWasAcknowledged() throws Exception {
        try (Mosquitto broker = Mosquitto.keeping(folder.resolve("broker"))) {
            SourceRun run = SourceRun.start(journal(), broker, ALL, MESSAGES);
            run.awaitConnected(1);
            broker.suspend();
            try {
                assertThat(run.stop()).isZero();
            } finally {
                broker.resume();
            }
            assertThat(run.said).noneMatch(line -> line.contains("acknowledgements"));
        }
    }

    @Test
    void whoIsPutOutIsToldThatAnotherClientMayHaveItsId() throws Exception {
        try (Mosquitto broker = Mosquitto.keeping(folder.resolve("broker"))) {
            SourceRun run = SourceRun.start(journal(), broker, ALL, MESSAGES);
            run.awaitConnected(1);
            SourceRun twin = SourceRun.start(folder.resolve("twin"), broker, ALL, MESSAGES);
            run.await("a word on the other", () -> run.said.stream().anyMatch(line -> line.startsWith("away: ")));
            assertThat(run.said).anyMatch(line -> line.endsWith("or another client has the id in-test"));
            run.stop();
            twin.stop();
        }
    }

    @Test
    void aSessionThatTheBrokerHasLostIsReportedAsAGap() throws Exception {
        try (Mosquitto broker = Mosquitto.keeping(folder.resolve("broker"))) {
            SourceRun run = SourceRun.start(journal(), broker, ALL, MESSAGES);
            run.awaitConnected(1);
            broker.kill();
            broker.startEmpty();
            run.awaitConnected(2);
            assertThat(run.stop()).isEqualTo(1);
            assertThat(run.said).anyMatch(line -> line.contains("has lost the session of in-test"));
            broker.kill();
            broker.startEmpty();
            SourceRun later = SourceRun.start(journal(), broker, ALL, MESSAGES);
            later.awaitConnected(1);
            assertThat(later.stop()).as("also over a restart").isEqualTo(1);
        }
    }

    @Test
    void aSessionThatExpiredIsAGap() throws Exception {
        try (Mosquitto broker = Mosquitto.keeping(folder.resolve("broker"));
                OtherClient other = new OtherClient(broker)) {
            MqttIn briefly = new MqttIn(List.of("cams/#"), 1, 1, false, false);
            SourceRun first = SourceRun.start(journal(), broker, briefly, MESSAGES);
            first.awaitConnected(1);
            assertThat(first.stop()).isZero();
            first.await("the session expired", () -> isExpired(broker));
            publish(other, 0, 10);
            SourceRun second = SourceRun.start(journal(), broker, briefly, MESSAGES);
            second.awaitConnected(1);
            assertThat(second.stop()).isEqualTo(1);
        }
    }

    private static boolean isExpired(Mosquitto broker) {
        try {
            return broker.log().contains("Expiring client in-test");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void anEventThatCarriesItsIdIsTakenOnce() throws Exception {
        try (Mosquitto broker = Mosquitto.keeping(folder.resolve("broker"));
                OtherClient other = new OtherClient(broker)) {
            SourceRun run = SourceRun.start(journal(), broker, ALL, EVENTS);
            run.awaitConnected(1);
            String event =
                    "{\"kind\":\"message\",\"producer\":\"00000000000000aa\",\"sequence\":\"3\",\"topic\":\"door\","
                            + "\"text\":\"open\",\"captured\":\"2026-11-30T10:00:00Z\",\"capturedNanos\":\"1796032800000000000\"}";
            Map<String, String> properties = Map.of(Headers.ID, "00000000000000aa-3");
            for (int i = 0; i < 3; i++) {
                other.publish("cams/x", event.getBytes(StandardCharsets.UTF_8), "application/json", properties)
                        .get();
            }
            run.await("3 received", () -> run.counts.received().value() == 3);
            run.stop();
            assertThat(run.counts.repeated().value()).isEqualTo(2);
            assertThat(SourceRun.events(journal(), MqttSourceTest::id)).containsExactly("aa-3 door open");
        }
    }

    private static String id(Event event) {
        return Long.toHexString(event.producer()) + "-" + event.sequence() + " " + event.topic() + " " + event.text();
    }

    @Test
    void whatHasBeenInThisJournalIsNotTakenAgain() throws Exception {
        try (Mosquitto broker = Mosquitto.keeping(folder.resolve("broker"));
                OtherClient other = new OtherClient(broker)) {
            SourceRun run = SourceRun.start(journal(), broker, ALL, MESSAGES);
            run.awaitConnected(1);
            String own = Journal.open(journal()).makeId().toString();
            other.publish("cams/x", new byte[] {1}, "", Map.of(Headers.PATH, own))
                    .get();
            other.publish("cams/x", "after").get();
            run.awaitAppended(1);
            run.stop();
            assertThat(texts()).containsExactly("after");
        }
    }

    @Test
    void whatIsTooLargeStopsItAndIsPassedOverWhenAsked() throws Exception {
        try (Mosquitto broker = Mosquitto.keeping(folder.resolve("broker"));
                OtherClient other = new OtherClient(broker)) {
            SourceRun run = SourceRun.start(journal(), broker, ALL, MESSAGES);
            run.awaitConnected(1);
            other.publish("cams/x", "before").get();
            other.publish("cams/x", new byte[2 << 20], "", Map.of()).get();
            other.publish("cams/x", "after").get();
            assertThatThrownBy(run::end)
                    .isInstanceOf(UndeliverableException.class)
                    .hasMessageContaining("cams/x")
                    .hasMessageContaining("2097152 bytes");
            SourceRun again = SourceRun.start(journal(), broker, ALL, new InboxOptions(false, false, true));
            again.awaitAppended(1);
            again.stop();
            assertThat(texts()).containsExactly("before", "after");
            assertThat(again.said).anyMatch(line -> line.startsWith("passed over"));
        }
    }

    @Test
    void oneJournalHasOneReceiverOfAnId() throws Exception {
        try (Mosquitto broker = Mosquitto.keeping(folder.resolve("broker"))) {
            SourceRun run = SourceRun.start(journal(), broker, ALL, MESSAGES);
            run.awaitConnected(1);
            SourceRun second = SourceRun.start(journal(), broker, ALL, MESSAGES);
            assertThatThrownBy(second::end)
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("receiving from 127.0.0.1:" + broker.port() + " as in-test");
            run.stop();
        }
    }

    @Test
    void aLongTopicOfMqttIsCutForTheMessageAlone() {
        assertThat(MqttSource.messageTopic("a/b\u0007c")).isEqualTo("a/b_c");
        assertThat(MqttSource.messageTopic("\u00e9".repeat(300))).isEqualTo("\u00e9".repeat(127));
    }

    private Path journal() {
        return folder.resolve("journal");
    }

    private List<String> texts() {
        return SourceRun.events(journal(), Event::text);
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private static void publish(OtherClient other, int from, int to) throws Exception {
        CompletableFuture<?>[] all = IntStream.range(from, to)
                .mapToObj(i -> other.publish("cams/x", Integer.toString(i)))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(all).get();
    }
}
