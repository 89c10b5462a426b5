package io.sightlog.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.bridge.BridgeCounts;
import io.sightlog.bridge.Outgoing;
import io.sightlog.bridge.OutgoingOptions;
import io.sightlog.bridge.OutgoingOutcome;
import io.sightlog.bridge.Said;
import io.sightlog.consume.Reading;
import io.sightlog.consume.Selection;
import io.sightlog.consume.Told;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is stopped, killed, suspended and away while a producer goes on, as mosquitto_sub sees it. */
@Tag("slow")
class MqttOutageTest {
    private static final boolean LONG = Boolean.getBoolean("sightlog.long");
    private static final int AWAY_SECONDS = LONG ? 60 : 10;
    private static final int PER_SECOND = 500;
    private static final int ROUNDS = LONG ? 50 : 4;
    /** So many mosquitto has on their way to a client, and sends again when it was away itself. */
    private static final long ON_THEIR_WAY = 20;
    /** Events acknowledged around a kill. */
    private static final int JUST_NOW = 5;

    private static final long GROWTH_BYTES = 8 << 20;

    @TempDir
    Path folder;

    private final BridgeCounts counts = new BridgeCounts();
    private final Said said = new Said();
    private final AtomicBoolean stop = new AtomicBoolean();

    @Test
    void aBrokerThatIsAwayStopsNothingElseAndGetsAllOfItLater() throws Exception {
        try (Mosquitto broker = new Mosquitto(folder.resolve("broker"), "persistence true", "max_queued_messages 0");
                MosquittoSub counter = new MosquittoSub(broker, folder.resolve("lines"), "a/#");
                Steady producer = new Steady(folder.resolve("journal"), PER_SECOND)) {
            CompletableFuture<OutgoingOutcome> bridge = start(broker);
            await("acknowledged", () -> counts.acked().value() > PER_SECOND);
            broker.stop(); // it keeps what it has
            await("a word on the outage", () -> isAway());
            long before = usedBytes();
            long appended = producer.appended();
            await(
                    "seconds of an outage",
                    () -> producer.appended() > appended + (long) AWAY_SECONDS * PER_SECOND * 9 / 10);
            assertThat(usedBytes() - before)
                    .as("bytes that the heap has grown by in the outage")
                    .isLessThan(GROWTH_BYTES);
            broker.start();
            await("acknowledged again", () -> counts.acked().value() > appended + PER_SECOND);
            long all = producer.stop();
            checkAllCame(counter, bridge, all, 1, Set.of());
            assertThat(said.lines().stream().filter(line -> line.startsWith("away")))
                    .as("said once: %s", said.lines())
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("127.0.0.1:" + broker.port());
            assertThat(counts.repeated().value()).isLessThanOrEqualTo(10_000);
        }
    }

    @Test
    void aBrokerThatIsKilledAndSuspendedAgainAndAgainLosesNothing() throws Exception {
        try (Mosquitto broker = Mosquitto.keeping(folder.resolve("broker"));
                MosquittoSub counter = new MosquittoSub(broker, folder.resolve("lines"), "a/#");
                Steady producer = new Steady(folder.resolve("journal"), 50)) {
            CompletableFuture<OutgoingOutcome> bridge = start(broker);
            Set<Long> notSaved = new TreeSet<>();
            for (int round = 0; round < ROUNDS; round++) {
                long acked = counts.acked().value();
                await("acknowledged in round " + round, () -> counts.acked().value() > acked + 20);
                if (round % 2 == 0) {
                    broker.suspend();
                    long appended = producer.appended();
                    await("a second", () -> producer.appended() > appended + 50);
                    broker.resume();
                } else {
                    long last = counts.acked().value();
                    broker.kill();
                    LongStream.range(last - JUST_NOW, last + JUST_NOW).forEach(notSaved::add);
                    await("it is noticed", this::isAway);
                    broker.start();
                }
            }
            checkAllCame(counter, bridge, producer.stop(), ROUNDS, notSaved);
        }
    }

    @Test
    void aBrokerThatComesBackEmptyGetsWhatItHadNotAcknowledged() throws Exception {
        try (Mosquitto broker = new Mosquitto(folder.resolve("broker"));
                Steady producer = new Steady(folder.resolve("journal"), PER_SECOND)) {
            CompletableFuture<OutgoingOutcome> bridge = start(broker);
            await("acknowledged", () -> counts.acked().value() > PER_SECOND);
            broker.kill();
            await("a word on the outage", this::isAway);
            long acked = counts.acked().value();
            broker.startEmpty();
            try (MosquittoSub counter = new MosquittoSub(broker, folder.resolve("lines"), "a/#")) {
                await("acknowledged again", () -> counts.acked().value() > acked + PER_SECOND);
                long all = producer.stop();
                counter.await("the last one", lines -> numbers(lines).contains(all - 1));
                end(bridge);
                assertThat(counts.acked().value()).isEqualTo(all);
            }
        }
    }

    private CompletableFuture<OutgoingOutcome> start(Mosquitto broker) {
        Path directory = folder.resolve("journal");
        MqttAddress address = new MqttAddress("127.0.0.1", broker.port(), "out-test", null, null, null);
        OutgoingOptions options = OutgoingOptions.of(new Reading(Selection.ALL, "out", true, IdleStrategy.Mode.PARK));
        CompletableFuture<OutgoingOutcome> outcome = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        outcome.complete(new Outgoing(
                                        Journal.open(directory),
                                        options,
                                        "mosquitto",
                                        new MqttOutlets(
                                                address,
                                                new MqttOut(TopicPattern.of("a/{stream}"), 1, false, null, null)),
                                        counts,
                                        new Told(),
                                        said,
                                        stop::get)
                                .run());
                    } catch (Throwable e) {
                        outcome.completeExceptionally(e);
                    }
                },
                "bridge");
        thread.setDaemon(true);
        thread.start();
        return outcome;
    }

    /** @param notSaved what a mosquitto that was killed may have acknowledged and not written yet: one of it at each death */
    private void checkAllCame(
            MosquittoSub counter, CompletableFuture<OutgoingOutcome> bridge, long all, int outages, Set<Long> notSaved)
            throws Exception {
        counter.await("all " + all, lines -> notSaved.containsAll(missing(lines, all)));
        end(bridge);
        List<String> lines = counter.lines();
        assertThat(missing(lines, all)).hasSizeLessThanOrEqualTo(notSaved.size() / (2 * JUST_NOW));
        assertThat(lines.size() - all)
                .as("doubles: no more than the bridge sent anew, and mosquitto to its client")
                .isLessThanOrEqualTo(counts.repeated().value() + outages * ON_THEIR_WAY);
        assertThat(counts.acked().value()).isEqualTo(all);
    }

    private static Set<Long> missing(List<String> lines, long all) {
        Set<Long> missing = LongStream.range(0, all).boxed().collect(Collectors.toCollection(TreeSet::new));
        missing.removeAll(numbers(lines));
        return missing;
    }

    private void end(CompletableFuture<OutgoingOutcome> bridge) throws Exception {
        stop.set(true);
        bridge.get(60, TimeUnit.SECONDS);
    }

    private static Set<Long> numbers(List<String> lines) {
        return lines.stream()
                .filter(line -> line.contains("\"text\""))
                .map(Steady::numberIn)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean isAway() {
        return counts.connected().value() == 0 && said.lines().stream().anyMatch(line -> line.startsWith("away"));
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAY_SECONDS + 60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as(
                            "%s has not come; %s acknowledged; %s",
                            what, counts.acked().value(), said.lines())
                    .isLessThan(end);
            Thread.sleep(5);
        }
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
