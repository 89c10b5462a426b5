package io.sightlog.event;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** UTF-8 without an array of its own for each text, which {@link String#getBytes} has. */
public final class Utf8 {
    private Utf8() {}

    /** Where half a pair of surrogates stands, which no UTF-8 can hold; -1 when there is none. */
    static int firstHalf(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean pair = Character.isHighSurrogate(text.charAt(i))
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    /**
     * Encodes a text; half a pair of surrogates becomes a question mark, as everywhere in the JDK.
     *
     * @param into at least three bytes for each char, or what is known to be enough
     * @return how many bytes were written
     */
    static int encode(String text, byte[] into) {
        int at = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                into[at++] = (byte) c;
            } else if (c < 0x800) {
                into[at++] = (byte) (0xc0 | c >> 6);
                into[at++] = (byte) (0x80 | (c & 0x3f));
            } else if (!Character.isSurrogate(c)) {
                into[at++] = (byte) (0xe0 | c >> 12);
                into[at++] = (byte) (0x80 | (c >> 6 & 0x3f));
                into[at++] = (byte) (0x80 | (c & 0x3f));
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                into[at++] = (byte) (0xf0 | point >> 18);
                into[at++] = (byte) (0x80 | (point >> 12 & 0x3f));
                into[at++] = (byte) (0x80 | (point >> 6 & 0x3f));
                into[at++] = (byte) (0x80 | (point & 0x3f));
            } else {
                into[at++] = '?';
            }
        }
        return at;
    }

    /** How many bytes {@link #encode} makes of a text. */
    static int bytes(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x800 && !Character.isSurrogate(c)) {
                bytes += 2;
            } else if (c >= 0x80 && c < 0x800) {
                bytes++;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 2; // four for the two of them
                i++;
            }
        }
        return bytes;
    }

    /**
     * A text of several lines. What is not good is never read as something else.
     *
     * @throws IllegalArgumentException when it is not, naming line and byte, both from 1
     */
    public static String decode(byte[] utf8) {
        int bad = firstBad(utf8, 0, utf8.length);
        if (bad < 0) {
            return new String(utf8, StandardCharsets.UTF_8);
        }
        int line = 1;
        int start = 0;
        for (int i = 0; i < bad; i++) {
            if (utf8[i] == '\n') {
                line++;
                start = i + 1;
            }
        }
        throw new IllegalArgumentException("not good UTF-8: line " + line + ", byte " + (bad - start + 1));
    }

    /**
     * Where bytes stop to be good UTF-8: neither cut nor longer than need be, and without surrogates.
     *
     * @return offset from {@code offset} of the first character that is not good, -1 when all are
     */
    public static int firstBad(byte[] utf8, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, utf8.length);
        int end = offset + length;
        int at = offset;
        while (at < end) {
            int lead = utf8[at];
            if (lead >= 0) {
                at++;
                continue;
            }
            int more = following(lead & 0xff);
            if (more == 0 || end - at <= more || !inRange(lead & 0xff, utf8[at + 1] & 0xff)) {
                return at - offset;
            }
            for (int i = 2; i <= more; i++) {
                if ((utf8[at + i] & 0xc0) != 0x80) {
                    return at - offset;
                }
            }
            at += more + 1;
        }
        return -1;
    }

    /** How many bytes follow a first one; 0 when it is none. */
    private static int following(int lead) {
        if (lead < 0xc2 || lead > 0xf4) {
            return 0;
        }
        return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    }

    /** Whether the second byte keeps the character short, no surrogate, and at most U+10FFFF. */
    private static boolean inRange(int lead, int second) {
        int low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        int high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        return second >= low && second <= high;
    }
}
