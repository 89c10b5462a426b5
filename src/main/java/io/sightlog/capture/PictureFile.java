package io.sightlog.capture;

import io.sightlog.capture.Still.Pixels;
import io.sightlog.capture.Still.Stills;
import io.sightlog.event.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * A file with one picture, several, or one that moves, read into native memory. What is in it is found and measured here, and
 * decoded when it is asked for. Close it when done. One thread at a time.
 */
public final class PictureFile implements AutoCloseable {
    private static final String OUTSIDE = "damaged: it ends early, or its header leads outside of it";

    private final BytePointer memory;
    private final ByteBuffer file;
    private final long digest;
    private final @Nullable Stills stills;
    private final @Nullable Animation animation;

    /** Of a picture in pixels, upright. */
    public record Size(int width, int height) {}

    /** One of the two. */
    private record Contents(
            @Nullable Stills stills, @Nullable Animation animation) {
        static Contents of(Still only) {
            return new Contents(Stills.one(only), null);
        }
    }

    private PictureFile(BytePointer memory, long bytes) throws UnreadableException {
        this.memory = memory;
        this.file = memory.asByteBuffer().limit((int) bytes).slice();
        this.digest = Digest.of(file);
        try {
            Contents contents = contents(PictureType.of(file));
            animation = contents.animation;
            stills = contents.stills;
        } catch (UnreadableException e) {
            throw new UnreadableException(e.getMessage(), digest, e);
        } catch (IndexOutOfBoundsException e) { // a length or an offset that leads outside of the file
            throw new UnreadableException(OUTSIDE, digest, e);
        }
    }

    /**
     * Reads a file.
     *
     * @throws UnreadableException when it cannot be read, is no picture, is damaged or too large, or of a kind that is not read
     */
    public static PictureFile open(Path file) throws UnreadableException {
        MediaLibraries.forPictures();
        try {
            if (!Files.isRegularFile(file)) {
                throw new UnreadableException(Files.exists(file) ? "not a regular file" : "no such file");
            }
            try (FileChannel channel = FileChannel.open(file)) {
                return read(channel);
            }
        } catch (AccessDeniedException e) {
            throw new UnreadableException("no permission to read the file", 0, e);
        } catch (NoSuchFileException e) {
            throw new UnreadableException("no such file", 0, e);
        } catch (IOException e) {
            throw new UnreadableException("the file cannot be read: " + e.getMessage(), 0, e);
        } catch (OutOfMemoryError e) {
            throw new UnreadableException(Pictures.NO_MEMORY, 0, e);
        }
    }

    /**
     * Reads a file that is in memory already.
     *
     * @param file its bytes, which are copied
     * @throws UnreadableException when it is no picture, is damaged or too large, or of a kind that is not read
     */
    public static PictureFile of(byte[] file) throws UnreadableException {
        MediaLibraries.forPictures();
        try {
            BytePointer memory = memory(file.length);
            try {
                memory.put(file, 0, file.length);
                return new PictureFile(memory, file.length);
            } catch (UnreadableException | RuntimeException e) {
                memory.close();
                throw e;
            }
        } catch (OutOfMemoryError e) {
            throw new UnreadableException(Pictures.NO_MEMORY, 0, e);
        }
    }

    /** Whether a file begins as one of the kinds that are read here; false also when it cannot be read. */
    public static boolean isOne(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer head = ByteBuffer.allocate(PictureType.HEAD_BYTES);
            while (head.hasRemaining() && channel.read(head) >= 0) {}
            PictureType type = PictureType.of(head.flip());
            return type != PictureType.OTHER && type != PictureType.UNKNOWN;
        } catch (IOException e) {
            return false;
        }
    }

    private static PictureFile read(FileChannel channel) throws IOException, UnreadableException {
        long size = channel.size();
        BytePointer memory = memory(size);
        try {
            ByteBuffer bytes = memory.asByteBuffer().limit((int) size);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
            return new PictureFile(memory, bytes.position());
        } catch (IOException | UnreadableException | RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    private static BytePointer memory(long size) throws UnreadableException {
        if (size == 0) {
            throw new UnreadableException("the file is empty");
        }
        if (size > Pictures.MAX_FILE_BYTES) {
            throw new UnreadableException("the file has " + size + " bytes, the limit is " + Pictures.MAX_FILE_BYTES);
        }
        requireMemory(size, "its " + size + " bytes");
        return new BytePointer(size + 2 * TiffFile.SPARE_BYTES);
    }

    private Contents contents(PictureType type) throws UnreadableException {
        return switch (type) {
            case JPEG -> new Contents(new JpegFile(memory, file), null);
            case PNG -> {
                PngFile png = new PngFile(file);
                Animation moving = png.animation();
                yield moving != null ? new Contents(null, moving) : Contents.of(png.still());
            }
            case WEBP -> {
                WebpFile webp = new WebpFile(file);
                Animation moving = webp.animation();
                yield moving != null ? new Contents(null, moving) : Contents.of(webp.still());
            }
            case GIF -> {
                Animation gif = new GifFile(file).animation();
                yield gif.frames().size() > 1 ? new Contents(null, gif) : Contents.of(only(gif));
            }
            case BMP -> Contents.of(new BmpFile(file).still());
            case TIFF -> new Contents(new TiffFile(memory, file), null);
            default -> throw new UnreadableException(refusal(PictureType.nameOfOther(file)));
        };
    }

    private static String refusal(@Nullable String name) {
        return name == null
                ? "not a picture"
                : "not supported: it is " + name + ", which this program does not read as a picture";
    }

    /** A GIF that does not move. */
    private static Still only(Animation one) throws UnreadableException {
        if (one.ending() != null) {
            throw new UnreadableException("damaged: " + one.ending());
        }
        return new Still(one.width(), one.height(), one.exif(), Animation.BYTES_PER_PIXEL, () -> {
            try (Canvas canvas = new Canvas(one);
                    Mat decoded = one.frames().get(0).pixels().decode()) {
                canvas.draw(one.frames().get(0), decoded);
                return canvas.bgr();
            }
        });
    }

    /** Of the file's bytes. */
    public long digest() {
        return digest;
    }

    /** Whether what is in it moves: then its frames are read like those of a video. */
    public boolean moves() {
        return animation != null;
    }

    /** How many pictures there are that do not move: pages of a TIFF, pictures of an MPO. 0 when it moves. */
    public int count() {
        return stills == null ? 0 : stills.count();
    }

    /** Whether it is a JPEG, of which any number of pictures may be in the file. */
    public boolean isJpeg() {
        return PictureType.of(file) == PictureType.JPEG;
    }

    /**
     * Measures one of the pictures, without decoding it.
     *
     * @param number from 0, less than {@link #count}
     * @throws UnreadableException when it is damaged or too large
     */
    public Size size(int number) throws UnreadableException {
        Still still = measured(number);
        boolean sideways = still.exif().sideways();
        return new Size(
                (int) (sideways ? still.height() : still.width()), (int) (sideways ? still.width() : still.height()));
    }

    private Still measured(int number) throws UnreadableException {
        try {
            Still still = java.util.Objects.requireNonNull(stills, "it moves").still(number);
            requireSize(still);
            return still;
        } catch (UnreadableException e) {
            throw new UnreadableException(e.getMessage(), digest, e);
        } catch (IndexOutOfBoundsException e) {
            throw new UnreadableException(OUTSIDE, digest, e);
        }
    }

    /**
     * Decodes one of the pictures.
     *
     * @param number from 0, less than {@link #count}
     * @return upright; the caller owns it
     * @throws UnreadableException when it is damaged or too large, which is found out before memory is taken for it
     */
    public Pictures.Picture picture(int number) throws UnreadableException {
        long started = System.nanoTime();
        Still still = measured(number);
        try {
            Mat upright = guarded(
                    () -> Upright.of(still.pixels().decode(), still.exif().orientation()));
            return new Pictures.Picture(upright, digest, still.exif().takenNanos(), System.nanoTime() - started);
        } catch (UnreadableException e) {
            throw new UnreadableException(e.getMessage(), digest, e);
        } catch (IndexOutOfBoundsException e) {
            throw new UnreadableException(OUTSIDE, digest, e);
        }
    }

    /**
     * The frames of what moves. Closing them closes this.
     *
     * @throws UnreadableException when it is too large
     */
    public FrameReader frames() throws UnreadableException {
        Animation moving = java.util.Objects.requireNonNull(animation, "it does not move");
        try {
            requireSize(moving.measured());
            return new AnimationReader(this, moving);
        } catch (UnreadableException e) {
            throw new UnreadableException(e.getMessage(), digest, e);
        } catch (OutOfMemoryError e) {
            throw new UnreadableException(Pictures.NO_MEMORY, digest, e);
        }
    }

    /** Decodes; what goes wrong becomes a reason, a lack of memory like any other. */
    static Mat guarded(Pixels pixels) throws UnreadableException {
        try {
            return pixels.decode();
        } catch (OutOfMemoryError e) {
            throw new UnreadableException(Pictures.NO_MEMORY, 0, e);
        } catch (IndexOutOfBoundsException e) {
            throw new UnreadableException(OUTSIDE, 0, e);
        } catch (RuntimeException e) { // how OpenCV's exceptions arrive
            boolean memory = String.valueOf(e.getMessage()).contains("Insufficient memory");
            throw new UnreadableException(
                    memory ? Pictures.NO_MEMORY : "damaged: it cannot be decoded: " + e.getMessage(), 0, e);
        }
    }

    private void requireSize(Still still) throws UnreadableException {
        String size = still.width() + "x" + still.height() + " pixels";
        if (still.pixelCount() > Pictures.MAX_PIXELS) {
            throw new UnreadableException("too large: " + size + ", the limit is " + Pictures.MAX_PIXELS + " pixels");
        }
        int turned = still.exif().orientation() == 1 ? 0 : Still.BGR_BYTES;
        requireMemory(file.limit() + still.pixelCount() * (still.bytesPerPixel() + turned), size);
    }

    /** JavaCPP takes as much native memory as the heap may have, unless it was given a limit of its own. */
    private static void requireMemory(long bytes, String what) throws UnreadableException {
        long limit = Pointer.maxBytes() > 0
                ? Pointer.maxBytes()
                : Runtime.getRuntime().maxMemory();
        if (bytes > limit) {
            throw new UnreadableException("too large: " + what + " need " + (bytes >> 20)
                    + " MiB, this process may take " + (limit >> 20) + " MiB; SIGHTLOG_OPTS=-Xmx4g gives it more");
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
