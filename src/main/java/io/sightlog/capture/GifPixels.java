package io.sightlog.capture;

import java.nio.ByteBuffer;

/** The compression of GIF: LZW with codes of 3 to 12 bits, in blocks of up to 255 bytes. */
final class GifPixels {
    private static final int MAX_CODES = 4096;
    private static final int MAX_CODE_BITS = 12;

    private final ByteBuffer file;
    private final byte[] out;
    private final short[] prefix = new short[MAX_CODES];
    private final byte[] suffix = new byte[MAX_CODES];
    private final byte[] stack = new byte[MAX_CODES + 1];
    private int at;
    private int leftInBlock;
    private int bits;
    private int bitCount;
    private int length;

    private GifPixels(ByteBuffer file, int at, int pixels) {
        this.file = file;
        this.at = at;
        this.out = new byte[pixels];
    }

    /**
     * @param at offset of the byte with the first code's length
     * @return an index into the table of colours for each pixel
     */
    static byte[] decode(ByteBuffer file, int at, int pixels) throws UnreadableException {
        int codeBits = Still.unsigned(file, at);
        if (codeBits < 1 || codeBits >= MAX_CODE_BITS) {
            throw new UnreadableException("damaged: its codes begin with " + codeBits + " bits");
        }
        GifPixels decoder = new GifPixels(file, at + 1, pixels);
        decoder.run(codeBits);
        if (decoder.length < pixels) {
            throw new UnreadableException(
                    "damaged: its pixels end early: " + decoder.length + " of " + pixels + " are there");
        }
        return decoder.out;
    }

    private void run(int dataBits) throws UnreadableException {
        int clear = 1 << dataBits;
        int codeBits = dataBits + 1;
        int next = clear + 2;
        int previous = -1;
        int first = 0;
        for (int code = code(codeBits); code >= 0 && code != clear + 1 && length < out.length; code = code(codeBits)) {
            if (code == clear) {
                codeBits = dataBits + 1;
                next = clear + 2;
                previous = -1;
                continue;
            }
            if (code > next || (previous < 0 && code >= clear) || (code == next && previous < 0)) {
                throw new UnreadableException("damaged: a code of its pixels has no meaning");
            }
            int depth = 0;
            int rest = code;
            if (code == next) {
                stack[depth++] = (byte) first;
                rest = previous;
            }
            while (rest > clear) {
                stack[depth++] = suffix[rest];
                rest = prefix[rest];
            }
            first = rest;
            put((byte) first, depth);
            if (previous >= 0 && next < MAX_CODES) {
                prefix[next] = (short) previous;
                suffix[next++] = (byte) first;
                codeBits += next == 1 << codeBits && codeBits < MAX_CODE_BITS ? 1 : 0;
            }
            previous = code;
        }
    }

    private void put(byte first, int depth) {
        out[length++] = first;
        for (int i = depth; i > 0 && length < out.length; i--) {
            out[length++] = stack[i - 1];
        }
    }

    /** -1 at the end of the blocks, or of the file. */
    private int code(int codeBits) {
        while (bitCount < codeBits) {
            if (leftInBlock == 0) {
                leftInBlock = at < file.limit() ? Still.unsigned(file, at++) : 0;
                if (leftInBlock == 0) {
                    return -1;
                }
            }
            if (at >= file.limit()) {
                return -1;
            }
            bits |= Still.unsigned(file, at++) << bitCount;
            bitCount += 8;
            leftInBlock--;
        }
        int code = bits & ((1 << codeBits) - 1);
        bits >>>= codeBits;
        bitCount -= codeBits;
        return code;
    }
}
