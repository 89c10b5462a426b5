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
    private static final long FIRST_STEP_BACK_NANOS = 1_000_000_000;
    private static final int STEP_BACK_GROWS = 4;

    private final VideoFile file;
    private FrameDecoder decoder;
    private final BgrPictures pictures = new BgrPictures();

    private long number = -1;
    private long nextNumber;
    private long positionNanos;
    private boolean ended;
    /** Whether frames are read from elsewhere than the first, which leaves their numbers unknown. */
    private boolean sought;
    /** Whether the decoder is at a frame that was not asked for yet. */
    private boolean waits;

    private VideoReader(VideoFile file) throws UnreadableException {
        this.file = file;
        this.decoder = new FrameDecoder(file);
    }

    /** @throws UnreadableException when it cannot be read, holds no video that can be decoded, or is too large */
    public static VideoReader open(Path path) throws UnreadableException {
        MediaLibraries.forVideos();
        return opened(path, null);
    }

    /**
     * Likewise, reading no longer than to a time: after it the file ends, wherever it is, or cannot be opened. {@link #readUntil} gives
     * another time.
     *
     * @param nanoTime as {@link System#nanoTime} counts
     */
    public static VideoReader open(Path path, long nanoTime) throws UnreadableException {
        MediaLibraries.forVideos();
        return opened(path, nanoTime);
    }

    private static VideoReader opened(Path path, @Nullable Long nanoTime) throws UnreadableException {
        if (!Files.isRegularFile(path)) {
            throw new UnreadableException(Files.exists(path) ? "not a regular file" : "no such file");
        }
        if (!Files.isReadable(path)) {
            throw new UnreadableException("no permission to read the file");
        }
        VideoFile file = new VideoFile(path, nanoTime == null ? null : new ReadBound(nanoTime));
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
        FrameDecoder.Outcome outcome = waits ? FrameDecoder.Outcome.FRAME : decoder.next();
        waits = false;
        switch (outcome) {
            case FRAME -> {
                nextNumber = sought ? number : number + 1;
                positionNanos = decoder.positionNanos();
                VideoFile.requireSize(decoder.frame().width(), decoder.frame().height());
                return true;
            }
            case LOST -> {
                nextNumber = sought ? number : number + decoder.lost().frames();
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
        if (sought) {
            return; // what was not read cannot be missed
        }
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

    /**
     * Goes to a key frame at a place or before it, from which the frame at that place can be decoded. What {@link #advance} gives next
     * lies there, or is the first of the video. Frames that are damaged between the two are passed over. The numbers of frames are not
     * known any more: {@link #number} and {@link #nextNumber} are -1 from now on.
     *
     * <p>It is the file that says where its key frames are: whoever needs to know that a frame is the one it was compares its digest.
     *
     * @param nanos 0 or more, on the clock of {@link #positionNanos}
     * @throws UnreadableException when the container gives no way there; this can only be closed then
     */
    public void seek(long nanos) throws UnreadableException {
        if (number < 0 && !sought) {
            requireFrame(); // with the first one it is known where the clock begins
        }
        sought = true;
        number = -1;
        nextNumber = -1;
        ended = false;
        waits = true;
        long back = 0;
        while (back < nanos) {
            decoder = decoder.at(nanos - back);
            if (hasFrame() && decoder.positionNanos() <= nanos) {
                return;
            }
            back = Math.max(FIRST_STEP_BACK_NANOS, STEP_BACK_GROWS * back);
        }
        decoder = decoder.at(0);
        requireFrame();
    }

    private void requireFrame() throws UnreadableException {
        if (!hasFrame()) {
            throw new UnreadableException("no frame of it can be decoded there");
        }
    }

    private boolean hasFrame() {
        FrameDecoder.Outcome outcome = decoder.next();
        while (outcome == FrameDecoder.Outcome.LOST) {
            outcome = decoder.next();
        }
        return outcome == FrameDecoder.Outcome.FRAME;
    }

    /**
     * Until when it is read, in place of the time it was opened with.
     *
     * @param nanoTime as {@link System#nanoTime} counts
     */
    public void readUntil(long nanoTime) {
        file.readUntil(nanoTime);
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
