package io.sightlog.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.bridge.BridgeCounts.Reason;
import io.sightlog.consume.Glob;
import io.sightlog.consume.Outcome.Ending;
import io.sightlog.consume.Selection;
import io.sightlog.event.Digest;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.event.Origin;
import io.sightlog.journal.ConsumerStatus;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Retention;
import io.sightlog.journal.Roll;
import io.sightlog.journal.Start;
import io.sightlog.metrics.Family;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OutgoingTest {
    @TempDir
    Path temp;

    private final FakeBroker broker = new FakeBroker(1);
    private final AtomicLong clock = new AtomicLong(1_700_000_000_000_000_000L);
    private final EventDraft draft = new EventDraft();

    @AfterEach
    void close() throws InterruptedException {
        broker.close();
    }

    private Journal journal() {
        return Journal.open(temp.resolve("q"), clock::get);
    }

    /** Frames, each as one excerpt. */
    private List<Position> append(int from, int to) {
        List<Position> positions = new ArrayList<>();
        try (JournalWriter writer = journal().writer(Roll.MINUTELY)) {
            for (int i = from; i < to; i++) {
                positions.add(new Position(
                        writer.append(draft.clear().capturedNanos(i).frame(i, 0)), 0));
            }
        }
        return positions;
    }

    private void message(String topic) {
        try (JournalWriter writer = journal().writer(Roll.MINUTELY)) {
            writer.append(draft.clear().capturedNanos(0).message(topic, "text"));
        }
    }

    private void nextCycle() {
        clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
    }

    private BridgeRun bridge(OutgoingOptions options) {
        return new BridgeRun(journal(), options, broker);
    }

    private List<Position> sentPositions() {
        return broker.all().stream().map(got -> got.envelope().position()).toList();
    }

    private long lag() {
        ConsumerStatus status = journal().consumer(BridgeRun.NAME);
        return status == null ? Long.MAX_VALUE : status.lagEvents();
    }

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
    void untilTheEndMeansWhatIsThereAtTheBeginningAlsoAfterAnOutage() throws Exception {
        append(0, 10);
        broker.isAway = true;
        BridgeRun bridge = bridge(BridgeRun.untilEnd()).start();
        bridge.await("the broker is tried", () -> broker.failedOpenings() > 2);
        append(10, 20);
        broker.set(() -> broker.isAway = false);
        assertThat(bridge.outcome().consumption().handled()).isEqualTo(10);
        assertThat(lag()).isEqualTo(10);
    }

    @Test
    void anOutageIsToldOnceWithWhatWaitsAndOnceThatItIsOver() throws Exception {
        append(0, 3);
        broker.isAway = true;
        BridgeRun bridge = bridge(BridgeRun.follow()).start();
        bridge.await("the broker is tried often", () -> broker.failedOpenings() > 10);
        assertThat(bridge.said.lines()).containsExactly("away: connection refused (3 events wait)");
        assertThat(bridge.counts.connected().value()).isZero();
        broker.set(() -> broker.isAway = false);
        bridge.await("it is back", () -> bridge.said.lines().contains("connected to the broker"));
        bridge.await("all is saved", () -> lag() == 0);
        broker.set(() -> broker.isAway = true);
        broker.fail();
        bridge.await("it is away again", () -> bridge.said.lines().size() == 3);
        int tried = broker.failedOpenings();
        bridge.await("the broker is tried often", () -> broker.failedOpenings() > tried + 10);
        broker.set(() -> broker.isAway = false);
        append(3, 4);
        bridge.await("all is there", () -> broker.count() == 4);
        bridge.await("it is back", () -> bridge.said.lines().size() == 4);
        bridge.stop();
        assertThat(bridge.said.lines())
                .containsExactly(
                        "away: connection refused (3 events wait)",
                        "connected to the broker",
                        "away: connection reset (0 events wait)",
                        "connected to the broker");
    }

    @Test
    void whileItIsAwayItSaysHowLongTheDiskLastsAsSoonAsThatIsKnown() throws Exception {
        append(0, 3);
        broker.isAway = true;
        BridgeRun bridge = bridge(BridgeRun.follow()).start();
        bridge.await("the broker is tried", () -> broker.failedOpenings() > 2);
        for (int i = 0; i < 20_000; i += 1000) {
            nextCycle();
            append(i, i + 1000);
        }
        bridge.ticks.addAndGet(Backlog.SAMPLE_NANOS);
        bridge.await("the disk", () -> bridge.said.lines().size() > 1);
        bridge.ticks.addAndGet(Backlog.SAMPLE_NANOS);
        bridge.await("the broker is tried", () -> broker.failedOpenings() > 20);
        bridge.stop();
        assertThat(bridge.said.lines()).hasSize(2);
        assertThat(bridge.said.lines().get(1)).matches("at this rate the disk lasts \\d+ (s|min|h|days)");
        assertThat(metric(bridge, "sightlog_bridge_disk_seconds")).isPositive();
        assertThat(metric(bridge, "sightlog_bridge_lag_events")).isEqualTo(20_003);
        assertThat(metric(bridge, "sightlog_bridge_lag_seconds")).isEqualTo(20 * 60);
    }

    private static double metric(BridgeRun bridge, String name) {
        for (Family family : bridge.counts.metrics().families()) {
            if (family.name().equals(name)) {
                assertThat(family.points()).as(name).hasSize(1);
                return family.points().get(0).value();
            }
        }
        throw new AssertionError("there is no " + name);
    }

    @Test
    void aBrokerThatAcknowledgesNothingForFiveSecondsIsAway() throws Exception {
        append(0, 3);
        broker.holdsAcks = true;
        BridgeRun bridge = bridge(BridgeRun.follow()).start();
        bridge.await("all is on its way", () -> broker.inFlight() == 3);
        assertThat(bridge.said.lines()).isEmpty();
        bridge.ticks.addAndGet(Outage.SILENT_NANOS + 1);
        bridge.await("it is told", () -> !bridge.said.lines().isEmpty());
        assertThat(bridge.counts.connected().value()).isZero();
        broker.set(() -> broker.holdsAcks = false);
        bridge.await("it is back", () -> bridge.said.lines().size() == 2);
        bridge.await("it is connected", () -> bridge.counts.connected().value() == 1);
        bridge.stop();
        assertThat(bridge.said.lines())
                .containsExactly(
                        "away: nothing was acknowledged for 5 s, though 3 events are on the way (3 events wait)",
                        "connected to the broker");
        assertThat(broker.connections()).isEqualTo(1);
    }

    @Test
    void aBrokerThatTakesConnectionsAndNothingElseIsToldOfOnce() throws Exception {
        append(0, 10);
        broker.failsOfThousand = 1000;
        BridgeRun bridge = bridge(BridgeRun.follow()).start();
        bridge.await("it has failed often", () -> bridge.counts.failures().value() > 20);
        assertThat(bridge.said.lines()).hasSize(1).first().asString().startsWith("away: connection reset (");
        broker.set(() -> broker.failsOfThousand = 0);
        bridge.await("all is there", () -> lag() == 0);
        bridge.await("it is back", () -> bridge.said.lines().size() == 2);
        bridge.stop();
        assertThat(bridge.said.lines().get(1)).isEqualTo("connected to the broker");
    }

    @Test
    void afterAnOutageAQuietBridgeIsBackWhenTheConnectionHasLasted() throws Exception {
        append(0, 1);
        BridgeRun bridge = bridge(BridgeRun.follow()).start();
        bridge.await("all is there", () -> lag() == 0);
        bridge.await("it is connected", () -> bridge.said.lines().size() == 1);
        int connections = broker.connections();
        broker.fail();
        bridge.await("it is away", () -> bridge.said.lines().size() == 2);
        bridge.await("it has another connection", () -> broker.connections() > connections + 1);
        for (int i = 0; i < 5 && bridge.said.lines().size() == 2; i++) {
            broker.fail();
            int before = broker.connections();
            bridge.await("it has another connection", () -> broker.connections() > before);
        }
        assertThat(bridge.said.lines()).as("it comes and goes").hasSize(2);
        bridge.ticks.addAndGet(Outage.SILENT_NANOS);
        bridge.await("it is back", () -> bridge.said.lines().size() == 3);
        bridge.stop();
        assertThat(bridge.said.lines())
                .containsExactly(
                        "connected to the broker", "away: connection reset (0 events wait)", "connected to the broker");
    }

    @Test
    void neverMoreIsOnItsWayThanTheWindowTakesAndAStopEndsAtOnce() throws Exception {
        append(0, 20_000);
        broker.holdsAcks = true;
        BridgeRun bridge = bridge(BridgeRun.follow().window(50, 1 << 20)).start();
        bridge.await("the window is full", () -> broker.inFlight() == 50);
        bridge.ticks.addAndGet(Outage.SILENT_NANOS + 1);
        bridge.await("it is away", () -> !bridge.said.lines().isEmpty());
        assertThat(broker.inFlight()).isEqualTo(50);
        assertThat(bridge.counts.inFlight().value()).isEqualTo(50);
        long begun = System.nanoTime();
        OutgoingOutcome outcome = bridge.stop();
        assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(2));
        assertThat(outcome.consumption().ending()).isEqualTo(Ending.STOPPED);
        assertThat(outcome.waiting()).isEqualTo(51);
        assertThat(lag()).isEqualTo(20_000);
    }

    @Test
    void theWindowIsBoundedInBytes() throws Exception {
        append(0, 1000);
        broker.holdsAcks = true;
        BridgeRun bridge = bridge(BridgeRun.follow().window(500, 4000)).start();
        bridge.await("some are on their way", () -> broker.inFlight() > 1);
        bridge.ticks.addAndGet(Outage.SILENT_NANOS + 1);
        bridge.await("it waits", () -> !bridge.said.lines().isEmpty());
        int bytes = broker.bytesInFlight();
        assertThat(bytes).isBetween(3000, 4000);
        broker.set(() -> broker.holdsAcks = false);
        bridge.await("all is there", () -> broker.count() == 1000);
        bridge.stop();
    }

    @Test
    void aStopWaitsForWhatIsOnItsWay() throws Exception {
        append(0, 100);
        broker.holdsAcks = true;
        BridgeRun bridge = bridge(BridgeRun.follow()).start();
        bridge.await("all is on its way", () -> broker.inFlight() == 100);
        bridge.stop.set(true);
        broker.set(() -> broker.holdsAcks = false);
        assertThat(bridge.outcome().waiting()).isZero();
        assertThat(lag()).isZero();
    }

    @Test
    void aStopThatIsNotAnsweredGivesUpAfterTheTimeForIt() throws Exception {
        append(0, 100);
        broker.holdsAcks = true;
        BridgeRun bridge =
                bridge(BridgeRun.follow().drain(Duration.ofMillis(10))).start();
        bridge.await("all is on its way", () -> broker.inFlight() == 100);
        assertThat(bridge.stop().waiting()).isEqualTo(100);
        assertThat(lag()).isEqualTo(100);
    }

    @Test
    void aStopEndsTheWaitForTheBrokerAndForTheJournal() throws Exception {
        BridgeRun bridge = bridge(BridgeRun.follow()).start();
        bridge.await("it waits", () -> bridge.told.lines.contains("waits for a producer"));
        assertThat(bridge.stop().consumption().ending()).isEqualTo(Ending.STOPPED);
        append(0, 1);
        broker.isAway = true;
        BridgeRun other = bridge(BridgeRun.follow()).start();
        other.await("it waits", () -> broker.failedOpenings() > 1);
        assertThat(other.stop().consumption().ending()).isEqualTo(Ending.STOPPED);
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
    void itsNameIsHeldAlsoWhileTheBrokerIsAway() throws Exception {
        append(0, 1);
        broker.isAway = true;
        BridgeRun bridge = bridge(BridgeRun.follow()).start();
        bridge.await("the broker is tried", () -> broker.failedOpenings() > 1);
        assertThatThrownBy(() -> bridge(BridgeRun.untilEnd()).run())
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("is running already");
        assertThatThrownBy(() -> journal().resetConsumer(BridgeRun.NAME, Start.OLDEST))
                .hasMessageContaining("is running already");
        bridge.stop();
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

    @Test
    void whatWasPrunedBeforeItCouldBeSentIsReportedOnce() throws Exception {
        append(0, 10);
        broker.isAway = true;
        BridgeRun bridge = bridge(BridgeRun.follow()).start();
        bridge.await("the broker is tried", () -> broker.failedOpenings() > 1);
        nextCycle();
        append(10, 20);
        nextCycle();
        append(20, 30);
        Retention retention = journal().retention();
        Retention.Policy one = new Retention.Policy(null, Long.MAX_VALUE, 1, Set.of(), true);
        assertThat(retention.execute(retention.plan(one))).isEqualTo(2);
        broker.set(() -> broker.isAway = false);
        bridge.await("the rest is there", () -> broker.count() == 10);
        broker.fail();
        append(30, 31);
        bridge.await("the next is there", () -> broker.count() == 11);
        OutgoingOutcome outcome = bridge.stop();
        assertThat(bridge.told.lines).containsExactly("missed 20");
        assertThat(outcome.isWhole()).isFalse();
        assertThat(Objects.requireNonNull(outcome.consumption().missed()).excerpts())
                .isEqualTo(20);
    }

    @Test
    void retentionKeepsWhatItHasNotSent() throws Exception {
        append(0, 10);
        broker.isAway = true;
        BridgeRun bridge = bridge(BridgeRun.follow()).start();
        bridge.await("the broker is tried", () -> broker.failedOpenings() > 1);
        nextCycle();
        append(10, 20);
        assertThat(journal().retention().heldBack()).containsKey(BridgeRun.NAME);
        bridge.stop();
    }

    @Test
    void aJournalThatDoesNotGrowFillsNoDisk() {
        append(0, 1);
        AtomicLong ticks = new AtomicLong();
        Backlog backlog = new Backlog(journal(), BridgeRun.NAME, ticks::get);
        assertThat(backlog.diskSeconds()).isNaN();
        backlog.sample();
        ticks.set(Backlog.SAMPLE_NANOS);
        backlog.sample();
        assertThat(backlog.diskSeconds()).isInfinite();
        assertThat(backlog.text()).isEmpty();
    }
}
