package io.sightlog.capture;

import io.sightlog.capture.Animation.Disposal;
import io.sightlog.capture.Animation.Part;
import io.sightlog.capture.Still.Pixels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * A PNG. Every chunk's checksum is checked, and the decoder gets no others than those of the pixels: texts, profiles and times may
 * inflate to any size, and say nothing about them.
 */
final class PngFile {
    private static final int SIGNATURE_BYTES = 8;
    private static final int CHUNK_BYTES = 12;
    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504C5445;
    private static final int TRNS = 0x74524E53;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;
    private static final int ACTL = 0x6163544C;
    private static final int FCTL = 0x6663544C;
    private static final int FDAT = 0x66644154;
    private static final int EXIF = 0x65584966;

    /** Decoded rows, and the same in the form that the decoder wants first. */
    private static final int BYTES_PER_PIXEL = 3 + 4;

    /** @param at offset of its data */
    private record Chunk(int type, int at, int length) {}

    private final ByteBuffer file;
    private final List<Chunk> data = new ArrayList<>();
    private final List<Control> controls = new ArrayList<>();
    private @Nullable Chunk header;
    private @Nullable Chunk palette;
    private @Nullable Chunk transparency;
    private long promisedFrames;
    private boolean dataSeen;
    private @Nullable Exif exif;
    private Exif textExif = Exif.NONE;

    /** What an {@code fcTL} says, and the chunks of its pixels. */
    private record Control(int at, List<Chunk> data) {}

    PngFile(ByteBuffer file) throws UnreadableException {
        this.file = file;
        int at = SIGNATURE_BYTES;
        boolean ended = false;
        while (!ended) {
            if (file.limit() - at < CHUNK_BYTES) {
                throw new UnreadableException("damaged: it ends before its end mark");
            }
            Chunk chunk = new Chunk(file.getInt(at + 4), at + 8, file.getInt(at));
            check(chunk);
            add(chunk);
            ended = chunk.type == IEND;
            at += CHUNK_BYTES + chunk.length;
        }
        if (header == null || header.length != 13 || data.isEmpty()) {
            throw new UnreadableException("damaged: it has no picture");
        }
    }

    private void check(Chunk chunk) throws UnreadableException {
        String name = name(chunk.type);
        if (chunk.length < 0 || chunk.length > file.limit() - chunk.at - 4) {
            throw new UnreadableException("damaged: it ends in the middle of its chunk " + name);
        }
        CRC32 crc = new CRC32();
        crc.update(file.slice(chunk.at - 4, chunk.length + 4));
        if ((int) crc.getValue() != file.getInt(chunk.at + chunk.length)) {
            throw new UnreadableException("damaged: the checksum of its chunk " + name + " is wrong");
        }
    }

    private static String name(int type) {
        byte[] letters = ByteBuffer.allocate(4).putInt(type).array();
        String name = new String(letters, StandardCharsets.ISO_8859_1);
        return name.matches("[A-Za-z]{4}") ? name : "0x" + Integer.toHexString(type);
    }

    private void add(Chunk chunk) {
        switch (chunk.type) {
            case IHDR -> header = header == null ? chunk : header;
            case PLTE -> palette = palette == null ? chunk : palette;
            case TRNS -> transparency = transparency == null ? chunk : transparency;
            case ACTL -> promisedFrames = dataSeen || chunk.length < 8 ? promisedFrames : file.getInt(chunk.at);
            case FCTL -> {
                if (chunk.length == 26) {
                    controls.add(new Control(chunk.at, new ArrayList<>()));
                }
            }
            case IDAT -> {
                data.add(chunk);
                dataSeen = true;
                if (controls.size() == 1) {
                    controls.get(0).data.add(chunk);
                }
            }
            case FDAT -> {
                if (chunk.length > 4 && !controls.isEmpty()) {
                    controls.get(controls.size() - 1).data.add(new Chunk(IDAT, chunk.at + 4, chunk.length - 4));
                }
            }
            case EXIF -> exif = Exif.of(file.slice(chunk.at, chunk.length));
            default -> text(chunk);
        }
    }

    private void text(Chunk chunk) {
        if (textExif.equals(Exif.NONE)) {
            textExif = PngTexts.exif(name(chunk.type), file.slice(chunk.at, chunk.length));
        }
    }

    private Exif exif() {
        return exif != null ? exif : textExif;
    }

    private int width() {
        return file.getInt(java.util.Objects.requireNonNull(header).at);
    }

    private int height() {
        return file.getInt(java.util.Objects.requireNonNull(header).at + 4);
    }

    /** Its picture, or the one that is shown where it cannot move. */
    Still still() throws UnreadableException {
        requireSize(width(), height());
        return new Still(width(), height(), exif(), BYTES_PER_PIXEL, () -> {
            try (BytePointer png = encoded(width(), height(), data, false)) {
                return OpenCvDecoder.bgr(
                        png,
                        png.limit(),
                        line -> line.contains("oo much image data") || line.contains("Extra compressed data"));
            }
        });
    }

    /** What moves in it; null when nothing does. */
    @Nullable
    Animation animation() throws UnreadableException {
        if ((promisedFrames < 2 && controls.size() < 2) || promisedFrames == 0) {
            return null;
        }
        requireSize(width(), height());
        List<Part> parts = new ArrayList<>();
        for (Control control : controls) {
            parts.add(part(control));
        }
        String ending = parts.size() >= promisedFrames
                ? null
                : "frames are missing: the header promises " + promisedFrames + ", the file has " + parts.size();
        return new Animation(width(), height(), exif(), 0, true, parts, ending);
    }

    private Part part(Control control) {
        int at = control.at;
        int width = file.getInt(at + 4);
        int height = file.getInt(at + 8);
        int numerator = file.getShort(at + 20) & 0xffff;
        int denominator = file.getShort(at + 22) & 0xffff;
        long delay = Math.round(numerator * 1e9 / (denominator == 0 ? 100 : denominator));
        int disposal = file.get(at + 24);
        Pixels pixels = () -> decode(width, height, control.data);
        return new Part(
                file.getInt(at + 12),
                file.getInt(at + 16),
                width,
                height,
                Animation.delayNanos(delay),
                disposal == 1 ? Disposal.CLEARED : disposal == 2 ? Disposal.UNDONE : Disposal.STAYS,
                file.get(at + 25) == 1 && control.at != controls.get(0).at,
                0,
                pixels);
    }

    private Mat decode(int width, int height, List<Chunk> chunks) throws UnreadableException {
        try (BytePointer png = encoded(width, height, chunks, true)) {
            return OpenCvDecoder.unchanged(png, png.limit());
        }
    }

    private static void requireSize(int width, int height) throws UnreadableException {
        if (width <= 0 || height <= 0) {
            throw new UnreadableException("damaged: its header gives no size");
        }
    }

    /** A PNG of some chunks of pixels, as small as it can be. */
    private BytePointer encoded(int width, int height, List<Chunk> pixels, boolean transparent) {
        Chunk first = java.util.Objects.requireNonNull(header);
        List<Chunk> all = new ArrayList<>();
        if (palette != null) {
            all.add(palette);
        }
        if (transparency != null && transparent) {
            all.add(transparency);
        }
        all.addAll(pixels);
        long bytes = (long) SIGNATURE_BYTES + CHUNK_BYTES + first.length + CHUNK_BYTES;
        for (Chunk chunk : all) {
            bytes += (long) CHUNK_BYTES + chunk.length;
        }
        BytePointer png = new BytePointer(bytes);
        ByteBuffer out = png.limit(bytes).asByteBuffer().order(ByteOrder.BIG_ENDIAN);
        out.put(file.slice(0, SIGNATURE_BYTES));
        ByteBuffer size = ByteBuffer.allocate(first.length);
        size.put(file.slice(first.at, first.length)).putInt(0, width).putInt(4, height);
        put(out, IHDR, size.flip());
        for (Chunk chunk : all) {
            put(out, chunk.type, file.slice(chunk.at, chunk.length));
        }
        put(out, IEND, ByteBuffer.allocate(0));
        return png;
    }

    private static void put(ByteBuffer out, int type, ByteBuffer data) {
        out.putInt(data.remaining());
        int from = out.position();
        out.putInt(type).put(data);
        CRC32 crc = new CRC32();
        crc.update(out.slice(from, out.position() - from));
        out.putInt((int) crc.getValue());
    }
}
