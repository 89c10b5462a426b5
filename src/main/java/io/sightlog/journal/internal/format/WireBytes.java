package io.sightlog.journal.internal.format;

import io.sightlog.event.Memory;
import io.sightlog.journal.JournalException;

/**
 * The few codes of Chronicle's binary wire that its headers use, read with bounds and without creating objects from what
 * the bytes say. A range is {@code [from, to)} of native addresses that the caller has mapped.
 */
public final class WireBytes {
    private static final int PADDING_32 = 0x8e;
    private static final int PADDING = 0x8f;
    private static final int LONG_ARRAY = 0x8d;
    private static final int INT64 = 0xa7;
    private static final int EVENT_NAME = 0xb9;
    private static final int LONG_TEXT = 0xb8;

    private WireBytes() {}

    /** Address after a field's name, or 0 when the range has no such field. */
    public static long field(long from, long to, String name) {
        int length = name.length();
        for (long at = from; at + 1 + length <= to; at++) {
            if (u8(at) == 0xc0 + length && isText(at + 1, name)) {
                return at + 1 + length;
            }
        }
        return 0;
    }

    /** Address after an event name at the start of a range, or 0 when it is another one. */
    public static long eventName(long from, long to, String name) {
        int length = name.length();
        return from + 2 + length <= to && u8(from) == EVENT_NAME && u8(from + 1) == length && isText(from + 2, name)
                ? from + 2 + length
                : 0;
    }

    /** An integer of any width. */
    public static long number(long at, long to) {
        int code = at < to ? u8(at) : -1;
        int width = switch (code) {
            case 0xa1, 0xa4 -> 1;
            case 0xa2, 0xa5 -> 2;
            case 0xa3, 0xa6 -> 4;
            case INT64 -> 8;
            default -> 0;
        };
        if (at + 1 + width > to || (width == 0 && (code < 0 || code >= 0x80))) {
            throw new JournalException("a number was expected, code " + Integer.toHexString(code) + " is there");
        }
        return switch (code) {
            case 0xa1 -> u8(at + 1);
            case 0xa2 -> Memory.getShort(at + 1) & 0xffff;
            case 0xa3 -> Memory.getInt(at + 1) & 0xffffffffL;
            case 0xa4 -> Memory.getByte(at + 1);
            case 0xa5 -> Memory.getShort(at + 1);
            case 0xa6 -> Memory.getInt(at + 1);
            case INT64 -> Memory.getLong(at + 1);
            default -> code;
        };
    }

    /** A text of up to 127 ASCII characters. */
    static String text(long at, long to) {
        int code = at < to ? u8(at) : -1;
        int length = code >= 0xe0 ? code - 0xe0 : code == LONG_TEXT && at + 1 < to ? u8(at + 1) : -1;
        long start = at + (code == LONG_TEXT ? 2 : 1);
        if (length < 0 || length > 127 || start + length > to) {
            throw new JournalException("a text was expected, code " + Integer.toHexString(code) + " is there");
        }
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) u8(start + i));
        }
        return text.toString();
    }

    /** Address of a bound long, 8-aligned in its file, after padding. */
    public static long boundLong(long at, long to) {
        return bound(at, to, INT64, 8);
    }

    /** Address of the values of a bound array of longs; its capacity and used count are the two longs before. */
    public static long boundArray(long at, long to) {
        return bound(at, to, LONG_ARRAY, 16) + 16;
    }

    /** Likewise, or 0 when none is there. */
    public static long boundArrayOr0(long at, long to) {
        try {
            return boundArray(at, to);
        } catch (JournalException e) {
            return 0;
        }
    }

    private static long bound(long from, long to, int code, int bytes) {
        long at = from;
        while (at < to && (u8(at) == PADDING || u8(at) == PADDING_32)) {
            if (u8(at) == PADDING) {
                at++;
            } else {
                int skip = at + 5 <= to ? Memory.getInt(at + 1) : -1;
                if (skip < 0 || skip > to - at) {
                    break;
                }
                at += 5 + skip;
            }
        }
        if (at + 1 + bytes > to || u8(at) != code || (at + 1 & 7) != 0) {
            throw new JournalException("a bound value was expected");
        }
        return at + 1;
    }

    private static boolean isText(long at, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (u8(at + i) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int u8(long at) {
        return Memory.getByte(at) & 0xff;
    }
}
