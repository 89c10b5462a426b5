package io.sightlog.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.bridge.BridgeCounts.Reason;
import io.sightlog.consume.Glob;
import io.sightlog.consume.Outcome.Ending;
import io.sightlog.consume.Selection;
import io.sightlog.event.Digest;
import io.sightlog.event.LabelSet;
import io.sightlog.event.Origin;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.Start;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OutgoingTest extends OutgoingFixture {
    @Test
    void untilTheEndAllOfItIsSentOnceAndSaved() throws Exception {
        List<Position> positions = append(0, 500);
        BridgeRun bridge = bridge(BridgeRun.untilEnd());
        OutgoingOutcome outcome = bridge.run();
        assertThat(sentPositions()).isEqualTo(positions);
        assertThat(outcome.consumption().ending()).isIn(Ending.END, Ending.END_OF_RANGE);
        assertThat(outcome.consumption().handled()).isEqualTo(500);
        assertThat(outcome.isWhole()).isTrue();
        assertThat(outcome.waiting()).isZero();
        assertThat(lag()).isZero();
        assertThat(bridge.counts.sent().value()).isEqualTo(500);
        assertThat(bridge.counts.repeated().value()).isZero();
        assertThat(bridge.said.lines()).containsExactly("connected to the broker");
        assertThat(bridge(BridgeRun.untilEnd()).run().consumption().handled()).isZero();
    }

    @Test
    void itWaitsForAJournalAndSendsWhatComes() throws Exception {
        BridgeRun bridge = bridge(BridgeRun.follow()).start();
        bridge.await("it waits", () -> bridge.told.lines.contains("waits for a producer"));
        append(0, 5);
        bridge.await("all is there", () -> broker.count() == 5);
        bridge.stop();
        assertThat(bridge.told.lines).containsExactly("waits for a producer");
        assertThatThrownBy(() -> new BridgeRun(Journal.open(temp.resolve("none")), BridgeRun.untilEnd(), broker).run())
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("no journal in");
    }

    @Test
    void whatIsNotSelectedHoldsNothingBackWhileSomethingIsOnItsWay() throws Exception {
        message("door");
        Selection doors = Selection.ALL.events(null, null, Glob.of("door"));
        broker.holdsAcks = true;
        BridgeRun bridge =
                bridge(OutgoingOptions.of(BridgeRun.following(doors))).start();
        bridge.await("it is on its way", () -> broker.inFlight() == 1);
        append(0, 50);
        message("door");
        append(50, 100);
        broker.set(() -> broker.holdsAcks = false);
        bridge.await("all is saved", () -> lag() == 0);
        bridge.stop();
        assertThat(broker.count()).isEqualTo(2);
        assertThat(bridge.counts.acked().value()).isEqualTo(2);
    }

    @Test
    void whatCanNeverBeDeliveredEndsItWithThePositionAndAllBeforeIsSaved() throws Exception {
        for (boolean later : new boolean[] {false, true}) {
            List<Position> positions = append(0, 10);
            Position bad = positions.get(7);
            broker.saysTooLargeLater = later;
            broker.isTooLarge = envelope -> envelope.position().equals(bad);
            BridgeRun bridge = bridge(BridgeRun.untilEnd());
            assertThatThrownBy(bridge::run)
                    .isInstanceOf(UndeliverableException.class)
                    .hasMessageContaining("event " + bad + " of ")
                    .hasMessageContaining("cannot be delivered: too large; --skip-undeliverable passes it over");
            assertThat(Objects.requireNonNull(journal().consumer(BridgeRun.NAME))
                            .next())
                    .isEqualTo(bad);
            broker.isTooLarge = envelope -> false;
            bridge(BridgeRun.untilEnd()).run();
            assertThat(lag()).isZero();
        }
    }

    @Test
    void whatCanNeverBeDeliveredIsPassedOverWhenAsked() throws Exception {
        List<Position> positions = append(0, 100);
        Set<Position> bad = Set.of(positions.get(3), positions.get(50), positions.get(51), positions.get(99));
        for (boolean later : new boolean[] {false, true}) {
            broker.saysTooLargeLater = later;
            broker.isTooLarge = envelope -> bad.contains(envelope.position());
            BridgeRun bridge = bridge(BridgeRun.untilEnd().skipUndeliverable(true));
            OutgoingOutcome outcome = bridge.run();
            assertThat(outcome.passedOver()).isEqualTo(4);
            assertThat(outcome.isWhole()).isFalse();
            assertThat(outcome.consumption().handled()).isEqualTo(96);
            assertThat(bridge.counts.skipped(Reason.TOO_LARGE).value()).isEqualTo(4);
            assertThat(bridge.counts.failures().value()).isZero();
            assertThat(bridge.said.lines().stream().filter(line -> line.startsWith("passed over event")))
                    .hasSize(4)
                    .contains("passed over event " + positions.get(50) + ": too large");
            assertThat(lag()).isZero();
            journal().resetConsumer(BridgeRun.NAME, Start.OLDEST);
        }
        assertThat(Set.copyOf(sentPositions())).hasSize(96).doesNotContainAnyElementsOf(bad);
    }

    @Test
    void whatIsNotAllowedEndsIt() {
        append(0, 1);
        broker.refusesAll = UndeliverableException.ofAll("there is no topic", null);
        BridgeRun bridge = bridge(BridgeRun.follow().skipUndeliverable(true));
        assertThatThrownBy(bridge::run).isSameAs(broker.refusesAll);
        assertThat(lag()).isEqualTo(1);
    }

    @Test
    void whatHadArrivedIsNotSentAgain() throws Exception {
        append(0, 100);
        bridge(BridgeRun.untilEnd()).run();
        journal().resetConsumer(BridgeRun.NAME, Start.OLDEST);
        broker.readsBack = true;
        BridgeRun bridge = bridge(BridgeRun.untilEnd());
        bridge.run();
        assertThat(bridge.counts.sent().value()).isZero();
        assertThat(bridge.counts.acked().value()).isEqualTo(100);
        assertThat(broker.count()).isEqualTo(100);
        assertThat(lag()).isZero();
    }

    @Test
    void anotherEventAtAPositionThatHadArrivedIsSent() throws Exception {
        append(0, 3);
        Path before = temp.resolve("before");
        Files.createDirectories(before);
        try (var files = Files.list(temp.resolve("q"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, before.resolve(file.getFileName()));
            }
        }
        append(3, 6);
        broker.readsBack = true;
        bridge(BridgeRun.untilEnd()).run();
        Journal lost = Journal.open(before, clock::get); // the newest events, and where the bridge was
        try (JournalWriter writer = lost.writer(Roll.MINUTELY)) {
            for (int i = 0; i < 3; i++) {
                writer.append(draft.clear().capturedNanos(i).frame(100 + i, 0));
            }
        }
        BridgeRun bridge = new BridgeRun(lost, BridgeRun.untilEnd(), broker);
        bridge.run();
        assertThat(bridge.counts.sent().value()).isEqualTo(3);
        assertThat(broker.count()).isEqualTo(9);
    }

    @Test
    void theOutletKnowsWhoseItIsHowFarThatIsAndHowOftenItWasMoved() throws Exception {
        List<Position> positions = append(0, 10);
        bridge(BridgeRun.untilEnd()).run();
        bridge(BridgeRun.untilEnd()).run();
        journal().resetConsumer(BridgeRun.NAME, Start.OLDEST);
        bridge(BridgeRun.untilEnd()).run();
        bridge(BridgeRun.untilEnd()).run();
        var id = journal().makeId();
        assertThat(broker.opened)
                .containsExactly(
                        new Outlet.Bridge(id, BridgeRun.NAME, 0, true, null),
                        new Outlet.Bridge(id, BridgeRun.NAME, 0, false, positions.get(9)),
                        new Outlet.Bridge(id, BridgeRun.NAME, 1, false, null),
                        new Outlet.Bridge(id, BridgeRun.NAME, 1, false, positions.get(9)));
        assertThat(broker.count()).as("a reset sends it again").isEqualTo(20);
    }

    @Test
    void labelSetsPrecedeRawEventsOnEachConnectionAndInEachCycle() throws Exception {
        LabelSet labels = LabelSet.of("model", List.of("dog", "cat"));
        long hash = 0;
        for (int cycle = 0; cycle < 2; cycle++) {
            try (JournalWriter writer = journal().writer(Roll.MINUTELY)) {
                hash = writer.publish(labels);
                for (int i = 0; i < 5; i++) {
                    writer.append(draft.clear().capturedNanos(i).labelSet(hash).frame(i, 0));
                }
                writer.append(draft.clear().capturedNanos(0).labelSet(17).frame(0, 0)); // nowhere
                writer.append(draft.clear().capturedNanos(0).frame(0, 0));
            }
            nextCycle();
        }
        bridge(BridgeRun.untilEnd()).run();
        assertThat(broker.labels).as("in JSON").isEmpty();
        journal().resetConsumer(BridgeRun.NAME, Start.OLDEST);
        bridge(BridgeRun.untilEnd().form(Form.RAW)).run();
        assertThat(broker.labels.stream().map(FakeBroker.Labels::before)).containsExactly(14, 21);
        for (FakeBroker.Labels sent : broker.labels) {
            assertThat(sent.hash()).isEqualTo(hash);
            assertThat(Digest.of(sent.content())).isEqualTo(hash);
        }
        try (JournalWriter writer = journal().writer(Roll.MINUTELY)) {
            writer.append(draft.clear().capturedNanos(0).labelSet(hash).frame(0, 0));
        }
        bridge(BridgeRun.untilEnd().form(Form.RAW)).run();
        assertThat(broker.labels).hasSize(3);
        assertThat(broker.count()).isEqualTo(29);
    }

    @Test
    void whatCameInStaysAndIsCounted() throws Exception {
        append(0, 2);
        Origin origin = new Origin(Origin.KAFKA, "", "topic", "", "", 0, 0, List.of(), 0, 0, 0);
        try (JournalWriter writer = journal().writer(Roll.MINUTELY)) {
            writer.append(draft.clear().capturedNanos(0).origin(origin));
        }
        BridgeRun bridge = bridge(BridgeRun.untilEnd());
        OutgoingOutcome outcome = bridge.run();
        assertThat(bridge.counts.skipped(Reason.FORWARDED).value()).isEqualTo(1);
        assertThat(outcome.consumption().handled()).isEqualTo(2);
        assertThat(outcome.isWhole()).isTrue();
        assertThat(lag()).isZero();
        journal().resetConsumer(BridgeRun.NAME, Start.OLDEST);
        bridge(BridgeRun.untilEnd().forward(true)).run();
        assertThat(broker.count()).isEqualTo(5);
    }
}
