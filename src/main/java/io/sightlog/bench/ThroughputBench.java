package io.sightlog.bench;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.Memory;
import io.sightlog.journal.Durability;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.EventHandler;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.WriterOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Appends flat out and replays, one by one and in batches, and copies the same bytes plainly beside it, in one process. Every step of
 * a round writes files that were not there. One thread.
 */
public final class ThroughputBench {
    private static final long FIXED_BYTES = 384L << 20;
    private static final int BYTES_AROUND_EVENT = 8;
    private static final int POLL_LIMIT = 256;
    /** Rounds before those that count, so that code is compiled. */
    private static final int WARM_UP_ROUNDS = 1;

    private static final Durability INTERVAL = Durability.interval(Duration.ofMillis(100));
    private static final long MOST_SYNCED = 500;

    private final ThroughputPlan plan;
    private final SampleEvents events;
    private final EventDraft draft = new EventDraft();
    private final EventBatch batch = new EventBatch();
    private final BooleanSupplier stop;
    private long sum;
    private long next;

    /** @param stop asked between two steps; when true, {@link #run} throws */
    public ThroughputBench(ThroughputPlan plan, BooleanSupplier stop) {
        this.plan = plan;
        this.events = new SampleEvents(plan.detections());
        this.stop = stop;
    }

    private int eventBytes() {
        return events.fill(draft, 0, 1).encodedBytes();
    }

    /** What there is on disk at most at any time, roughly. */
    public static long neededBytes(ThroughputPlan plan) {
        int eventBytes = new ThroughputBench(plan, () -> false).eventBytes();
        return FIXED_BYTES + 4 * plan.events() * (eventBytes + BYTES_AROUND_EVENT);
    }

    /**
     * Runs the rounds, and one before them that does not count.
     *
     * @param told after each that counts
     * @throws IllegalStateException when something was not read as it was written, or it was stopped
     */
    public ThroughputResult run(int rounds, Scratch scratch, Consumer<ThroughputRound> told) throws IOException {
        Machine machine = Machine.here(scratch.directory());
        List<ThroughputRound> all = new ArrayList<>();
        for (int i = 0; i < WARM_UP_ROUNDS + rounds; i++) {
            Path directory = Files.createTempDirectory(scratch.directory(), "round-");
            try {
                ThroughputRound round = round(directory);
                if (i >= WARM_UP_ROUNDS) {
                    all.add(round);
                    told.accept(round);
                }
            } finally {
                Scratch.delete(directory);
            }
        }
        return new ThroughputResult(plan, eventBytes(), all, machine);
    }

    private ThroughputRound round(Path directory) throws IOException {
        PlainCopy copy = new PlainCopy(directory.resolve("copy"), plan.events(), eventBytes());
        ByteBuffer sample = sample();
        Journal single = Journal.open(directory.resolve("single"));
        Journal batched = Journal.open(directory.resolve("batch"));
        return new ThroughputRound(
                perSecond(append(single)),
                perSecond(batchAppend(batched)),
                perSecond(append(directory.resolve("interval"), INTERVAL, plan.events()), plan.events()),
                perSecond(append(directory.resolve("every-event"), Durability.EVERY_EVENT, synced()), synced()),
                perSecond(replay(single)),
                perSecond(replay(batched)),
                perSecond(going(copy.write(sample))),
                perSecond(going(copy.read(sample))));
    }

    private double perSecond(long nanos) {
        return perSecond(nanos, plan.events());
    }

    private static double perSecond(long nanos, long count) {
        return count * 1e9 / Math.max(1, nanos);
    }

    /** Each of them waits for the device: a fraction of a second of that tells as much as minutes. */
    private long synced() {
        return Math.min(plan.events(), MOST_SYNCED);
    }

    /** Its argument, unless somebody has had enough. */
    private long going(long nanos) {
        if (stop.getAsBoolean()) {
            throw new IllegalStateException("stopped");
        }
        return nanos;
    }

    private ByteBuffer sample() {
        int bytes = eventBytes();
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        draft.encode(Memory.addressOf(buffer), bytes, 1, 0, 1);
        return buffer;
    }

    private JournalWriter writer(Journal journal) {
        return journal.writer(WriterOptions.DEFAULT.preTouch(plan.preTouch()));
    }

    private long append(Journal journal) {
        try (JournalWriter writer = writer(journal)) {
            return append(writer, plan.events());
        }
    }

    private long append(Path directory, Durability durability, long count) throws IOException {
        try (JournalWriter writer = Journal.open(directory).writer(WriterOptions.DEFAULT.durability(durability))) {
            return append(writer, count);
        } finally {
            Scratch.delete(directory); // nobody reads it
        }
    }

    private long append(JournalWriter writer, long count) {
        long labelSet = writer.publish(events.labels());
        long start = System.nanoTime();
        for (long k = 0; k < count; k++) {
            writer.append(events.fill(draft, k, labelSet).capturedNanos(k));
        }
        return going(System.nanoTime() - start);
    }

    private long batchAppend(Journal journal) {
        try (JournalWriter writer = writer(journal)) {
            long labelSet = writer.publish(events.labels());
            long start = System.nanoTime();
            for (long k = 0; k < plan.events(); k++) {
                events.fill(draft, k, labelSet).capturedNanos(k);
                if (batch.count() == plan.batch() || !batch.add(draft)) {
                    flush(writer);
                    batch.add(draft);
                }
            }
            flush(writer);
            return going(System.nanoTime() - start);
        }
    }

    private void flush(JournalWriter writer) {
        writer.append(batch);
        batch.clear();
    }

    /** Reads every field of every event, and checks order, number and what was read. */
    private long replay(Journal journal) {
        sum = 0;
        next = 0;
        EventHandler onEvent = this::onEvent;
        long nanos;
        try (JournalReader reader = journal.reader()) {
            long start = System.nanoTime();
            int read = reader.poll(onEvent, POLL_LIMIT);
            while (read > 0) {
                read = reader.poll(onEvent, POLL_LIMIT);
            }
            nanos = System.nanoTime() - start;
        }
        long expected = 0;
        for (long k = 0; k < plan.events(); k++) {
            expected += events.expectedSum(k);
        }
        if (next != plan.events() || sum != expected) {
            throw new IllegalStateException("replayed " + next + " events of " + plan.events()
                    + (sum == expected ? "" : ", and not what was written"));
        }
        return going(nanos);
    }

    private void onEvent(Event event) {
        if (event.sequence() != next) {
            throw new IllegalStateException("event " + next + " was to come, and event " + event.sequence() + " came");
        }
        next++;
        sum += events.sumOf(event);
    }
}
