package io.sightlog.event;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One section of an event that is being filled in. A text is encoded anew only when it changes, and the array only ever grows.
 * Setters check first: one that throws leaves the section as it was.
 */
final class DraftSection {
    final int type;
    private final String name;
    private final int maxBytes;
    /** What the bytes are, as long as they came from a String. */
    private String text = "";

    private byte[] bytes = new byte[128];
    private int length;
    private boolean present;

    /** @param name what messages call it */
    DraftSection(int type, String name, int maxBytes) {
        this.type = type;
        this.name = name;
        this.maxBytes = maxBytes;
    }

    void clear() {
        present = false;
    }

    /** Whether it is written. */
    boolean isPresent() {
        return present;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Whether this was set before, and nothing else since; then it is good. */
    boolean was(String value) {
        return value.isEmpty() || value.equals(text);
    }

    /** @throws IllegalArgumentException when what is to be set is null */
    void checkThere(@Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is null: leave it out, or give an empty one");
        }
    }

    /** An empty text has no section. */
    void set(String value) {
        checkThere(value);
        if (value.isEmpty()) {
            present = false;
            return;
        }
        if (!value.equals(text)) {
            encode(value);
        }
        present = true;
    }

    /** A text as its UTF-8; an empty one has no section. */
    void setUtf8(byte[] utf8, int offset, int count) {
        checkThere(utf8);
        checkLength(count);
        int bad = Utf8.firstBad(utf8, offset, count);
        if (bad >= 0) {
            throw new IllegalArgumentException(name + " is not good UTF-8 at byte " + bad);
        }
        copy(utf8, offset, count);
        present = count > 0;
    }

    /** Bytes of any kind; the section is there also when there are none. */
    void setBytes(byte[] content, int offset, int count) {
        checkThere(content);
        Objects.checkFromIndexSize(offset, count, content.length);
        checkLength(count);
        copy(content, offset, count);
        present = true;
    }

    /** Likewise, what remains in a buffer, which stays as it is. */
    void setBytes(ByteBuffer content) {
        checkThere(content);
        int count = content.remaining();
        checkLength(count);
        reserve(count);
        content.get(content.position(), bytes, 0, count);
        present = true;
    }

    /** Makes it present with so many bytes, which the caller writes. */
    byte[] fill(int count) {
        checkLength(count);
        reserve(count);
        present = true;
        return bytes;
    }

    /** Writes its entry in the table of sections and its content; returns where the next content begins. */
    int encode(long at, int entry, int offset) {
        return encode(at, entry, offset, type, bytes, length);
    }

    static int encode(long at, int entry, int offset, int type, byte[] content, int bytes) {
        Memory.putInt(at + entry, type);
        Memory.putInt(at + entry + 4, offset);
        Memory.putInt(at + entry + 8, bytes);
        int end = offset + EventLayout.align4(bytes);
        if (end > offset) {
            Memory.putInt(at + end - 4, 0); // padding is 0
        }
        Memory.copy(content, 0, at + offset, bytes);
        return end;
    }

    private void checkLength(int count) {
        if (count > maxBytes) {
            throw new IllegalArgumentException(name + " has " + count + " bytes, at most " + maxBytes + " fit");
        }
    }

    private void copy(byte[] content, int offset, int count) {
        reserve(count);
        System.arraycopy(content, offset, bytes, 0, count);
    }

    private void reserve(int count) {
        text = "";
        grow(count);
        length = count;
    }

    private void encode(String value) {
        int half = Utf8.firstHalf(value);
        if (half >= 0) {
            throw new IllegalArgumentException(name + " has half a surrogate pair at character " + half);
        }
        int needed = utf8Bytes(value);
        checkLength(needed);
        grow(needed);
        text = value;
        length = Utf8.encode(value, bytes);
    }

    private void grow(int needed) {
        if (needed > bytes.length) {
            bytes = new byte[Math.max(needed, Math.min(2 * bytes.length, maxBytes))];
        }
    }

    private int utf8Bytes(String value) {
        // at most three for each char; counted only when that might be too much
        return value.length() <= maxBytes / 3 ? value.length() * 3 : Utf8.bytes(value);
    }
}
