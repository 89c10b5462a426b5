package io.sightlog.jmh;

import io.sightlog.journal.EventHandler;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Start;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One event polled out of a journal, checked as ever; from the oldest again when it has read them all. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PollBenchmark {
    @Param("100000")
    public long events;

    @Param({"1", "32"})
    public int inBatch;

    private final EventHandler handler = event -> last = event.frame();
    private Scratch scratch;
    private JournalReader reader;
    private long last;

    @Setup
    public void open() {
        scratch = new Scratch();
        scratch.fill(events, inBatch);
        reader = scratch.journal().reader();
        for (long i = 1; i <= events; i++) {
            Sample.check(poll() == i, "event " + i + " is " + last);
        }
        Sample.check(poll() == 1, "the oldest event again is " + last);
    }

    @TearDown
    public void close() {
        reader.close();
        scratch.close();
    }

    @Benchmark
    public long poll() {
        if (reader.poll(handler, 1) == 0) {
            reader.seek(Start.OLDEST);
            reader.poll(handler, 1);
        }
        return last;
    }
}
