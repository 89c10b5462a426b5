package io.sightlog.text;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A line of JSON in the making, in UTF-8. The names of its fields are known beforehand, and who fills it sees to the order of things;
 * a general writer, which checks that, takes two to three times as long, and lines are what bridges spend most of their time on.
 * One thread. Allocates nothing once it has grown, but for floats.
 */
final class JsonLine implements RareFields.Out {
    private static final int FIRST_BYTES = 4096;
    private static final int LONG_DIGITS = 20;
    private static final int MOST_CHAR_BYTES = 6;
    private static final String ESCAPED = "\"\\\b\f\n\r\t";
    private static final String ESCAPES = "\"\\bfnrt";

    private byte[] bytes = new byte[FIRST_BYTES];
    private int size;

    /** The start of a field in front of its value: {@code ,"name":}. */
    static byte[] field(String name) {
        return (",\"" + name + "\":").getBytes(StandardCharsets.US_ASCII);
    }

    void clear() {
        size = 0;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
    }

    private void grow(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
        }
    }

    /** One byte of ASCII, as it is. */
    void raw(char ascii) {
        grow(1);
        bytes[size++] = (byte) ascii;
    }

    /** Bytes as they are. */
    void raw(byte[] more) {
        grow(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    /** A text in quotes. */
    void text(String value) {
        int length = value.length();
        grow(length + 2);
        bytes[size] = '"';
        int at = size + 1;
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                escaped(value);
                return;
            }
            bytes[at++] = (byte) c;
        }
        bytes[at++] = '"';
        size = at;
    }

    /** Escapes only what must be; a surrogate without its partner is a question mark. */
    private void escaped(String value) {
        raw('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            grow(MOST_CHAR_BYTES);
            if (c >= 0x80) {
                int point = value.codePointAt(i);
                i += Character.charCount(point) - 1;
                utf8(Character.getType(point) == Character.SURROGATE ? '?' : point);
            } else if (c >= ' ' && c != '"' && c != '\\') {
                bytes[size++] = (byte) c;
            } else {
                bytes[size++] = '\\';
                control(c);
            }
        }
        raw('"');
    }

    private void control(char c) {
        int known = ESCAPED.indexOf(c);
        if (known >= 0) {
            bytes[size++] = (byte) ESCAPES.charAt(known);
            return;
        }
        bytes[size++] = 'u';
        bytes[size++] = '0';
        bytes[size++] = '0';
        bytes[size++] = (byte) Character.forDigit(c >> 4, 16);
        bytes[size++] = (byte) Character.forDigit(c & 0xf, 16);
    }

    private void utf8(int point) {
        if (point < 0x80) {
            bytes[size++] = (byte) point;
            return;
        }
        int followers = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
        bytes[size++] = (byte) ((0xff00 >> (followers + 1)) | (point >> (6 * followers)));
        for (int shift = 6 * (followers - 1); shift >= 0; shift -= 6) {
            bytes[size++] = (byte) (0x80 | ((point >> shift) & 0x3f));
        }
    }

    /** A number. */
    void number(long value) {
        if (value == Long.MIN_VALUE) {
            raw(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
            return;
        }
        grow(LONG_DIGITS);
        long rest = Math.abs(value);
        if (value < 0) {
            bytes[size++] = '-';
        }
        int digits = 1;
        for (long power = 10; digits < LONG_DIGITS - 1 && rest >= power; power *= 10) {
            digits++;
        }
        for (int i = size + digits - 1; i >= size; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
    }

    /** A number in quotes, as it may have more than the 53 bits that many readers keep. */
    void quoted(long value) {
        raw('"');
        number(value);
        raw('"');
    }

    /** In its shortest form; in quotes when it is not finite, as JSON has no such numbers. */
    void number(float value) {
        String text = ShortestFloat.toString(value);
        if (!Float.isFinite(value)) {
            text(text);
            return;
        }
        int length = text.length();
        grow(length);
        for (int i = 0; i < length; i++) {
            bytes[size++] = (byte) text.charAt(i);
        }
    }

    /** A comma, when there is something before it in this object. */
    private void name(String name) {
        if (bytes[size - 1] != '{') {
            raw(',');
        }
        text(name);
        raw(':');
    }

    @Override
    public void begin(String name) {
        name(name);
        raw('{');
    }

    @Override
    public void text(String name, String value) {
        name(name);
        text(value);
    }

    @Override
    public void number(String name, long value) {
        name(name);
        number(value);
    }

    @Override
    public void texts(String name, List<String> values) {
        name(name);
        raw('[');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                raw(',');
            }
            text(values.get(i));
        }
        raw(']');
    }

    @Override
    public void end() {
        raw('}');
    }
}
