package io.sightlog.timeline;

import java.util.Arrays;

/** Bytes that are added to at their end. One thread at a time. */
final class ByteRun {
    private static final int FIRST_BYTES = 16;

    private byte[] bytes = {};
    private int size;

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    void add(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    /** Seven bits a byte, the lowest first; all but the last byte have bit 7. */
    void varint(long value) {
        room(10);
        long left = value;
        while ((left & ~0x7fL) != 0) {
            bytes[size++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[size++] = (byte) left;
    }

    void add(byte[] from, int count) {
        room(count);
        System.arraycopy(from, 0, bytes, size, count);
        size += count;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.max(FIRST_BYTES, size + more), bytes.length * 2));
        }
    }
}
