package io.sightlog.pictures;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Pictures as JPEGs in memory. Stateless. */
final class JpegBytes {
    private JpegBytes() {}

    /**
     * @param bgr 8-bit BGR
     * @param quality 1..100
     * @throws UndrawableException when no JPEG can hold it: a side has more than 65,500 pixels
     */
    static byte[] of(Mat bgr, int quality) throws UndrawableException {
        try (BytePointer encoded = new BytePointer();
                IntPointer parameters = new IntPointer(IMWRITE_JPEG_QUALITY, quality)) {
            if (!imencode(".jpg", bgr, encoded, parameters)) {
                throw new UndrawableException("no JPEG can hold its " + bgr.cols() + "x" + bgr.rows() + " pixels");
            }
            byte[] bytes = new byte[Math.toIntExact(encoded.limit())];
            encoded.get(bytes);
            return bytes;
        } catch (RuntimeException e) { // how OpenCV's exceptions arrive
            throw new UndrawableException(
                    "no JPEG can be made of its " + bgr.cols() + "x" + bgr.rows() + " pixels: " + e.getMessage());
        }
    }
}
