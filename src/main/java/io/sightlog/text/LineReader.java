package io.sightlog.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The lines of a stream, one after the other, in a buffer that is reused and never grows beyond the longest line there may be.
 * A byte order mark before the first one is none of it. One thread.
 *
 * <p>Of NDJSON, lines of nothing but white space are passed over, but counted. Of texts, every line counts, and a carriage
 * return before the line feed is part of the line's end.
 */
public final class LineReader {
    private final InputStream in;
    private final int maxBytes;
    private final boolean texts;
    private byte[] buffer;
    /** Of the line. */
    private int start;

    private int end;
    /** Of what was read ahead. */
    private int next;

    private int filled;
    private long number;
    private boolean ended;

    /** Reads lines of NDJSON, of up to {@link EventLines#MAX_LINE_BYTES}. Needs no buffering below it. */
    public LineReader(InputStream in) {
        this(in, EventLines.MAX_LINE_BYTES, 1 << 16, false);
    }

    /** Reads texts, a line each, of up to {@code maxBytes}. Needs no buffering below it. */
    public static LineReader ofTexts(InputStream in, int maxBytes) {
        return new LineReader(in, maxBytes, 1 << 16, true);
    }

    LineReader(InputStream in, int maxBytes, int bufferBytes, boolean texts) {
        this.in = in;
        this.maxBytes = maxBytes;
        this.buffer = new byte[bufferBytes];
        this.texts = texts;
    }

    /**
     * Moves to the next line, and waits for it.
     *
     * @return false at the end of the stream
     * @throws BadLineException when the line is too long; the next call goes on behind it
     */
    public boolean next() throws IOException, BadLineException {
        while (read()) {
            if (texts || !blank()) {
                return true;
            }
        }
        return false;
    }

    private boolean read() throws IOException, BadLineException {
        start = next;
        int at = next;
        while (true) {
            for (; at < filled; at++) {
                if (buffer[at] == '\n') {
                    return line(at, at + 1);
                }
            }
            if (filled - start > mostBytes()) {
                number++;
                skipLine();
                throw EventLines.tooLong(maxBytes);
            }
            int moved = start;
            if (ended || !fill()) {
                return filled > start && line(filled, filled);
            }
            at -= moved - start;
        }
    }

    private boolean line(int lineEnd, int nextStart) throws BadLineException {
        number++;
        end = texts && lineEnd > start && buffer[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
        next = nextStart;
        if (end - start > maxBytes) {
            throw EventLines.tooLong(maxBytes);
        }
        boolean marked = number == 1
                && end - start >= 3
                && buffer[start] == (byte) 0xEF
                && buffer[start + 1] == (byte) 0xBB
                && buffer[start + 2] == (byte) 0xBF;
        start += marked ? 3 : 0; // a byte order mark
        return true;
    }

    /** With a carriage return that may turn out to be part of the line's end. */
    private int mostBytes() {
        return texts ? maxBytes + 1 : maxBytes;
    }

    private boolean blank() {
        for (int i = start; i < end; i++) {
            if (!isWhite(buffer[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWhite(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    /** Reads more behind what is there; moves that to the front, or grows the buffer, when there is no room. */
    private boolean fill() throws IOException {
        if (filled == buffer.length) {
            if (start > 0) {
                System.arraycopy(buffer, start, buffer, 0, filled - start);
                filled -= start;
                start = 0;
            } else {
                buffer = Arrays.copyOf(buffer, (int) Math.min(buffer.length * 2L, mostBytes() + 1L));
            }
        }
        int read = in.read(buffer, filled, buffer.length - filled);
        ended = read < 0;
        filled += Math.max(0, read);
        return !ended;
    }

    private void skipLine() throws IOException {
        next = 0;
        filled = 0;
        int read;
        while ((read = in.read(buffer, 0, buffer.length)) >= 0) {
            for (int i = 0; i < read; i++) {
                if (buffer[i] == '\n') {
                    next = i + 1;
                    filled = read;
                    return;
                }
            }
        }
        ended = true;
    }

    /** Whether the next line is here already, as a whole, so that {@link #next} will not wait. */
    public boolean hasMore() {
        boolean counts = texts;
        for (int i = next; i < filled; i++) {
            if (buffer[i] != '\n') {
                counts |= !isWhite(buffer[i]);
            } else if (counts) {
                return true;
            }
        }
        return false;
    }

    /** Holds the line, from {@link #offset} on, until the next call of {@link #next}. */
    public byte[] bytes() {
        return buffer;
    }

    public int offset() {
        return start;
    }

    public int length() {
        return end - start;
    }

    /** Number of the line in the stream, from 1; of the bad one after an exception. */
    public long number() {
        return number;
    }
}
