package io.sightlog.journal.internal.frames;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A picture in a file of kept frames: 16 bytes, then its own, padded with 0 to a multiple of 8. Events point at the first byte of the
 * picture.
 *
 * <pre>
 *  0  4  bytes of the picture, 1 or more
 *  4  4  CRC-32C of these
 *  8  8  capturedNanos, since the epoch
 * 16     the picture
 * </pre>
 *
 * @param bytes of the picture
 * @param crc32c of these bytes
 * @param capturedNanos of the frame, since the epoch
 */
record FrameRecord(int bytes, int crc32c, long capturedNanos) {
    static final int HEADER_BYTES = 16;

    /** Larger pictures are not kept: none that a camera takes comes near. */
    static final int MAX_PICTURE_BYTES = 64 << 20;

    /** Of its header, which begins at the position of a buffer. */
    static FrameRecord of(ByteBuffer header) {
        header.order(ByteOrder.LITTLE_ENDIAN);
        int at = header.position();
        return new FrameRecord(header.getInt(at), header.getInt(at + 4), header.getLong(at + 8));
    }

    void putHeader(ByteBuffer into) {
        into.order(ByteOrder.LITTLE_ENDIAN).putInt(bytes).putInt(crc32c).putLong(capturedNanos);
    }

    /** Whether there is none: nothing was written there, or what was is lost. */
    boolean isNone() {
        return bytes == 0 && crc32c == 0 && capturedNanos == 0;
    }

    /** What a picture takes with its header and padding. */
    static long bytesWith(long picture) {
        return (HEADER_BYTES + picture + 7) & -8L;
    }

    boolean isPossible() {
        return isPossible(bytes);
    }

    /** Whether a picture may have that many bytes. */
    static boolean isPossible(int pictureBytes) {
        return pictureBytes > 0 && pictureBytes <= MAX_PICTURE_BYTES;
    }
}
