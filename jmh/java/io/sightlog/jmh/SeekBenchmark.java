package io.sightlog.jmh;

import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.util.SplittableRandom;
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

/** Finding an event somewhere in a journal, warm: by its position, and by the time of its append; and reading it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SeekBenchmark {
    /** Positions and times that are looked for, in turn. */
    private static final int PLACES = 1024;

    @Param("1000000")
    public long events;

    private final Position[] positions = new Position[PLACES];
    private final long[] times = new long[PLACES];
    private final long[] frames = new long[PLACES];
    private Scratch scratch;
    private JournalReader reader;
    private int next;

    @Setup
    public void open() {
        scratch = new Scratch();
        scratch.fill(events, 1);
        reader = scratch.journal().reader();
        SplittableRandom random = new SplittableRandom(7);
        long[] wanted = random.longs(PLACES, 1, events + 1).sorted().toArray();
        int found = 0;
        while (found < PLACES && reader.next()) {
            while (found < PLACES && reader.event().frame() == wanted[found]) {
                positions[found] =
                        new Position(reader.event().index(), reader.event().place());
                times[found] = reader.event().appendedNanos();
                frames[found++] = wanted[found - 1];
            }
        }
        Sample.check(found == PLACES, "only " + found + " places were found");
        shuffle(random);
        for (int i = 0; i < PLACES; i++) {
            Sample.check(position() == frames[next], "the event at " + positions[next]);
            time();
            Sample.check(reader.event().appendedNanos() == times[next], "the event of " + times[next]);
        }
    }

    private void shuffle(SplittableRandom random) {
        for (int i = PLACES - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            Position position = positions[i];
            positions[i] = positions[j];
            positions[j] = position;
            long time = times[i];
            times[i] = times[j];
            times[j] = time;
            long frame = frames[i];
            frames[i] = frames[j];
            frames[j] = frame;
        }
    }

    @TearDown
    public void close() {
        reader.close();
        scratch.close();
    }

    @Benchmark
    public long position() {
        next = (next + 1) % PLACES;
        reader.seek(new Start.At(positions[next]));
        return read();
    }

    @Benchmark
    public long time() {
        next = (next + 1) % PLACES;
        reader.seek(new Start.Time(times[next]));
        return read();
    }

    private long read() {
        if (!reader.next()) {
            throw new IllegalStateException("nothing is there");
        }
        return reader.event().frame();
    }
}
