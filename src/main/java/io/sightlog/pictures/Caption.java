package io.sightlog.pictures;

import static org.bytedeco.opencv.global.opencv_core.*;
import static org.bytedeco.opencv.global.opencv_imgproc.*;

import java.text.Normalizer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.jspecify.annotations.Nullable;

/**
 * Text in a filled box. OpenCV's line font is drawn several times too large and shrunk, which makes it smooth at any
 * size.
 *
 * @param text ASCII, the only characters the font has
 * @param capHeight height of a capital letter in pixels
 * @param width of the filled box in pixels
 * @param height of the filled box in pixels
 */
record Caption(String text, int capHeight, int width, int height) {
    private static final Scalar BLACK = new Scalar(0);
    private static final Scalar WHITE = new Scalar(255);
    private static final int FONT = FONT_HERSHEY_DUPLEX;
    private static final double CAP_HEIGHT_AT_SCALE_1 = 21;
    private static final double STROKE_TO_CAP_HEIGHT = 0.115;
    /** Up to here text is drawn {@link #OVERSIZE} times too large. */
    private static final int SMALL_CAP_HEIGHT = 48;

    private static final int OVERSIZE = 4;
    private static final int MIN_CAP_HEIGHT = 5;

    /** The largest caption that fits, shortened when it must be; null when nothing fits. */
    static @Nullable Caption fitting(String label, String figures, int capHeight, int maxWidth, int maxHeight) {
        String plain = ascii(label);
        String full = plain.isEmpty() ? figures : plain + " " + figures;
        for (int cap = capHeight; cap >= MIN_CAP_HEIGHT; cap--) {
            Caption caption = of(full, cap);
            if (caption.width <= maxWidth && caption.height <= maxHeight) {
                return caption;
            }
            if (cap > MIN_CAP_HEIGHT && caption.width > 4L * maxWidth) {
                cap = MIN_CAP_HEIGHT + 1; // far too long: only shortening helps
            }
        }
        for (int kept = Math.min(plain.length(), 200) - 1; kept > 0; kept--) {
            Caption caption = of(plain.substring(0, kept) + ".. " + figures, MIN_CAP_HEIGHT);
            if (caption.width <= maxWidth && caption.height <= maxHeight) {
                return caption;
            }
        }
        Caption caption = of(figures, MIN_CAP_HEIGHT);
        return caption.width <= maxWidth && caption.height <= maxHeight ? caption : null;
    }

    private static Caption of(String text, int capHeight) {
        try (Size size = getTextSize(text, FONT, capHeight / CAP_HEIGHT_AT_SCALE_1, 1, new int[1])) {
            return new Caption(
                    text,
                    capHeight,
                    size.width() + 2 * side(capHeight),
                    capHeight + above(capHeight) + below(capHeight));
        }
    }

    private static int side(int capHeight) {
        return Math.max(1, (int) (capHeight * 0.4f));
    }

    private static int above(int capHeight) {
        return Math.max(1, (int) (capHeight * 0.42f));
    }

    private static int below(int capHeight) {
        return Math.max(1, (int) (capHeight * 0.48f)); // descenders reach .33 below the baseline
    }

    /** Draws it with its top left corner at a point from where it fits the picture. */
    void draw(Mat bgr, int left, int top, int background, int foreground) {
        int k = capHeight <= SMALL_CAP_HEIGHT ? OVERSIZE : 1;
        double scale = k * capHeight / CAP_HEIGHT_AT_SCALE_1;
        int stroke = (int) Math.max(1, Math.round(k * capHeight * STROKE_TO_CAP_HEIGHT));
        try (Mat large = new Mat(height * k, width * k, CV_8UC1, BLACK);
                Point baseline = new Point(side(capHeight) * k, (above(capHeight) + capHeight) * k);
                Size size = new Size(width, height);
                Mat mask = new Mat();
                Mat blue = new Mat();
                Mat green = new Mat();
                Mat red = new Mat();
                Mat label = new Mat();
                Rect place = new Rect(left, top, width, height);
                Mat target = bgr.apply(place)) {
            putText(large, text, baseline, FONT, scale, WHITE, stroke, LINE_AA, false);
            resize(large, mask, size, 0, 0, INTER_AREA);
            blend(mask, blue, background, foreground, 0);
            blend(mask, green, background, foreground, 8);
            blend(mask, red, background, foreground, 16);
            try (MatVector channels = new MatVector(blue, green, red)) {
                merge(channels, label);
            }
            label.copyTo(target);
        }
    }

    private static void blend(Mat mask, Mat channel, int background, int foreground, int shift) {
        int from = background >> shift & 0xff;
        int to = foreground >> shift & 0xff;
        mask.convertTo(channel, CV_8UC1, (to - from) / 255.0, from);
    }

    /** Without accents, and a question mark for what the font does not have. */
    static String ascii(String text) {
        String bare = Normalizer.normalize(text, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}+", "")
                .replace("ß", "ss");
        return bare.replaceAll("[^ -~]", "?").strip();
    }
}
