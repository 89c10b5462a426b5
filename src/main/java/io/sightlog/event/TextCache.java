package io.sightlog.event;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Decodes UTF-8 at an address into a String, allocating only for texts not seen lately, and for long ones, which only messages
 * have: those are not kept. One instance a thread.
 */
final class TextCache {
    private static final int SLOTS = 64;

    private final byte[][] bytes = new byte[SLOTS][];
    private final @Nullable String[] texts = new String[SLOTS];
    private final boolean[] good = new boolean[SLOTS];

    String text(long address, int length) {
        if (length == 0) {
            return "";
        }
        if (length > EventLayout.MAX_TEXT_BYTES) {
            return decode(copy(address, length));
        }
        int slot = slot(address, length);
        byte[] cached = bytes[slot];
        String text = texts[slot];
        if (text != null && cached.length == length && Memory.same(address, cached, length)) {
            return text;
        }
        byte[] copy = copy(address, length);
        String decoded = decode(copy);
        bytes[slot] = copy;
        texts[slot] = decoded;
        good[slot] = Utf8.firstBad(copy, 0, length) < 0;
        return decoded;
    }

    /** Whether a text is good UTF-8; of another, the String has replacements. */
    boolean isGood(long address, int length) {
        if (length > EventLayout.MAX_TEXT_BYTES) {
            return Utf8.firstBad(copy(address, length), 0, length) < 0;
        }
        text(address, length);
        return length == 0 || good[slot(address, length)];
    }

    private static byte[] copy(long address, int length) {
        byte[] copy = new byte[length];
        Memory.copy(address, copy, 0, length);
        return copy;
    }

    private static String decode(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static int slot(long address, int length) {
        long hash = length;
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            hash = (hash ^ Memory.getLong(address + i)) * 0x9E3779B97F4A7C15L;
        }
        for (; i < length; i++) {
            hash = (hash ^ Memory.getByte(address + i)) * 0x9E3779B97F4A7C15L;
        }
        return (int) (hash >>> 58);
    }
}
