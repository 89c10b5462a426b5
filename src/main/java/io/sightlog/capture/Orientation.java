package io.sightlog.capture;

import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_core.transpose;

import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * How stored pixels lie in the picture that is shown: one of the eight ways to turn and mirror a rectangle.
 *
 * @param transposed rows become columns, before anything is mirrored
 * @param mirrored left and right change places
 * @param upsideDown top and bottom change places
 */
public record Orientation(boolean transposed, boolean mirrored, boolean upsideDown) {
    public static final Orientation UPRIGHT = new Orientation(false, false, false);

    /** Of a display matrix. */
    static final int MATRIX_BYTES = 9 * Integer.BYTES;

    /**
     * Of a container's or stream's display matrix: {@code x' = m[0] x + m[3] y, y' = m[1] x + m[4] y}. What is not one
     * of the eight is taken for the nearest of them.
     *
     * @param m {@link #MATRIX_BYTES} long
     */
    static Orientation of(IntPointer m) {
        long straight = Math.abs((long) m.get(0)) + Math.abs((long) m.get(4));
        long across = Math.abs((long) m.get(1)) + Math.abs((long) m.get(3));
        return straight >= across
                ? new Orientation(false, m.get(0) < 0, m.get(4) < 0)
                : new Orientation(true, m.get(3) < 0, m.get(1) < 0);
    }

    /** @return a continuous picture that the caller owns */
    public Mat applied(Mat stored) {
        Mat picture = new Mat();
        if (transposed) {
            transpose(stored, picture);
        } else {
            stored.copyTo(picture);
        }
        if (mirrored || upsideDown) {
            flip(picture, picture, !mirrored ? 0 : upsideDown ? -1 : 1);
        }
        return picture;
    }
}
