package io.sightlog.pictures;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.sightlog.event.Event;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** A picture as it is shown: no larger than wanted, with boxes when wanted. Stateless. */
final class Painted {
    private static final int QUALITY = 85;

    private Painted() {}

    /**
     * @param bgr 8-bit BGR; may be painted over
     * @param maxSide what the longer side has at most, in pixels
     */
    static byte[] jpeg(Mat bgr, Event event, int maxSide, boolean boxes) throws UndrawableException {
        if (Math.max(bgr.cols(), bgr.rows()) <= maxSide) {
            return painted(bgr, event, boxes);
        }
        try (Mat smaller = smaller(bgr, maxSide)) {
            return painted(smaller, event, boxes);
        }
    }

    /** Boxes come last, so that their lines and letters can be seen at any size. */
    private static byte[] painted(Mat bgr, Event event, boolean boxes) throws UndrawableException {
        if (boxes) {
            BoxPainter.paint(bgr, KeptPictures.boxes(event, bgr));
        }
        return JpegBytes.of(bgr, QUALITY);
    }

    private static Mat smaller(Mat bgr, int maxSide) throws UndrawableException {
        double scale = (double) maxSide / Math.max(bgr.cols(), bgr.rows());
        int width = (int) Math.max(1, Math.round(bgr.cols() * scale));
        int height = (int) Math.max(1, Math.round(bgr.rows() * scale));
        Mat smaller = new Mat();
        try (Size size = new Size(width, height)) {
            resize(bgr, smaller, size, 0, 0, INTER_AREA);
            return smaller;
        } catch (RuntimeException e) { // how OpenCV's exceptions arrive
            smaller.close();
            throw new UndrawableException("it cannot be made smaller: " + e.getMessage());
        }
    }
}
