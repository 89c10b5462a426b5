package io.sightlog.journal.internal.format;

import io.sightlog.event.Memory;
import io.sightlog.journal.JournalException;
import java.nio.file.Path;

/**
 * A run of bytes that must be what Chronicle Queue writes there, gone over from the front: everything but numbers is compared,
 * nothing is created from what stands there.
 */
public final class ExactBytes {
    private static final int TYPE = 0xb6;
    private static final int NESTED = 0x82;
    private static final int PADDING = 0x8f;
    private static final int PADDING_32 = 0x8e;
    private static final int MAX_PADDING = 64;
    private static final int SHOWN = 40;

    private final Path file;
    private final long base;
    private long at;
    private long end;

    /**
     * @param base address of byte 0 of the file
     * @param from address of the first byte
     * @param to address after the last one; all of them are mapped
     */
    public ExactBytes(Path file, long base, long from, long to) {
        this.file = file;
        this.base = base;
        this.at = from;
        this.end = to;
    }

    boolean atEnd() {
        return at >= end;
    }

    public void event(String name) {
        long after = WireBytes.eventName(at, end, name);
        if (after == 0) {
            throw not("\"" + name + "\"");
        }
        at = after;
    }

    public void field(String name) {
        long after = at + 1 + name.length() <= end ? WireBytes.field(at, at + 1 + name.length(), name) : 0;
        if (after == 0) {
            throw not("field \"" + name + "\"");
        }
        at = after;
    }

    /** The name of a type, which is compared and never looked for. */
    public void type(String name) {
        if (at + 2 > end || u8(at) != TYPE || u8(at + 1) != name.length() || at + 2 + name.length() > end) {
            throw not("type " + name);
        }
        String there = ascii(at + 2, name.length());
        if (!there.equals(name)) {
            throw not("type " + name);
        }
        at += 2 + name.length();
    }

    /** Enters what must reach to the end of what is around it, but for padding. */
    public void nested() {
        int bytes = at + 5 <= end && u8(at) == NESTED ? Memory.getInt(at + 1) : -1;
        if (bytes < 0 || bytes > end - at - 5) {
            throw not("a length that fits");
        }
        long outer = end;
        at += 5;
        end = at + bytes;
        new ExactBytes(file, base, end, outer).paddingToEnd();
    }

    /** Enters what others follow; give what is returned to {@link #leave}. */
    public long enter() {
        int bytes = at + 5 <= end && u8(at) == NESTED ? Memory.getInt(at + 1) : -1;
        if (bytes < 0 || bytes > end - at - 5) {
            throw not("a length that fits");
        }
        long outer = end;
        at += 5;
        end = at + bytes;
        return outer;
    }

    public void leave(long outer) {
        if (at != end) {
            throw not("nothing more");
        }
        end = outer;
    }

    public void text(String exact) {
        String there;
        long start = at;
        try {
            there = WireBytes.text(at, end);
        } catch (JournalException e) {
            throw not("\"" + exact + "\"");
        }
        if (!there.equals(exact)) {
            throw not("\"" + exact + "\"");
        }
        at = start + 1 + exact.length();
    }

    /** A text of less than 32 characters. */
    public String text() {
        int code = at < end ? u8(at) : -1;
        if (code < 0xe0) {
            throw not("a short text");
        }
        String text = WireBytes.text(at, end);
        at += 1 + text.length();
        return text;
    }

    public long number(long from, long to) {
        long value;
        try {
            value = WireBytes.number(at, end);
        } catch (JournalException e) {
            throw not("a number");
        }
        if (value < from || value > to) {
            throw not("a number from " + from + " to " + to);
        }
        at += switch (u8(at)) {
            case 0xa1, 0xa4 -> 2;
            case 0xa2, 0xa5 -> 3;
            case 0xa3, 0xa6 -> 5;
            case 0xa7 -> 9;
            default -> 1;
        };
        return value;
    }

    /** Address of a bound long. */
    public long boundLong() {
        long value;
        try {
            value = WireBytes.boundLong(at, Math.min(end, at + MAX_PADDING));
        } catch (JournalException e) {
            throw not("a bound number");
        }
        at = value + Long.BYTES;
        return value;
    }

    /** Address of the values of a bound array of that many. */
    public long boundArray(long capacity) {
        long values;
        try {
            values = WireBytes.boundArray(at, Math.min(end, at + MAX_PADDING));
        } catch (JournalException e) {
            throw not("a bound array");
        }
        if (Memory.getLong(values - 16) != capacity || values + capacity * Long.BYTES > end) {
            throw not("an array of " + capacity);
        }
        at = values + capacity * Long.BYTES;
        return values;
    }

    /** Skips a name of printable characters that begins an entry of the table. */
    public void anyEvent() {
        int length = at + 2 <= end && u8(at) == 0xb9 ? u8(at + 1) : -1;
        if (length < 1 || length > 127 || at + 2 + length > end) {
            throw not("a key of 1 to 127 characters");
        }
        for (int i = 0; i < length; i++) {
            int c = u8(at + 2 + i);
            if (c < 0x20 || c > 0x7e) {
                throw not("a key of printable characters");
            }
        }
        at += 2 + length;
    }

    public void paddingToEnd() {
        while (at < end) {
            if (u8(at) == PADDING || u8(at) == 0) {
                at++;
            } else if (u8(at) == PADDING_32 && at + 5 <= end && Memory.getInt(at + 1) == end - at - 5) {
                at = end;
            } else {
                throw not("padding");
            }
        }
    }

    /** What is wrong here: where, what should be, and what is. */
    public JournalException not(String expected) {
        int shown = (int) Math.max(0, Math.min(SHOWN, end - at));
        return new JournalException(file + " is not what Chronicle Queue makes, and nothing of it was used: at byte "
                + (at - base) + ", " + expected + " was expected, \"" + ascii(at, shown) + "\" was found");
    }

    private static String ascii(long from, int count) {
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            int c = u8(from + i);
            text.append(c < 0x20 || c > 0x7e ? '.' : (char) c);
        }
        return text.toString();
    }

    private static int u8(long at) {
        return Memory.getByte(at) & 0xff;
    }
}
