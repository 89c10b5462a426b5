package io.sightlog.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.bridge.BridgeCounts;
import io.sightlog.bridge.BridgeNotices;
import io.sightlog.bridge.Inbox;
import io.sightlog.bridge.InboxOptions;
import io.sightlog.event.Event;
import io.sightlog.journal.Durability;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Start;
import io.sightlog.journal.WriterOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A bridge from mosquitto into a journal, on a thread of its own. */
final class SourceRun implements BridgeNotices {
    private static final long SECONDS = 60;

    final BridgeCounts counts = new BridgeCounts();
    final List<String> said = new CopyOnWriteArrayList<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final CompletableFuture<Integer> gaps = new CompletableFuture<>();

    private SourceRun() {}

    static SourceRun start(Path directory, Mosquitto broker, MqttIn in, InboxOptions options) {
        return start(directory, new MqttAddress("127.0.0.1", broker.port(), "in-test", null, null, null), in, options);
    }

    static SourceRun start(Path directory, MqttAddress address, MqttIn in, InboxOptions options) {
        SourceRun run = new SourceRun();
        Thread thread = new Thread(
                () -> {
                    Journal journal = Journal.open(directory);
                    WriterOptions writing = WriterOptions.DEFAULT.durability(Durability.NONE);
                    try (JournalWriter writer = journal.writer(writing);
                            Inbox inbox = Inbox.open(journal, writer, options, run, run.counts)) {
                        run.gaps.complete(
                                new MqttSource(journal, address, in, inbox, run.counts, run, run.stop::get).run());
                    } catch (Throwable e) {
                        run.gaps.completeExceptionally(e);
                    }
                },
                "receive");
        thread.setDaemon(true);
        thread.start();
        return run;
    }

    /** Waits until it is connected once more than before. */
    void awaitConnected(int times) throws InterruptedException {
        await(
                "connected " + times + " times",
                () -> said.stream().filter(line -> line.startsWith("connected")).count() >= times);
    }

    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.getAsBoolean()) {
            if (gaps.isCompletedExceptionally()) {
                gaps.join();
            }
            assertThat(System.nanoTime())
                    .as(
                            "%s has not come; %s, appended %s",
                            what, said, counts.appended().value())
                    .isLessThan(end);
            Thread.sleep(5);
        }
    }

    void awaitAppended(long events) throws InterruptedException {
        await(events + " appended", () -> counts.appended().value() >= events);
    }

    /** How often the session was lost. */
    int stop() throws Exception {
        stop.set(true);
        return end();
    }

    int end() throws Exception {
        try {
            return gaps.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** What a journal holds. */
    static List<String> events(Path directory, Function<Event, String> shown) {
        List<String> all = new ArrayList<>();
        try (JournalReader reader = Journal.open(directory).reader(Start.OLDEST)) {
            while (reader.next()) {
                all.add(shown.apply(reader.event()));
            }
        }
        return all;
    }

    @Override
    public void connected(String broker) {
        said.add("connected to " + broker);
    }

    @Override
    public void away(String why, String waiting) {
        said.add("away: " + why);
    }

    @Override
    public void passedOver(String what, String why) {
        said.add("passed over " + what + ": " + why);
    }

    @Override
    public void note(String text) {
        said.add(text);
    }
}
