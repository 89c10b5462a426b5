package io.sightlog.jmh;

import io.sightlog.event.Event;
import io.sightlog.event.EventFilter;
import io.sightlog.event.LabelSet;
import io.sightlog.event.LabelSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a consumer does with an event it was handed: all fields of it; only some of its detections. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecodeBenchmark {
    private final LabelSet labels = Sample.labels();
    private final LabelSource source = hash -> hash == 1 ? labels : null;
    private final Native bytes = Native.of(Sample.encoded(1));
    private final Event event = new Event(source);
    private final EventFilter some = new EventFilter(List.of("person", "car"), 0.5f, source);
    private final EventFilter none = new EventFilter(List.of("person", "car"), 0.99f, source);
    private final EventFilter all = new EventFilter(List.of(), 0.4f, source);

    @Setup
    public void check() {
        Event seen = wrap();
        Sample.check(seen.source().equals(Sample.SOURCE) && seen.stream().equals(Sample.STREAM), "texts");
        Sample.check(seen.detectionCount() == Sample.DETECTIONS && seen.sees("truck", 0.5f), "detections");
        Event filtered = filterSome();
        Sample.check(
                filtered.detectionCount() == 2 && "car".equals(filtered.label(1)) && filtered.x(1) == seen.x(2),
                "filter by label");
        Sample.check(filterNone().detectionCount() == 0, "filter by confidence");
        Sample.check(filterAll() == seen, "filter that keeps all");
        Sample.check(decode() == decode(), "fields");
    }

    /** The checks that come before the first field. */
    @Benchmark
    public Event wrap() {
        event.wrap(bytes.address(), bytes.buffer().capacity());
        return event;
    }

    /** They, and every field, text and label. */
    @Benchmark
    public long decode() {
        Event e = wrap();
        long sum = e.producer() + e.sequence() + e.appendedNanos() + e.capturedNanos() + e.positionNanos() + e.frame();
        sum += e.digest() + e.labelSetHash() + e.width() + e.height() + e.decodeNanos() + e.inferNanos();
        sum += e.kind().ordinal()
                + e.source().length()
                + e.stream().length()
                + e.reason().length();
        for (int i = 0; i < e.detectionCount(); i++) {
            String label = e.label(i);
            sum += e.classId(i) + e.trackId(i) + (label == null ? 0 : label.length());
            sum += Float.floatToRawIntBits(e.confidence(i) + e.x(i) + e.y(i) + e.w(i) + e.h(i));
        }
        return sum;
    }

    /** Two of ten detections stay: the event is encoded anew. */
    @Benchmark
    public Event filterSome() {
        return some.filter(wrap());
    }

    @Benchmark
    public Event filterNone() {
        return none.filter(wrap());
    }

    /** All stay: the event itself is handed on. */
    @Benchmark
    public Event filterAll() {
        return all.filter(wrap());
    }
}
