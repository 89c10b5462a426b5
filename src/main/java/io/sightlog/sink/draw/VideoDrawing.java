package io.sightlog.sink.draw;

import io.sightlog.capture.Pictures;
import io.sightlog.capture.UnreadableException;
import io.sightlog.capture.VideoReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A video on its way from its source to its annotated copy. Boxes stay until the next event's; a frame that cannot be
 * decoded is shown as the one before it. One thread at a time.
 */
final class VideoDrawing implements AutoCloseable {
    private final Path source;
    private final VideoReader reader;
    private final VideoRate rate;
    private final Path scratch;
    private final VideoEncoder encoder;

    private Mat shown = new Mat();
    private List<Box> boxes = List.of();
    private long frames;
    private long lastTick = -1;
    private long lastFrame = -1;
    private long lastSequence = -1;
    private long drawnNanoTime = System.nanoTime();

    /**
     * @param file the video
     * @param scratch where the copy is written
     * @throws UnreadableException when the video cannot be read
     * @throws IOException when the copy cannot be written
     */
    VideoDrawing(Path file, Path scratch) throws UndrawableException, UnreadableException, IOException {
        this.source = file;
        this.scratch = scratch;
        this.reader = VideoReader.open(file);
        try {
            VideoShape shape = VideoShape.of(file);
            this.rate = shape.rate();
            this.encoder = new VideoEncoder(
                    scratch, reader.width(), reader.height(), rate, shape.aspectNum(), shape.aspectDen());
        } catch (UndrawableException | IOException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    Path source() {
        return source;
    }

    Path scratch() {
        return scratch;
    }

    int width() {
        return reader.width();
    }

    int height() {
        return reader.height();
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
     * @param frame larger than {@link #lastFrame}
     * @param digest of the decoded frame, 0 when unknown
     * @throws UndrawableException when the video is not the one that the event is about
     * @throws UnreadableException when the frame cannot be decoded
     */
    void draw(long frame, long sequence, long digest, List<Box> seen)
            throws UndrawableException, UnreadableException, IOException {
        while (reader.number() < frame - 1) {
            if (!copyNext()) {
                throw tooShort(frame);
            }
        }
        if (!reader.advance()) {
            throw tooShort(frame);
        }
        show(reader.picture());
        if (digest != 0) {
            DrawSink.checkDigest("digest of frame " + frame, Pictures.digest(shown), digest);
        }
        boxes = seen;
        lastFrame = frame;
        lastSequence = sequence;
        drawnNanoTime = System.nanoTime();
        paintAndWrite();
    }

    private UndrawableException tooShort(long wanted) {
        return new UndrawableException(
                "it ends after " + frames + (frames == 1 ? " frame" : " frames") + ", before frame " + wanted);
    }

    /** Whether there was another frame. */
    private boolean copyNext() throws UndrawableException, IOException {
        try {
            if (!reader.advance()) {
                return false;
            }
            show(reader.picture());
        } catch (UnreadableException e) {
            if (reader.ended()) {
                return false; // no player shows more of it either
            }
            if (!shown.empty()) {
                write();
            }
            return true;
        }
        paintAndWrite();
        return true;
    }

    private void show(Mat picture) {
        shown.close();
        shown = picture;
    }

    private void paintAndWrite() throws UndrawableException, IOException {
        if (shown.cols() != reader.width() || shown.rows() != reader.height()) {
            throw new UndrawableException("its frames change their size to " + shown.cols() + "x" + shown.rows());
        }
        BoxPainter.paint(shown, boxes);
        write();
    }

    private void write() throws IOException {
        lastTick = Math.max(lastTick + 1, rate.tick(reader.positionNanos()));
        encoder.write(shown, lastTick);
        frames++;
    }

    /**
     * Goes on to the end of the video with the last boxes and completes the copy.
     *
     * @param stop asked between frames; when true, the copy ends there
     */
    void finish(BooleanSupplier stop) throws IOException {
        try {
            boolean more = true;
            while (more && !stop.getAsBoolean()) {
                more = copyNext();
            }
        } catch (UndrawableException e) {
            // the copy ends where its frames change their size
        }
        encoder.finish();
    }

    /** Lets go of both files, without completing the copy. */
    @Override
    public void close() {
        encoder.close();
        reader.close();
        shown.close();
    }
}
