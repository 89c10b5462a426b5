package io.sightlog.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.consume.Outcome.Ending;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Retention;
import io.sightlog.journal.Start;
import io.sightlog.metrics.Family;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OutgoingOutageTest extends OutgoingFixture {
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
        assertThat(outcome.waiting()).isBetween(51L, 52L + PackAhead.MOST);
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
