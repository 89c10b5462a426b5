package io.sightlog.bridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.bridge.BridgeCounts;
import io.sightlog.bridge.BridgeNotices;
import io.sightlog.bridge.Outgoing;
import io.sightlog.bridge.OutgoingOptions;
import io.sightlog.bridge.OutgoingOutcome;
import io.sightlog.bridge.kafka.ClientProperties.Given;
import io.sightlog.consume.Reading;
import io.sightlog.consume.Selection;
import io.sightlog.consume.Told;
import io.sightlog.detect.Near;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A bridge out to Kafka in this JVM, under the name {@link #NAME}. */
final class KafkaRun implements BridgeNotices {
    static final String NAME = "uplink";

    private static final int DEADLINE_SECONDS = 90;

    final BridgeCounts counts = new BridgeCounts();
    final List<String> lines = new ArrayList<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Outgoing outgoing;
    private final CompletableFuture<OutgoingOutcome> outcome = new CompletableFuture<>();

    KafkaRun(
            Journal journal,
            ClientProperties properties,
            KafkaOpening.Options how,
            boolean follow,
            UnaryOperator<OutgoingOptions> more) {
        OutgoingOptions options =
                more.apply(OutgoingOptions.of(new Reading(Selection.ALL, NAME, follow, IdleStrategy.Mode.PARK)));
        outgoing = new Outgoing(
                journal,
                options,
                "Kafka",
                new KafkaOpening(properties, how, this),
                counts,
                new Told(),
                this,
                stop::get);
    }

    static ClientProperties properties(String brokers, String... settings) throws IOException {
        return ClientProperties.read(
                new Given(brokers, null, List.of(settings), Map.of()), Near::nearest, warning -> {});
    }

    static ClientProperties secured(String brokers, Path file) throws IOException {
        return ClientProperties.read(new Given(brokers, file, List.of(), Map.of()), Near::nearest, warning -> {});
    }

    static KafkaOpening.Options to(String topic) {
        return new KafkaOpening.Options(topic, PartitionBy.PRODUCER, null, 10_000);
    }

    static KafkaOpening.Options inTransactionsTo(String topic) {
        return new KafkaOpening.Options(topic, PartitionBy.PRODUCER, topic + "-progress", 10_000);
    }

    /** In this thread, to the end of what is there. */
    OutgoingOutcome run() throws IOException {
        return outgoing.run();
    }

    KafkaRun start() {
        Thread thread = new Thread(
                () -> {
                    try {
                        outcome.complete(outgoing.run());
                    } catch (Throwable e) {
                        outcome.completeExceptionally(e);
                    }
                },
                "bridge");
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    OutgoingOutcome stop() throws Exception {
        stop.set(true);
        return outcome();
    }

    OutgoingOutcome outcome() throws Exception {
        try {
            return outcome.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(outcome).as("%s: it has ended; %s", what, said()).isNotDone();
            assertThat(System.nanoTime())
                    .as("%s: has not come; %s", what, said())
                    .isLessThan(until);
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    void awaitAcked(long events) throws InterruptedException {
        await(events + " acknowledged", () -> counts.acked().value() >= events);
    }

    synchronized List<String> said() {
        return List.copyOf(lines);
    }

    private synchronized void add(String line) {
        lines.add(line);
    }

    @Override
    public void connected(String broker) {
        add("connected to " + broker);
    }

    @Override
    public void away(String why, String waiting) {
        add("away: " + why);
    }

    @Override
    public void passedOver(String what, String why) {
        add("passed over " + what + ": " + why);
    }

    @Override
    public void note(String text) {
        add(text);
    }
}
