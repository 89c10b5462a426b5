package io.sightlog.capture;

import java.nio.ByteBuffer;

/** The compression of BMP: runs of a colour, or of two that alternate, and stretches of single colours. */
final class BmpRuns {
    private static final int END_OF_LINE = 0;
    private static final int END = 1;
    private static final int MOVE = 2;

    private BmpRuns() {}

    /**
     * @param bits of a pixel, 4 or 8
     * @return an index into the table of colours for each pixel, the lowest line first; 0 where nothing was drawn
     */
    static byte[] decode(ByteBuffer file, int from, int width, int height, int bits) throws UnreadableException {
        byte[] out = new byte[width * height];
        int x = 0;
        int y = 0;
        int at = from;
        while (y < height) {
            if (at + 2 > file.limit()) {
                throw new UnreadableException("damaged: its pixels end early, in line " + y + " of " + height);
            }
            int count = Still.unsigned(file, at);
            int value = Still.unsigned(file, at + 1);
            at += 2;
            if (count > 0) {
                for (int i = 0; i < count; i++) {
                    put(out, width, x++, y, bits == 8 ? value : i % 2 == 0 ? value >> 4 : value & 15);
                }
            } else if (value == END_OF_LINE) {
                x = 0;
                y++;
            } else if (value == END) {
                break;
            } else if (value == MOVE) {
                x += Still.unsigned(file, at);
                y += Still.unsigned(file, at + 1);
                at += 2;
            } else {
                for (int i = 0; i < value; i++) {
                    int both = Still.unsigned(file, at + i * bits / 8);
                    put(out, width, x++, y, bits == 8 ? both : i % 2 == 0 ? both >> 4 : both & 15);
                }
                at += ((value * bits + 7) / 8 + 1) / 2 * 2;
            }
        }
        return out;
    }

    /** What leads out of its line is left out. */
    private static void put(byte[] out, int width, int x, int y, int index) {
        if (x < width) {
            out[y * width + x] = (byte) index;
        }
    }
}
