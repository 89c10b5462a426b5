package io.sightlog.capture;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import com.drew.imaging.FileType;
import com.drew.imaging.FileTypeDetector;
import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Metadata;
import io.sightlog.event.Digest;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** Reads picture files. Any thread may. */
public final class Pictures {
    /** Pictures with more pixels are not decoded: at three bytes a pixel this is 300 MB. */
    public static final long MAX_PIXELS = 100_000_000;

    /** Larger files are not read. */
    public static final long MAX_FILE_BYTES = 256 << 20;

    private static final Set<FileType> TYPES =
            EnumSet.of(FileType.Jpeg, FileType.Png, FileType.Bmp, FileType.WebP, FileType.Tiff, FileType.Gif);

    static {
        OpenCvLog.silence();
    }

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
     * Reads and decodes a picture.
     *
     * @throws UnreadableException when it cannot be read, is no picture, is damaged, or is larger than the limits above,
     *     which are checked before anything is decoded
     */
    public static Picture read(Path file) throws UnreadableException {
        long started = System.nanoTime();
        byte[] bytes = bytes(file);
        long readNanos = System.nanoTime() - started;
        long digest = Digest.of(bytes);

        started = System.nanoTime();
        Metadata metadata = header(bytes, digest);
        Mat bgr = decode(bytes, digest);
        return new Picture(bgr, digest, FileTimes.exif(metadata), readNanos + System.nanoTime() - started);
    }

    /** The digest of a decoded picture: of its rows of BGR bytes, from the top. The picture must be continuous. */
    public static long digest(Mat bgr) {
        if (!bgr.isContinuous()) {
            throw new IllegalArgumentException("the picture is a part of another; wanted: a continuous one");
        }
        ByteBuffer rows = bgr.createBuffer();
        return Digest.of(rows);
    }

    private static byte[] bytes(Path file) throws UnreadableException {
        try {
            if (!Files.isRegularFile(file)) {
                throw new UnreadableException(Files.exists(file) ? "not a regular file" : "no such file");
            }
            long size = Files.size(file);
            if (size == 0) {
                throw new UnreadableException("the file is empty");
            }
            if (size > MAX_FILE_BYTES) {
                throw new UnreadableException("the file has " + size + " bytes, the limit is " + MAX_FILE_BYTES);
            }
            try (InputStream in = Files.newInputStream(file)) {
                return in.readNBytes((int) MAX_FILE_BYTES);
            }
        } catch (AccessDeniedException e) {
            throw new UnreadableException("no permission to read the file", 0, e);
        } catch (NoSuchFileException e) {
            throw new UnreadableException("no such file", 0, e);
        } catch (IOException e) {
            throw new UnreadableException("the file cannot be read: " + e.getMessage(), 0, e);
        }
    }

    /** Checks what the file says about itself, before memory is spent on it. */
    private static Metadata header(byte[] bytes, long digest) throws UnreadableException {
        FileType type;
        Metadata metadata;
        try {
            type = FileTypeDetector.detectFileType(new BufferedInputStream(new ByteArrayInputStream(bytes)));
            if (!TYPES.contains(type)) {
                throw new UnreadableException(
                        type == FileType.Unknown
                                ? "not a picture"
                                : "not a picture this program reads, but " + type.getName(),
                        digest,
                        null);
            }
            metadata = ImageMetadataReader.readMetadata(new ByteArrayInputStream(bytes), bytes.length, type);
        } catch (ImageProcessingException | IOException | RuntimeException e) {
            throw new UnreadableException("damaged: its header cannot be read: " + e.getMessage(), digest, e);
        }
        PictureSize size = PictureSize.of(metadata);
        if (size == null) {
            throw new UnreadableException("damaged: its header gives no size", digest, null);
        }
        if (size.pixels() > MAX_PIXELS) {
            throw new UnreadableException(
                    "too large: " + size.width() + "x" + size.height() + " pixels, the limit is " + MAX_PIXELS
                            + " pixels",
                    digest,
                    null);
        }
        return metadata;
    }

    private static Mat decode(byte[] bytes, long digest) throws UnreadableException {
        Mat bgr;
        try (BytePointer copy = new BytePointer(bytes);
                Mat encoded = new Mat(1, bytes.length, CV_8UC1, copy)) {
            bgr = imdecode(encoded, IMREAD_COLOR);
        } catch (RuntimeException e) { // how OpenCV's exceptions arrive
            throw new UnreadableException("damaged: it cannot be decoded: " + e.getMessage(), digest, e);
        }
        if (bgr.empty()) {
            bgr.close();
            throw new UnreadableException("damaged: it cannot be decoded", digest, null);
        }
        return bgr;
    }
}
