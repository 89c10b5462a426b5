package io.sightlog.capture;

import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * A decoded frame. Whoever has it owns its picture, and closes the frame when done; the picture is gone then.
 *
 * @param picture 8-bit BGR, continuous, upright: turned as EXIF or the video says
 * @param decodeNanos reading and decoding, in a video everything since the frame given before; without the digest
 * @param framesPerSecond of the video, 0 when unknown or a picture
 * @param totalFrames of the video, as its header says, 0 when unknown; 1 for a picture
 */
public record Frame(
        String source,
        long number,
        long positionNanos,
        long capturedNanos,
        long digest,
        Mat picture,
        long decodeNanos,
        double framesPerSecond,
        long totalFrames,
        @Nullable Live live)
        implements Captured, AutoCloseable {
    /** Of a file. */
    public Frame(
            String source,
            long number,
            long positionNanos,
            long capturedNanos,
            long digest,
            Mat picture,
            long decodeNanos,
            double framesPerSecond,
            long totalFrames) {
        this(
                source,
                number,
                positionNanos,
                capturedNanos,
                digest,
                picture,
                decodeNanos,
                framesPerSecond,
                totalFrames,
                null);
    }

    /** In pixels. */
    public int width() {
        return picture.cols();
    }

    /** In pixels. */
    public int height() {
        return picture.rows();
    }

    @Override
    public void close() {
        picture.close();
    }
}
