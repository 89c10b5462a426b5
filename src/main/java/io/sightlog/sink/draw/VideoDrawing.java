package io.sightlog.sink.draw;

import io.sightlog.capture.FrameReader;
import io.sightlog.capture.PictureFile;
import io.sightlog.capture.UnreadableException;
import io.sightlog.capture.VideoNames;
import io.sightlog.capture.VideoReader;
import io.sightlog.pictures.Box;
import io.sightlog.pictures.BoxPainter;
import io.sightlog.pictures.SameFrame;
import io.sightlog.pictures.UndrawableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * A video on its way from its source to its annotated copy. Boxes stay until the next event's, and after the last one
 * for as many frames as events were apart at most: what comes then was not looked at. A frame that cannot be
 * decoded is shown as the one before it. Where its frames change their size, the copy goes on in another file. One thread
 * at a time.
 */
final class VideoDrawing implements AutoCloseable {
    private final Path source;
    private final FrameReader reader;
    private final VideoShape shape;
    private final Scratches scratches;
    private final List<Path> parts = new ArrayList<>();
    private @Nullable VideoEncoder encoder;

    private Mat shown = new Mat();
    private List<Box> boxes = List.of();
    private long frames;
    private long firstTick;
    private long lastTick = -1;
    private long lastFrame = -1;
    private long longestStep = 1;
    private long lastSequence = -1;
    private long drawnNanoTime = System.nanoTime();

    /** Gives paths of files that do not exist yet. */
    @FunctionalInterface
    interface Scratches {
        Path next() throws IOException;
    }

    /** What an event says of the frame it is about: 0 where it does not. */
    public record Seen(long frame, long sequence, int width, int height, long digest, List<Box> boxes) {}

    /**
     * @param file the video, or the picture that moves
     * @param scratches where the parts of the copy are written
     * @throws UnreadableException when the video cannot be read
     */
    VideoDrawing(Path file, Scratches scratches) throws UnreadableException {
        this.source = file;
        this.scratches = scratches;
        PictureFile picture = moving(file);
        if (picture != null) {
            this.reader = picture.frames();
            this.shape = VideoShape.of(reader);
        } else {
            VideoReader video = VideoReader.open(file);
            this.reader = video;
            this.shape = VideoShape.of(video.header());
        }
    }

    /** Null for a video. */
    private static @Nullable PictureFile moving(Path file) throws UnreadableException {
        boolean video = VideoNames.isVideo(file.toString()) || !PictureFile.isOne(file); // a row of JPEGs begins as one
        return video ? null : PictureFile.open(file);
    }

    Path source() {
        return source;
    }

    /** The files that the copy consists of, in order: more than one when frames change their size. */
    List<Path> parts() {
        return parts;
    }

    /** Number of the frame that the last event was about, -1 before the first. */
    long lastFrame() {
        return lastFrame;
    }

    /** Sequence of the last event, -1 before the first. */
    long lastSequence() {
        return lastSequence;
    }

    /** When the last event was drawn, on the clock of {@link System#nanoTime}. */
    long drawnNanoTime() {
        return drawnNanoTime;
    }

    /** Frames written so far. */
    long frames() {
        return frames;
    }

    /**
     * Writes all frames up to one, and that one with its boxes.
     *
     * @param seen of a frame after {@link #lastFrame}
     * @throws UndrawableException when the video is not the one that the event is about
     * @throws UnreadableException when the frame cannot be decoded
     */
    void draw(Seen seen) throws UndrawableException, UnreadableException, IOException {
        while (reader.nextNumber() < seen.frame) {
            if (!copyNext()) {
                throw tooShort(seen.frame);
            }
        }
        if (reader.nextNumber() > seen.frame) {
            throw new UndrawableException("it has changed since: frame " + seen.frame + " cannot be decoded");
        }
        if (!reader.advance()) {
            throw tooShort(seen.frame);
        }
        show(reader.picture());
        SameFrame.check(shown, seen.frame, seen.digest, seen.width, seen.height);
        boxes = seen.boxes;
        if (lastFrame >= 0) {
            longestStep = Math.max(longestStep, seen.frame - lastFrame);
        }
        lastFrame = seen.frame;
        lastSequence = seen.sequence;
        drawnNanoTime = System.nanoTime();
        paintAndWrite();
    }

    private UndrawableException tooShort(long wanted) {
        return new UndrawableException(
                "it ends after " + frames + (frames == 1 ? " frame" : " frames") + ", before frame " + wanted);
    }

    /** Whether there was another frame. */
    private boolean copyNext() throws IOException {
        try {
            if (!reader.advance()) {
                return false;
            }
            show(reader.picture());
        } catch (UnreadableException e) {
            if (reader.ended()) {
                return false; // no player shows more of it either
            }
            repeat(reader.nextNumber() - reader.number());
            return true;
        }
        paintAndWrite();
        return true;
    }

    private void repeat(long times) throws IOException {
        for (long i = 0; i < times && !shown.empty(); i++) {
            write();
        }
    }

    private void show(Mat picture) {
        shown.close();
        shown = picture;
    }

    private void paintAndWrite() throws IOException {
        BoxPainter.paint(shown, boxes);
        write();
    }

    private void write() throws IOException {
        long tick = shape.rate().tick(reader.positionNanos());
        VideoEncoder open = encoder;
        if (open == null || !open.takes(shown)) {
            firstTick = open == null ? 0 : tick;
            lastTick = -1;
            open = nextPart(open);
        }
        lastTick = Math.max(lastTick + 1, tick - firstTick);
        open.write(shown, lastTick);
        frames++;
    }

    private VideoEncoder nextPart(@Nullable VideoEncoder before) throws IOException {
        if (before != null) {
            before.finish();
        }
        Path scratch = scratches.next();
        VideoEncoder fresh = new VideoEncoder(
                scratch, shown.cols(), shown.rows(), shape.rate(), shape.aspectNum(), shape.aspectDen());
        parts.add(scratch);
        encoder = fresh;
        return fresh;
    }

    /**
     * Goes on to the end of the video and completes the copy.
     *
     * @param stop asked between frames; when true, the copy ends there
     */
    void finish(BooleanSupplier stop) throws IOException {
        boolean more = true;
        while (more && !stop.getAsBoolean()) {
            if (reader.nextNumber() - lastFrame >= longestStep) {
                boxes = List.of();
            }
            more = copyNext();
        }
        if (encoder != null) {
            encoder.finish();
        }
    }

    /** Lets go of all files, without completing the copy. */
    @Override
    public void close() {
        if (encoder != null) {
            encoder.close();
        }
        reader.close();
        shown.close();
    }
}
