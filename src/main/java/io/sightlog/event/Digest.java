package io.sightlog.event;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The short digest that events carry: the first 8 bytes of a SHA-256, so that {@code sha256sum} of the same bytes begins
 * with its {@linkplain #hex hex form}. As a number the bytes are read little-endian, as they lie in the event.
 */
public final class Digest {
    private Digest() {}

    /** The digest of a whole array; never 0, which stands for "unknown". */
    public static long of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    /** The digest of what remains in a buffer, heap or direct; never 0, which stands for "unknown". */
    public static long of(ByteBuffer bytes) {
        MessageDigest sha256 = sha256();
        sha256.update(bytes.duplicate());
        return first8(sha256.digest());
    }

    /** The first 8 bytes of a SHA-256, little-endian, 1 in place of 0. */
    public static long first8(byte[] sha256) {
        long value = 0;
        for (int i = 7; i >= 0; i--) {
            value = value << 8 | (sha256[i] & 0xff);
        }
        return value == 0 ? 1 : value;
    }

    /** 16 hex digits in the order of the bytes. */
    public static String hex(long digest) {
        return String.format("%016x", Long.reverseBytes(digest));
    }

    /** @throws NumberFormatException when it is not 16 hex digits */
    public static long parse(String hex) {
        if (hex.length() != 16) {
            throw new NumberFormatException("a digest has 16 hex digits, this has " + hex.length() + ": " + hex);
        }
        return Long.reverseBytes(Long.parseUnsignedLong(hex, 16));
    }

    /** A fresh SHA-256. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256, this one has not", e);
        }
    }
}
