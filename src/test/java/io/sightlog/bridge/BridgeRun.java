package io.sightlog.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.consume.Reading;
import io.sightlog.consume.Selection;
import io.sightlog.consume.Told;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.retry.BackOff;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A bridge out to a {@link FakeBroker}, on a thread of its own, with a clock that tests turn. */
final class BridgeRun {
    static final String NAME = "uplink";

    private static final int DEADLINE_SECONDS = 60;

    final BridgeCounts counts = new BridgeCounts();
    final Told told = new Told();
    final Said said = new Said();
    final AtomicLong ticks = new AtomicLong();
    final AtomicBoolean stop = new AtomicBoolean();
    private final Outgoing outgoing;
    private final CompletableFuture<OutgoingOutcome> outcome = new CompletableFuture<>();

    BridgeRun(Journal journal, OutgoingOptions options, Outlet.Opening broker) {
        outgoing = new Outgoing(
                journal,
                options,
                "the broker",
                broker,
                counts,
                told,
                said,
                stop::get,
                ticks::get,
                new BackOff(new SplittableRandom(1), Duration.ofMillis(1), Duration.ofMillis(4)));
    }

    static Reading following(Selection selection) {
        return new Reading(selection, NAME, true, IdleStrategy.Mode.PARK);
    }

    static OutgoingOptions follow() {
        return OutgoingOptions.of(following(Selection.ALL));
    }

    static OutgoingOptions untilEnd() {
        return OutgoingOptions.of(new Reading(Selection.ALL, NAME, false, IdleStrategy.Mode.PARK));
    }

    BridgeRun start() {
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

    /** In this thread. */
    OutgoingOutcome run() throws Exception {
        return outgoing.run();
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
        } catch (TimeoutException e) {
            throw new AssertionError("the bridge has not ended: " + said.lines() + told.lines, e);
        }
    }

    /** Waits for a condition. */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        await(what, condition, () -> said.lines() + " " + told.lines + (outcome.isDone() ? " ended" : ""));
    }

    static void await(String what, BooleanSupplier condition, Supplier<?> state) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("%s: has not come; %s", what, state.get())
                    .isLessThan(until);
            Thread.sleep(1);
        }
    }
}
