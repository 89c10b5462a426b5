package io.sightlog.capture;

import io.sightlog.event.Digest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** Reads picture files. Any thread may. */
public final class Pictures {
    /** Pictures with more pixels are not decoded: at three bytes a pixel this is 300 MB. */
    public static final long MAX_PIXELS = 100_000_000;

    /** Larger files are not read. */
    public static final long MAX_FILE_BYTES = 256 << 20;

    static final String NO_MEMORY =
            "too large: there is not enough memory left for it; SIGHTLOG_OPTS=-Xmx4g gives more";

    private Pictures() {}

    /**
     * A decoded picture file. Whoever has it owns its picture, and closes it when done.
     *
     * @param bgr 8-bit BGR, continuous, turned upright as EXIF says
     * @param digest of the file's bytes
     * @param exifNanos when EXIF says it was taken, nanoseconds since the epoch; null when it does not
     * @param decodeNanos reading and decoding, without the digest
     */
    public record Picture(Mat bgr, long digest, @Nullable Long exifNanos, long decodeNanos) implements AutoCloseable {
        @Override
        public void close() {
            bgr.close();
        }
    }

    /**
     * Reads and decodes the first picture of a file.
     *
     * @throws UnreadableException when it cannot be read, is no picture, is damaged, or is larger than the limits above,
     *     which are checked before anything is decoded
     */
    public static Picture read(Path file) throws UnreadableException {
        try (PictureFile opened = PictureFile.open(file)) {
            if (!opened.moves()) {
                return opened.picture(0);
            }
            long started = System.nanoTime();
            try (FrameReader frames = opened.frames()) {
                frames.advance();
                Mat first = frames.picture();
                return new Picture(first, opened.digest(), frames.createdNanos(), System.nanoTime() - started);
            }
        }
    }

    /** The digest of a decoded picture: of its rows of BGR bytes, from the top. The picture must be continuous. */
    public static long digest(Mat bgr) {
        if (!bgr.isContinuous()) {
            throw new IllegalArgumentException("the picture is a part of another; wanted: a continuous one");
        }
        ByteBuffer rows = bgr.createBuffer();
        return Digest.of(rows);
    }
}
