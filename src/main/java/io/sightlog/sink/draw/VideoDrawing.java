package io.sightlog.sink.draw;

import io.sightlog.event.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A video on its way from its source to its annotated copy. Boxes stay until the next event's. One thread at a time.
 */
final class VideoDrawing implements AutoCloseable {
    private final Path source;
    private final VideoReader reader;
    private final VideoRate rate;
    private final Path scratch;
    private final VideoEncoder encoder;

    private List<Box> boxes = List.of();
    private long firstMicros;
    private long lastTick = -1;
    private long lastFrame = -1;
    private long lastSequence = -1;
    private long drawnNanoTime = System.nanoTime();

    /**
     * @param file the video
     * @param scratch where the copy is written
     * @throws UndrawableException when the video cannot be read
     * @throws IOException when the copy cannot be written
     */
    VideoDrawing(Path file, Path scratch) throws UndrawableException, IOException {
        this.source = file;
        this.reader = new VideoReader(file);
        this.rate = reader.rate();
        this.scratch = scratch;
        try {
            this.encoder = new VideoEncoder(
                    scratch, reader.width(), reader.height(), rate, reader.aspectNum(), reader.aspectDen());
        } catch (IOException | RuntimeException e) {
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
        return reader.frames();
    }

    /**
     * Writes all frames up to one, and that one with its boxes.
     *
     * @param frame larger than {@link #lastFrame}
     * @param digest of the decoded frame, 0 when unknown
     * @throws UndrawableException when the video is not the one that the event is about
     */
    void draw(long frame, long sequence, long digest, List<Box> seen) throws UndrawableException, IOException {
        while (reader.frames() < frame) {
            write(next(frame));
        }
        Mat picture = next(frame);
        if (digest != 0) {
            long found = Digest.of(picture.createBuffer());
            if (found != digest) {
                throw new UndrawableException("it has changed since: digest of frame " + frame + " is "
                        + Digest.hex(found) + ", not " + Digest.hex(digest));
            }
        }
        boxes = seen;
        lastFrame = frame;
        lastSequence = sequence;
        drawnNanoTime = System.nanoTime();
        write(picture);
    }

    private Mat next(long wanted) throws UndrawableException {
        Mat picture = reader.next();
        if (picture == null) {
            throw new UndrawableException("it ends after " + reader.frames() + " frames, before frame " + wanted);
        }
        return picture;
    }

    private void write(Mat picture) throws UndrawableException, IOException {
        if (picture.cols() != reader.width() || picture.rows() != reader.height()) {
            throw new UndrawableException("its frames change their size to " + picture.cols() + "x" + picture.rows());
        }
        BoxPainter.paint(picture, boxes);
        if (lastTick < 0) {
            firstMicros = reader.micros();
        }
        lastTick = Math.max(lastTick + 1, rate.tick(reader.micros() - firstMicros));
        encoder.write(picture, lastTick);
    }

    /**
     * Goes on to the end of the video with the last boxes and completes the copy.
     *
     * @param stop asked between frames; when true, the copy ends there
     */
    void finish(BooleanSupplier stop) throws IOException {
        try {
            Mat picture;
            while (!stop.getAsBoolean() && (picture = reader.next()) != null) {
                write(picture);
            }
        } catch (UndrawableException e) {
            // the rest cannot be decoded: no player shows more of it either
        }
        encoder.finish();
    }

    /** Lets go of both files, without completing the copy. */
    @Override
    public void close() {
        encoder.close();
        reader.close();
    }
}
