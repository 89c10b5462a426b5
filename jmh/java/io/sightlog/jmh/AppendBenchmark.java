package io.sightlog.jmh;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Appending, alone and 32 at a time; each iteration into a journal of its own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AppendBenchmark {
    private static final int IN_BATCH = 32;

    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private final EventBatch batch = new EventBatch();
    private Scratch scratch;
    private JournalWriter writer;
    private long number;

    @Setup(Level.Iteration)
    public void open() {
        scratch = new Scratch();
        writer = scratch.journal().writer();
        Sample.fill(draft, writer.publish(Sample.labels()));
        number = 0;
        append();
        batch();
        try (JournalReader reader = scratch.journal().reader()) {
            long[] seen = new long[1];
            int events = reader.poll(event -> seen[0] += event.frame(), Integer.MAX_VALUE);
            Sample.check(
                    events == 1 + IN_BATCH && seen[0] == number * (number + 1) / 2, events + " events were appended");
        }
    }

    @TearDown(Level.Iteration)
    public void close() {
        writer.close();
        try (JournalReader reader = scratch.journal().reader()) {
            Sample.check(reader.remaining() == number, "not all events are there");
        }
        scratch.close();
    }

    @Benchmark
    public long append() {
        Sample.number(draft, ++number, number);
        return writer.append(draft);
    }

    /** The time of one event. */
    @Benchmark
    @OperationsPerInvocation(IN_BATCH)
    public long batch() {
        batch.clear();
        for (int i = 0; i < IN_BATCH; i++) {
            Sample.number(draft, ++number, number);
            batch.add(draft);
        }
        return writer.append(batch);
    }
}
