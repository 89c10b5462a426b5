package io.sightlog.jmh;

import io.sightlog.event.Crc32c;
import io.sightlog.event.Memory;
import io.sightlog.journal.NanoClock;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.wire.DocumentContext;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What to set beside {@link AppendBenchmark#append}: the same bytes without what makes an event of them; and that alone. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ShareBenchmark {
    private static final int CHECKSUM_BYTES = 4;

    private final ByteBuffer encoded = Sample.encoded(1);
    private final long event = Memory.addressOf(encoded);
    private final int size = encoded.capacity();
    private final Native room = Native.of(64);
    private final Crc32c crc = new Crc32c();
    private Scratch scratch;
    private ChronicleQueue queue;
    private ExcerptAppender appender;
    private long number;

    @Setup(Level.Iteration)
    public void open() {
        scratch = new Scratch();
        queue = ChronicleQueue.singleBuilder(scratch.journal().directory())
                .rollCycle(RollCycles.FAST_HOURLY)
                .build();
        appender = queue.createAppender();
        raw();
        try (DocumentContext document = queue.createTailer().readingDocument()) {
            Bytes<?> bytes = document.wire().bytes();
            Sample.check(bytes.readRemaining() >= size, "bytes of an excerpt");
            long at = bytes.addressForRead(bytes.readPosition());
            Sample.check(Memory.getLong(at) == Memory.getLong(event), "an excerpt's first bytes");
        }
        Sample.check(crc.of(event + CHECKSUM_BYTES, size - CHECKSUM_BYTES) == Memory.getInt(event), "checksum");
    }

    @TearDown(Level.Iteration)
    public void close() {
        appender.close();
        queue.close();
        scratch.close();
    }

    /** The event's bytes, encoded before, copied into an excerpt: no checksum, sequence or stamps. */
    @Benchmark
    public long raw() {
        try (DocumentContext document = appender.writingDocument()) {
            Bytes<?> bytes = document.wire().bytes();
            Memory.copy(event, bytes.addressForWrite(bytes.writePosition()), size);
            bytes.writeSkip(size);
        }
        return ++number;
    }

    /** Checksum, sequence and stamps of one event alone: the clock, the stores, the CRC over the event's bytes. */
    @Benchmark
    public int extras() {
        long nanos = NanoClock.SYSTEM.nanos();
        Memory.putLong(room.address(), nanos);
        Memory.putLong(room.address() + 8, ++number);
        Memory.putLong(room.address() + 16, nanos);
        return crc.of(event + CHECKSUM_BYTES, size - CHECKSUM_BYTES);
    }
}
