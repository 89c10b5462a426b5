package io.sightlog.capture;

import static org.bytedeco.opencv.global.opencv_core.CV_16U;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC4;

import io.sightlog.capture.Animation.Disposal;
import io.sightlog.capture.Animation.Part;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.jspecify.annotations.Nullable;

/** What the frames of an animation are drawn on, one after the other. Owned by one thread. */
final class Canvas implements AutoCloseable {
    private final Mat picture;
    private final boolean mixed;
    private @Nullable Part last;
    private @Nullable Mat before;

    Canvas(Animation animation) {
        mixed = animation.mixed();
        try (Scalar background = colour(animation.background())) {
            picture = new Mat((int) animation.height(), (int) animation.width(), CV_8UC4, background);
        }
    }

    private static Scalar colour(int bgr) {
        return new Scalar(bgr & 0xff, bgr >> 8 & 0xff, bgr >> 16 & 0xff, 0);
    }

    /** Does what the frame before wants done, and keeps what this one may want back. */
    void next(Part part) {
        if (last != null && last.disposal() == Disposal.CLEARED) {
            try (Rect area = area(last);
                    Mat region = new Mat(picture, area);
                    Scalar colour = colour(last.cleared())) {
                region.put(colour);
            }
        } else if (last != null && last.disposal() == Disposal.UNDONE && before != null) {
            try (Rect area = area(last);
                    Mat region = new Mat(picture, area)) {
                before.copyTo(region);
            }
        }
        forget();
        last = part;
        if (part.disposal() == Disposal.UNDONE) {
            try (Rect area = area(part);
                    Mat region = new Mat(picture, area)) {
                before = region.clone();
            }
        }
    }

    private Rect area(Part part) {
        return new Rect(part.x(), part.y(), part.width(), part.height());
    }

    /** Whether a frame lies inside of the canvas. */
    boolean holds(Part part) {
        return part.x() >= 0
                && part.y() >= 0
                && part.width() > 0
                && part.height() > 0
                && part.x() + (long) part.width() <= picture.cols()
                && part.y() + (long) part.height() <= picture.rows();
    }

    /** @param decoded of the part's size */
    void draw(Part part, Mat decoded) {
        try (Mat frame = bgra(decoded)) {
            byte[] from = new byte[4 * part.width()];
            byte[] to = new byte[4 * part.width()];
            for (int y = 0; y < part.height(); y++) {
                try (BytePointer source = frame.ptr(y);
                        BytePointer target = picture.ptr(part.y() + y, part.x())) {
                    source.get(from);
                    if (part.blended()) {
                        target.get(to);
                        blend(from, to);
                    }
                    target.put(part.blended() ? to : from);
                }
            }
        }
    }

    private void blend(byte[] from, byte[] to) {
        for (int i = 0; i < from.length; i += 4) {
            int alpha = from[i + 3] & 0xff;
            if (alpha == 255) {
                System.arraycopy(from, i, to, i, 4);
            } else if (alpha > 0) {
                int under = mixed ? 255 - alpha : (to[i + 3] & 0xff) * (255 - alpha) / 255;
                int sum = alpha + under;
                for (int colour = i; colour < i + 3; colour++) {
                    to[colour] = (byte) (((from[colour] & 0xff) * alpha + (to[colour] & 0xff) * under + sum / 2) / sum);
                }
                to[i + 3] = (byte) sum;
            }
        }
    }

    private static Mat bgra(Mat decoded) {
        Mat eight = new Mat();
        if (decoded.depth() == CV_16U) {
            decoded.convertTo(eight, CV_8U, 1 / 257.0, 0);
        } else {
            decoded.copyTo(eight);
        }
        if (eight.channels() == 4) {
            return eight;
        }
        try (eight) {
            Mat bgra = new Mat();
            opencv_imgproc.cvtColor(
                    eight,
                    bgra,
                    eight.channels() == 1 ? opencv_imgproc.COLOR_GRAY2BGRA : opencv_imgproc.COLOR_BGR2BGRA);
            return bgra;
        }
    }

    /** What is seen, without its alpha. The caller owns it. */
    Mat bgr() {
        Mat bgr = new Mat(picture.rows(), picture.cols(), CV_8UC3);
        opencv_imgproc.cvtColor(picture, bgr, opencv_imgproc.COLOR_BGRA2BGR);
        return bgr;
    }

    private void forget() {
        if (before != null) {
            before.close();
            before = null;
        }
    }

    @Override
    public void close() {
        forget();
        picture.close();
    }
}
