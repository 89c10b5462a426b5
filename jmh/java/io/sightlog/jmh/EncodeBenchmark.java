package io.sightlog.jmh;

import io.sightlog.event.Crc32c;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
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

/** A draft into its bytes; the checksum over them; the checksum's share of the two. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncodeBenchmark {
    private final EventDraft draft = Sample.fill(new EventDraft().capturedNanos(0), 1);
    private final Native room = Native.of(4096);
    private final Crc32c crc = new Crc32c();
    private final int bytes = draft.encodedBytes();
    private long number;

    @Setup
    public void check() {
        Native right = Native.of(Sample.encoded(1));
        Sample.check(right.buffer().capacity() == bytes, "size " + bytes);
        Sample.number(draft, 0, 1);
        draft.encode(room.address(), bytes, Sample.PRODUCER, 0, 1);
        new Event(LabelSource.NONE).wrap(room.address(), bytes);
        java.util.zip.CRC32C jdk = new java.util.zip.CRC32C();
        jdk.update(right.buffer().duplicate().position(4));
        Sample.check((int) jdk.getValue() == Memory.getInt(room.address()), "checksum of what was encoded");
        Sample.check(crc.of(room.address() + 4, bytes - 4) == (int) jdk.getValue(), "checksum");
    }

    /** Everything that an append does with a draft, checksum included. */
    @Benchmark
    public int encode() {
        Sample.number(draft, ++number, number);
        int size = draft.encodedBytes();
        draft.encode(room.address(), size, Sample.PRODUCER, number, number);
        return size;
    }

    /** Likewise, with ten detections and the texts put into the draft before. */
    @Benchmark
    public int fillAndEncode() {
        Sample.fill(draft, 1);
        return encode();
    }

    @Benchmark
    public int crc() {
        return crc.of(room.address() + 4, bytes - 4);
    }
}
