package io.sightlog.capture;

import io.sightlog.capture.Animation.Disposal;
import io.sightlog.capture.Animation.Part;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** A WebP. The decoder gets the chunks of the pixels and no others. */
final class WebpFile {
    private static final int VP8 = chunk("VP8 ");
    private static final int VP8L = chunk("VP8L");
    private static final int VP8X = chunk("VP8X");
    private static final int ALPH = chunk("ALPH");
    private static final int ANMF = chunk("ANMF");
    private static final int EXIF = chunk("EXIF");

    private static final int HEADER_BYTES = 12;
    private static final int FRAME_BYTES = 16;
    private static final int EXTENDED_BYTES = 10;
    private static final int ALPHA_FLAG = 0x10;

    /** Planes of the decoder and the picture. */
    private static final int BYTES_PER_PIXEL = 3 + 6;

    /** @param at offset of its data */
    private record Chunk(int type, int at, int length) {}

    private final ByteBuffer file;
    private final List<Chunk> frames = new ArrayList<>();
    private Exif exif = Exif.NONE;
    private @Nullable Chunk pixels;
    private @Nullable Chunk extended;
    private @Nullable String ending;

    WebpFile(ByteBuffer bytes) throws UnreadableException {
        file = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        long end = (file.getInt(4) & 0xffffffffL) + 8;
        if (end > file.limit()) {
            ending = "it ends early: its header promises " + end + " bytes, the file has " + file.limit();
        }
        for (Chunk chunk : chunks(HEADER_BYTES, (int) Math.min(end, file.limit()))) {
            add(chunk);
        }
        if (frames.isEmpty() && ending != null) {
            throw new UnreadableException("damaged: " + ending);
        }
        if (pixels == null && frames.isEmpty()) {
            throw new UnreadableException("damaged: it has no picture");
        }
    }

    private static int chunk(String name) {
        return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
    }

    private List<Chunk> chunks(int from, int end) {
        List<Chunk> chunks = new ArrayList<>();
        int at = from;
        while (end - at >= 8) {
            int length = file.getInt(at + 4);
            if (length < 0 || length > end - at - 8) {
                ending = "it ends in the middle of a chunk";
                break;
            }
            chunks.add(new Chunk(file.getInt(at), at + 8, length));
            at += 8 + length + (length & 1);
        }
        return chunks;
    }

    private void add(Chunk chunk) {
        if (chunk.type == VP8X && chunk.length >= EXTENDED_BYTES) {
            extended = extended == null ? chunk : extended;
        } else if (chunk.type == VP8 || chunk.type == VP8L) {
            pixels = pixels == null ? chunk : pixels;
        } else if (chunk.type == ANMF && chunk.length > FRAME_BYTES) {
            frames.add(chunk);
        } else if (chunk.type == EXIF && exif.equals(Exif.NONE)) {
            exif = Exif.of(file.slice(chunk.at, chunk.length));
        }
    }

    /** Its picture. */
    Still still() throws UnreadableException {
        Chunk own = java.util.Objects.requireNonNull(pixels);
        long size = size(own);
        return new Still((int) (size >> 32), (int) size, exif, BYTES_PER_PIXEL, () -> {
            try (BytePointer webp = encoded(0, 0, List.of(own))) {
                return OpenCvDecoder.bgr(webp, webp.limit(), line -> false);
            }
        });
    }

    /** What moves in it; null when nothing does. */
    @Nullable
    Animation animation() throws UnreadableException {
        if (frames.isEmpty() || extended == null) {
            return null;
        }
        List<Part> parts = new ArrayList<>();
        for (Chunk frame : frames) {
            parts.add(part(frame));
        }
        int width = threeBytes(extended.at + 4) + 1;
        int height = threeBytes(extended.at + 7) + 1;
        return new Animation(width, height, exif, 0, false, parts, ending);
    }

    private Part part(Chunk frame) {
        int width = threeBytes(frame.at + 6) + 1;
        int height = threeBytes(frame.at + 9) + 1;
        int flags = file.get(frame.at + 15);
        return new Part(
                threeBytes(frame.at) * 2,
                threeBytes(frame.at + 3) * 2,
                width,
                height,
                Animation.delayNanos(threeBytes(frame.at + 12) * 1_000_000L),
                (flags & 1) != 0 ? Disposal.CLEARED : Disposal.STAYS,
                (flags & 2) == 0,
                0,
                () -> decode(frame, width, height));
    }

    private Mat decode(Chunk frame, int width, int height) throws UnreadableException {
        List<Chunk> own = new ArrayList<>();
        for (Chunk chunk : chunks(frame.at + FRAME_BYTES, frame.at + frame.length)) {
            if (chunk.type == VP8 || chunk.type == VP8L) {
                own.add(chunk);
                long size = size(chunk);
                if (size != ((long) width << 32 | height)) {
                    throw new UnreadableException("damaged: a frame has not the size that its header gives");
                }
            } else if (chunk.type == ALPH) {
                own.add(chunk);
            }
        }
        if (own.isEmpty() || own.get(own.size() - 1).type == ALPH) {
            throw new UnreadableException("damaged: a frame has no picture");
        }
        try (BytePointer webp = encoded(width, height, own)) {
            return OpenCvDecoder.unchanged(webp, webp.limit());
        }
    }

    /** Width in the upper half, height in the lower one. */
    private long size(Chunk own) throws UnreadableException {
        long width;
        long height;
        if (own.type == VP8L && own.length >= 5 && file.get(own.at) == 0x2F) {
            int bits = file.getInt(own.at + 1);
            width = 1L + (bits & 0x3FFF);
            height = 1L + (bits >> 14 & 0x3FFF);
        } else if (own.type == VP8 && own.length >= 10 && threeBytes(own.at + 3) == 0x2A019D) {
            width = file.getShort(own.at + 6) & 0x3FFF;
            height = file.getShort(own.at + 8) & 0x3FFF;
        } else {
            throw new UnreadableException("damaged: its header gives no size");
        }
        return width << 32 | height;
    }

    private int threeBytes(int at) {
        return (file.getShort(at) & 0xffff) | (file.get(at + 2) & 0xff) << 16;
    }

    /** A WebP of some chunks; one of several begins with the size of all. */
    private BytePointer encoded(int width, int height, List<Chunk> chunks) {
        boolean several = chunks.size() > 1;
        int bytes = HEADER_BYTES + (several ? 8 + EXTENDED_BYTES : 0);
        for (Chunk chunk : chunks) {
            bytes += 8 + chunk.length + (chunk.length & 1);
        }
        BytePointer webp = new BytePointer(bytes);
        ByteBuffer out = webp.limit(bytes).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(chunk("RIFF")).putInt(bytes - 8).putInt(chunk("WEBP"));
        if (several) {
            out.putInt(VP8X).putInt(EXTENDED_BYTES).putInt(ALPHA_FLAG);
            out.putShort((short) (width - 1)).put((byte) ((width - 1) >> 16));
            out.putShort((short) (height - 1)).put((byte) ((height - 1) >> 16));
        }
        for (Chunk chunk : chunks) {
            out.putInt(chunk.type).putInt(chunk.length).put(file.slice(chunk.at, chunk.length));
            if ((chunk.length & 1) != 0) {
                out.put((byte) 0);
            }
        }
        return webp;
    }
}
