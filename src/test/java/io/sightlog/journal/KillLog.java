package io.sightlog.journal;

import io.sightlog.event.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Pairs of numbers a child leaves behind in a mapped file, all of them, whenever it is killed. */
final class KillLog {
    private static final int MOST = 4_000_000;

    private final MappedByteBuffer bytes;
    private final long address;
    private int count;

    KillLog(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, 8 + 16L * MOST);
            address = Memory.addressOf(bytes);
        }
    }

    void add(long first, long second) {
        if (count == MOST) {
            throw new IllegalStateException("more than " + MOST + " entries");
        }
        Memory.putLong(address + 8 + 16L * count, first);
        Memory.putLong(address + 16 + 16L * count, second);
        Memory.putLongRelease(address, ++count);
    }

    /** Whether there is something in it. */
    static boolean hasBegun(Path file) throws IOException {
        return count(file) > 0;
    }

    /** How many pairs there are now. */
    static long count(Path file) throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer word = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            return channel.read(word, 0) == 8 ? word.getLong(0) : 0;
        }
    }

    /** The pairs, one after the other. */
    static long[] read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new long[0];
        }
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            if (channel.read(bytes, 0) < 8) {
                return new long[0];
            }
            long[] pairs = new long[2 * (int) bytes.getLong(0)];
            bytes = ByteBuffer.allocate(8 * pairs.length).order(ByteOrder.LITTLE_ENDIAN);
            for (int at = 8; bytes.hasRemaining(); at = 8 + bytes.position()) {
                if (channel.read(bytes, at) < 0) {
                    throw new IOException(file + " ends before its count");
                }
            }
            bytes.flip().asLongBuffer().get(pairs);
            return pairs;
        }
    }
}
