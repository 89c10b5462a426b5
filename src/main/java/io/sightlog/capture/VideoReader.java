package io.sightlog.capture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one video file in order. Owned by one thread; close it to free its native memory.
 *
 * <pre>{@code
 * try (VideoReader video = VideoReader.open(file)) {
 *     while (video.advance()) {
 *         try (Mat picture = video.picture()) {
 *             System.out.println(video.number() + " " + Digest.hex(Pictures.digest(picture)));
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>It speaks to FFmpeg itself and not through JavaCV's frame grabber, because that one passes over whatever cannot be
 * decoded without a word. Here every packet is accounted for: it gives a sound frame, or an exception says why not. Frames
 * look as FFmpeg's own programs show them, in orientation and colours, and the same file gives the same bytes.
 */
public final class VideoReader implements FrameReader {
    private final VideoFile file;
    private final FrameDecoder decoder;
    private final BgrPictures pictures = new BgrPictures();

    private long number = -1;
    private long nextNumber;
    private long positionNanos;
    private boolean ended;

    private VideoReader(VideoFile file) throws UnreadableException {
        this.file = file;
        this.decoder = new FrameDecoder(file);
    }

    /** @throws UnreadableException when it cannot be read, holds no video that can be decoded, or is too large */
    public static VideoReader open(Path path) throws UnreadableException {
        MediaLibraries.forVideos();
        if (!Files.isRegularFile(path)) {
            throw new UnreadableException(Files.exists(path) ? "not a regular file" : "no such file");
        }
        if (!Files.isReadable(path)) {
            throw new UnreadableException("no permission to read the file");
        }
        VideoFile file = new VideoFile(path);
        try {
            return new VideoReader(file);
        } catch (UnreadableException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Whether a file of any name begins as a video; false also when it cannot be read. */
    public static boolean isOne(Path file) {
        return Source.beginsAsVideo(file);
    }

    /** Its picture is made only when {@linkplain #picture asked for}, so passing over frames is cheap. */
    @Override
    public boolean advance() throws UnreadableException {
        if (ended) {
            return false;
        }
        number = nextNumber;
        switch (decoder.next()) {
            case FRAME -> {
                nextNumber = number + 1;
                positionNanos = decoder.positionNanos();
                VideoFile.requireSize(decoder.frame().width(), decoder.frame().height());
                return true;
            }
            case LOST -> {
                nextNumber = number + decoder.lost().frames();
                positionNanos = decoder.lost().positionNanos();
                throw new UnreadableException(decoder.lost().reason());
            }
            default -> {
                end();
                return false;
            }
        }
    }

    /** Says once what is missing at the end, or was left out. */
    private void end() throws UnreadableException {
        ended = true;
        positionNanos = decoder.endNanos();
        List<String> reasons = new ArrayList<>();
        String missing = file.tail().missing();
        if (missing != null) {
            reasons.add(missing);
        } else if (number == 0) {
            reasons.add("no frames in it, though its header announces a video");
        }
        int others = file.header().otherTracks();
        if (others > 0) {
            reasons.add(
                    "not looked at: " + others + " more video " + (others == 1 ? "track" : "tracks") + " in the file");
        }
        if (!reasons.isEmpty()) {
            throw new UnreadableException(String.join("; ", reasons));
        }
    }

    @Override
    public Mat picture() throws UnreadableException {
        return pictures.convert(decoder.frame(), file.orientation());
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public long nextNumber() {
        return nextNumber;
    }

    @Override
    public long positionNanos() {
        return positionNanos;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    /** What the file says about itself. */
    public VideoHeader header() {
        return file.header();
    }

    @Override
    public int width() {
        return header().width();
    }

    @Override
    public int height() {
        return header().height();
    }

    @Override
    public double framesPerSecond() {
        return header().framesPerSecond();
    }

    @Override
    public long totalFrames() {
        return header().totalFrames();
    }

    @Override
    public @Nullable Long createdNanos() {
        return header().createdNanos();
    }

    @Override
    public void close() {
        ended = true;
        pictures.close();
        decoder.close();
        file.close();
    }
}
