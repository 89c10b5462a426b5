package io.sightlog.timeline;

/** Reads what {@link ByteRun} has written, out of bytes that may be anything. One thread at a time. */
final class ByteReader {
    private static final int MAX_SHIFT = 56;

    private byte[] bytes = {};
    private int at;
    private int end;

    ByteReader over(byte[] array, int from, int to) {
        bytes = array;
        at = from;
        end = to;
        return this;
    }

    boolean hasMore() {
        return at < end;
    }

    int at() {
        return at;
    }

    void skip(int count) throws BadIndexException {
        if (count < 0 || count > end - at) {
            throw new BadIndexException(count + " bytes where " + (end - at) + " are left");
        }
        at += count;
    }

    int next() throws BadIndexException {
        if (at >= end) {
            throw new BadIndexException("it ends too early");
        }
        return bytes[at++] & 0xff;
    }

    /** @return 0 or more */
    long varint() throws BadIndexException {
        long value = 0;
        for (int shift = 0; shift <= MAX_SHIFT; shift += 7) {
            int next = next();
            value |= (next & 0x7fL) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new BadIndexException("a number has too many bytes");
    }

    /** @return 0 .. most */
    int varint(int most) throws BadIndexException {
        long value = varint();
        if (value > most) {
            throw new BadIndexException(value + " where at most " + most + " can be");
        }
        return (int) value;
    }
}
