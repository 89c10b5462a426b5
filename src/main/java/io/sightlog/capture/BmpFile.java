package io.sightlog.capture;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * A BMP. It is decoded here, because OpenCV takes some masks and compressed lines for others.
 */
final class BmpFile {
    private static final int CORE_HEADER_BYTES = 12;
    private static final int MASKS_AT = 54;
    private static final int RGB = 0;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int MASKED = 3;
    private static final int MASKED_WITH_ALPHA = 6;

    private final ByteBuffer file;
    private final int pixelsAt;
    private final int width;
    private final int height;
    private final boolean fromTheTop;
    private final int bits;
    private final int compression;

    BmpFile(ByteBuffer bytes) throws UnreadableException {
        file = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        pixelsAt = file.getInt(10);
        int headerBytes = file.getInt(14);
        boolean core = headerBytes == CORE_HEADER_BYTES;
        if (headerBytes < CORE_HEADER_BYTES || headerBytes > file.limit()) {
            throw new UnreadableException("damaged: its header gives no size");
        }
        width = core ? file.getShort(18) & 0xffff : file.getInt(18);
        int rows = core ? file.getShort(20) & 0xffff : file.getInt(22);
        fromTheTop = rows < 0;
        height = Math.abs(rows);
        bits = file.getShort(core ? 24 : 28) & 0xffff;
        compression = core ? RGB : file.getInt(30);
        if (width <= 0 || height <= 0) {
            throw new UnreadableException("damaged: its header gives no size");
        }
        requireKnown();
    }

    private void requireKnown() throws UnreadableException {
        boolean known = switch (compression) {
            case RGB -> bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
            case RLE8 -> bits == 8;
            case RLE4 -> bits == 4;
            case MASKED, MASKED_WITH_ALPHA -> bits == 16 || bits == 32;
            default -> false;
        };
        if (!known) {
            throw new UnreadableException(
                    "not supported: a BMP of " + bits + " bits a pixel with compression " + compression);
        }
    }

    Still still() {
        return new Still(width, height, Exif.NONE, Still.BGR_BYTES, this::decode);
    }

    private Mat decode() throws UnreadableException {
        boolean packed = compression == RLE8 || compression == RLE4;
        if (!packed) {
            long needed = pixelsAt + rowBytes() * (height - 1) + ((long) width * bits + 7) / 8;
            if (pixelsAt < 0 || needed > file.limit()) {
                throw new UnreadableException("damaged: it ends early: its header promises " + needed
                        + " bytes, the file has " + file.limit());
            }
        }
        return switch (bits) {
            case 16, 32 -> masked();
            case 24 -> copied();
            default -> coloured(packed ? BmpRuns.decode(file, pixelsAt, width, height, bits) : null);
        };
    }

    private long rowBytes() {
        return ((long) width * bits + 31) / 32 * 4;
    }

    /** Where a line of the picture begins in the file. */
    private int line(int y) {
        return (int) (pixelsAt + rowBytes() * (fromTheTop ? y : height - 1 - y));
    }

    private Mat copied() {
        Mat picture = new Mat(height, width, CV_8UC3);
        ByteBuffer out = picture.createBuffer();
        for (int y = 0; y < height; y++) {
            out.put(file.slice(line(y), width * Still.BGR_BYTES));
        }
        return picture;
    }

    /** @param indexes into the table of colours, the lowest line first; null when they lie in the file */
    private Mat coloured(byte @Nullable [] indexes) {
        byte[] palette = palette();
        Mat picture = new Mat(height, width, CV_8UC3);
        ByteBuffer out = picture.createBuffer();
        byte[] row = new byte[width * Still.BGR_BYTES];
        int perByte = 8 / bits;
        int mask = (1 << bits) - 1;
        for (int y = 0; y < height; y++) {
            int line = line(y);
            int unpacked = (fromTheTop ? y : height - 1 - y) * width;
            for (int x = 0; x < width; x++) {
                int index = indexes != null
                        ? indexes[unpacked + x] & 0xff
                        : (Still.unsigned(file, line + x / perByte) >> (8 - bits * (x % perByte + 1))) & mask;
                System.arraycopy(palette, 3 * index, row, 3 * x, 3);
            }
            out.put(row);
        }
        return picture;
    }

    /** Blue, green and red of 256 colours; black where the table is shorter. */
    private byte[] palette() {
        int headerBytes = file.getInt(14);
        int entry = headerBytes == CORE_HEADER_BYTES ? 3 : 4;
        int used = headerBytes >= 40 ? file.getInt(46) : 0;
        int colours = used > 0 && used < 1 << bits ? used : 1 << bits;
        byte[] palette = new byte[3 * 256];
        int at = 14 + headerBytes;
        for (int i = 0; i < colours && at + 3 <= pixelsAt && at + 3 <= file.limit(); i++, at += entry) {
            file.get(at, palette, 3 * i, 3);
        }
        return palette;
    }

    private Mat masked() {
        boolean plain = compression == RGB;
        Channel red = new Channel(plain ? bits == 16 ? 0x7C00 : 0xFF0000 : file.getInt(MASKS_AT));
        Channel green = new Channel(plain ? bits == 16 ? 0x3E0 : 0xFF00 : file.getInt(MASKS_AT + 4));
        Channel blue = new Channel(plain ? bits == 16 ? 0x1F : 0xFF : file.getInt(MASKS_AT + 8));
        Mat picture = new Mat(height, width, CV_8UC3);
        ByteBuffer out = picture.createBuffer();
        byte[] row = new byte[width * Still.BGR_BYTES];
        for (int y = 0; y < height; y++) {
            int at = line(y);
            for (int x = 0, i = 0; x < width; x++, at += bits / 8) {
                int pixel = bits == 16 ? file.getShort(at) & 0xffff : file.getInt(at);
                row[i++] = blue.of(pixel);
                row[i++] = green.of(pixel);
                row[i++] = red.of(pixel);
            }
            out.put(row);
        }
        return picture;
    }

    /** Where a colour lies in a pixel. */
    private record Channel(int mask, int shift, int largest) {
        Channel(int mask) {
            this(mask, shiftOf(mask), mask >>> shiftOf(mask));
        }

        private static int shiftOf(int mask) {
            return mask == 0 ? 0 : Integer.numberOfTrailingZeros(mask);
        }

        byte of(int pixel) {
            long value = (pixel & mask) >>> shift & 0xffffffffL;
            long full = largest & 0xffffffffL;
            return (byte) (full == 255 ? value : full == 0 ? 0 : value * 255 / full);
        }
    }
}
