package io.sightlog.journal;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.mend.PowerLossRepair;
import io.sightlog.journal.internal.os.Device;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * Makes a journal of which every byte is known beforehand: the clock and the producers are given, and so are the bytes of
 * excerpts no writer makes: batches with stamps of their own, what is damaged, and what a later version might write.
 */
public final class Recording implements AutoCloseable {
    /** 2026-11-22T23:59:30Z */
    static final long BEGIN = 1_795_391_970_000_000_000L;

    static final long ALICE = 0x00a11ce0_00a11ce0L;
    static final long BOB = 0xb0b00000_00000b0bL;

    private final Path directory;
    private final AtomicLong now = new AtomicLong(BEGIN);
    private final Map<Long, Long> sequences = new HashMap<>();
    private final Roll roll;
    private final JournalWriter writer;

    Recording(Path directory, Roll roll) {
        this.directory = directory;
        this.roll = roll;
        this.writer = Journal.open(directory, now::get).writer(roll);
    }

    long now() {
        return now.get();
    }

    void advance(long amount, TimeUnit unit) {
        now.addAndGet(unit.toNanos(amount));
    }

    /** Drafts are the caller's; this one is empty. */
    EventDraft draft() {
        return new EventDraft().capturedNanos(now.get() - 12_345_678).took(1_500_000, 20_000_001);
    }

    long publish(LabelSet labels) {
        return writer.publish(labels);
    }

    /** Appends through {@link JournalWriter}, a millisecond after what came before. */
    long append(long producer, EventDraft draft) {
        return append(bytes(producer, draft));
    }

    /** Likewise, an event made by hand; it must be a good one. */
    long append(byte[] bytes) {
        ByteBuffer memory = direct(bytes);
        Event event = new Event(LabelSource.NONE);
        event.wrap(Memory.addressOf(memory), bytes.length);
        long index = writer.append(event, true);
        advance(1, TimeUnit.MILLISECONDS);
        return index;
    }

    /** The next event of a producer, stamped now. */
    byte[] bytes(long producer, EventDraft draft) {
        long sequence = sequences.merge(producer, 1L, Long::sum) - 1;
        int size = draft.encodedBytes();
        ByteBuffer memory = ByteBuffer.allocateDirect(size);
        draft.encode(Memory.addressOf(memory), size, producer, sequence, now.get());
        byte[] bytes = new byte[size];
        memory.get(bytes);
        return bytes;
    }

    /** A batch of events as docs/format.md draws it. */
    static byte[] batch(List<byte[]> events) {
        int header = 24 + 4 * events.size();
        int total = header + events.stream().mapToInt(event -> event.length).sum();
        ByteBuffer batch = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
        batch.putInt(0).put(new byte[] {'S', 'L', 'O', 'G', 1, 4});
        batch.putShort((short) 24).putInt(total).putInt(events.size()).putInt(0);
        int offset = header;
        for (byte[] event : events) {
            batch.putInt(offset);
            offset += event.length;
        }
        events.forEach(batch::put);
        return signed(batch.array(), header);
    }

    /** With the right checksum. */
    static byte[] signed(byte[] event) {
        return signed(event, event.length);
    }

    /** With the right checksum over the bytes before {@code end}. */
    static byte[] signed(byte[] bytes, int end) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 4, end - 4);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(0, (int) crc.getValue());
        return bytes;
    }

    /** Appends an excerpt of any bytes, as the queue itself does it. */
    long excerpt(byte[] bytes) {
        try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(directory)
                        .timeProvider(() -> TimeUnit.NANOSECONDS.toMillis(now.get()))
                        .build();
                ExcerptAppender appender = queue.createAppender()) {
            try (DocumentContext document = appender.writingDocument()) {
                document.wire().bytes().write(bytes);
            }
            advance(1, TimeUnit.MILLISECONDS);
            return appender.lastIndexAppended();
        }
    }

    private static ByteBuffer direct(byte[] bytes) {
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes.length);
        memory.put(0, bytes);
        return memory;
    }

    /** Takes the end marks away, as if the writers had died before they could set them. */
    void removeEndMarks() throws IOException {
        for (Path path : Journal.open(directory).files()) {
            long end = path.toString().endsWith(".cq4") ? end(path) : -1;
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                if (end >= 0 && end < file.length()) {
                    file.seek(end);
                    file.write(new byte[8]);
                }
            }
        }
    }

    /** Takes excerpts of the newest cycle away, as a loss of power does, and does what the next writer does then. */
    public List<String> lose(long... sequences) throws IOException {
        JournalDirectory files = new JournalDirectory(directory);
        int[] cycles = files.cycles(roll);
        Path path = files.cycleFile(roll, cycles[cycles.length - 1]);
        lose(path, sequences);
        List<String> told = new ArrayList<>();
        PowerLossRepair.mend(files, roll, Device.NONE, told::add);
        return told;
    }

    /** Takes excerpts of a cycle away. */
    public static void lose(Path path, long... sequences) throws IOException {
        try (CycleFile file = CycleFile.tryOpen(path, 0);
                RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
            CycleCursor cursor = file.start();
            Map<Long, byte[]> zeros = new HashMap<>();
            for (long sequence : sequences) {
                if (!cursor.to(sequence)) {
                    throw new IllegalArgumentException("there is no excerpt " + sequence + " in " + path);
                }
                zeros.put(cursor.position(), new byte[4 + cursor.length()]);
            }
            for (Map.Entry<Long, byte[]> lost : zeros.entrySet()) {
                out.seek(lost.getKey());
                out.write(lost.getValue());
            }
        }
    }

    private static long end(Path path) {
        try (CycleFile file = CycleFile.tryOpen(path, 0)) {
            CycleCursor cursor = file.start();
            cursor.toEnd();
            return cursor.position();
        }
    }

    private static long endOfMetadata(RandomAccessFile file) throws IOException {
        long at = 0;
        while (at + 4 < file.length()) {
            file.seek(at);
            int header = Integer.reverseBytes(file.readInt());
            if (header == 0) {
                break;
            }
            at = (at + 4 + (header & DocumentHeader.LENGTH) + 3) & ~3L;
        }
        return at;
    }

    /** Closes it, and cuts every file to what it uses, also that of the cycle that goes on. */
    @Override
    public void close() {
        writer.close();
        try {
            Files.delete(new JournalDirectory(directory).writers()); // the next writer makes it anew
            for (Path path : Journal.open(directory).files()) {
                try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                    long end = path.toString().endsWith(".cq4") ? end(path) : endOfMetadata(file);
                    file.setLength(Math.min((end + 8 + 4095) / 4096 * 4096, file.length()));
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
