package io.sightlog.bench;

import io.sightlog.event.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a machine can do at best with the bytes of events: copies them one by one into a new mapped file, and out of it through a
 * new mapping, as the journal's writers and readers find their files. No checksum, no order, no lock, nothing to find again.
 */
final class PlainCopy {
    /** Well below the 2 GiB that one mapping can have. */
    private static final long SEGMENT_BYTES = 1L << 30;

    private final Path file;
    private final long events;
    private final int eventBytes;
    private final long perSegment;

    PlainCopy(Path file, long events, int eventBytes) {
        this.file = file;
        this.events = events;
        this.eventBytes = eventBytes;
        this.perSegment = SEGMENT_BYTES / eventBytes;
    }

    /**
     * Copies one event as often as asked for, into a file that was not there.
     *
     * @param event direct, holding {@code eventBytes}
     * @return how long it took in nanoseconds, without opening and mapping
     */
    long write(ByteBuffer event) throws IOException {
        long from = Memory.addressOf(event);
        long nanos = 0;
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            for (long first = 0; first < events; first += perSegment) {
                MappedByteBuffer mapping = map(channel, FileChannel.MapMode.READ_WRITE, first);
                long to = Memory.addressOf(mapping);
                long end = to + mapping.capacity();
                long start = System.nanoTime();
                for (long at = to; at < end; at += eventBytes) {
                    Memory.copy(from, at, eventBytes);
                }
                nanos += System.nanoTime() - start;
                Memory.free(mapping);
            }
        }
        return nanos;
    }

    /**
     * Copies every event out of the file into one buffer, and checks them.
     *
     * @param event what was written
     * @return how long it took in nanoseconds, without opening and mapping
     */
    long read(ByteBuffer event) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(eventBytes);
        long to = Memory.addressOf(buffer);
        int last = eventBytes - 8;
        long sum = 0;
        long nanos = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (long first = 0; first < events; first += perSegment) {
                MappedByteBuffer mapping = map(channel, FileChannel.MapMode.READ_ONLY, first);
                long from = Memory.addressOf(mapping);
                long end = from + mapping.capacity();
                long start = System.nanoTime();
                for (long at = from; at < end; at += eventBytes) {
                    Memory.copy(at, to, eventBytes);
                    sum += Memory.getLong(to) + Memory.getLong(to + last);
                }
                nanos += System.nanoTime() - start;
                Memory.free(mapping);
            }
        }
        long from = Memory.addressOf(event);
        if (sum != events * (Memory.getLong(from) + Memory.getLong(from + last))) {
            throw new IllegalStateException("the plain copy did not read what it wrote");
        }
        return nanos;
    }

    private MappedByteBuffer map(FileChannel channel, FileChannel.MapMode mode, long first) throws IOException {
        return channel.map(mode, first * eventBytes, Math.min(perSegment, events - first) * eventBytes);
    }
}
