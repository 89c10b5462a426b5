package io.sightlog.pictures;

import static org.bytedeco.opencv.global.opencv_imgproc.FILLED;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_8;
import static org.bytedeco.opencv.global.opencv_imgproc.rectangle;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.jspecify.annotations.Nullable;

/**
 * Draws boxes and captions into a picture, in a size that suits it.
 *
 * <p>Lines lie inside their box and captions inside the picture. Captions give way to each other where there is room.
 * On pictures too small for letters of 5 pixels only the boxes are drawn. Stateless.
 */
public final class BoxPainter {
    /** Captions that are looked at when the next one seeks a place; more than that is a thicket anyway. */
    private static final int MAX_NEIGHBOURS = 400;

    /** The smallest letters that are easily read; only where these do not fit, smaller ones are drawn. */
    private static final int MIN_CAP_HEIGHT = 6;

    private BoxPainter() {}

    /** A caption, where it goes and the colour of its class. */
    record Placed(Caption caption, Area area, int rgb) {}

    /** @param bgr 8-bit BGR, painted over */
    public static void paint(Mat bgr, List<Box> boxes) {
        int width = bgr.cols();
        int height = bgr.rows();
        int thickness = thickness(width, height);
        for (Box box : boxes) {
            outline(bgr, pixels(box, width, height), thickness, Palette.rgb(box.label()));
        }
        List<Placed> captions = captions(boxes, width, height);
        for (int i = captions.size() - 1; i >= 0; i--) {
            Placed placed = captions.get(i);
            placed.caption.draw(bgr, placed.area.x(), placed.area.y(), placed.rgb, Palette.textOn(placed.rgb));
        }
    }

    /** The captions that fit a picture, those of the last boxes first: they have the first choice of a place. */
    static List<Placed> captions(List<Box> boxes, int width, int height) {
        int capHeight = capHeight(width, height);
        List<Placed> placed = new ArrayList<>(boxes.size());
        for (int i = boxes.size() - 1; i >= 0; i--) {
            Box box = boxes.get(i);
            Caption caption = Caption.fitting(box.label(), box.figures(), capHeight, width, height);
            if (caption != null) {
                Area area = place(pixels(box, width, height), caption, width, height, placed);
                placed.add(new Placed(caption, area, Palette.rgb(box.label())));
            }
        }
        return placed;
    }

    /** Of a line, in pixels. */
    static int thickness(int width, int height) {
        double scaled = Math.min(Math.sqrt((double) width * height) * 0.0038, Math.min(width, height) / 40.0);
        return (int) Math.max(1, Math.round(scaled));
    }

    /** Of a letter, in pixels. */
    static int capHeight(int width, int height) {
        double scaled = Math.min(Math.sqrt((double) width * height) * 0.018, Math.min(width, height) * 0.12);
        return (int) Math.max(MIN_CAP_HEIGHT, Math.round(scaled));
    }

    /** The box in whole pixels, at least one, inside the picture whatever the event says. */
    static Area pixels(Box box, int width, int height) {
        int left = clamp(Math.round(box.x()), 0, width - 1);
        int top = clamp(Math.round(box.y()), 0, height - 1);
        int right = clamp(Math.round(box.x() + box.w()), left + 1, width);
        int bottom = clamp(Math.round(box.y() + box.h()), top + 1, height);
        return new Area(left, top, right - left, bottom - top);
    }

    private static int clamp(int value, int min, int max) {
        return Math.max(min, Math.min(max, value));
    }

    private static void outline(Mat bgr, Area box, int thickness, int rgb) {
        int vertical = Math.min(thickness, box.width());
        int horizontal = Math.min(thickness, box.height());
        fill(bgr, box.x(), box.y(), box.width(), horizontal, rgb);
        fill(bgr, box.x(), box.y() + box.height() - horizontal, box.width(), horizontal, rgb);
        fill(bgr, box.x(), box.y(), vertical, box.height(), rgb);
        fill(bgr, box.x() + box.width() - vertical, box.y(), vertical, box.height(), rgb);
    }

    private static void fill(Mat bgr, int x, int y, int width, int height, int rgb) {
        try (Rect rect = new Rect(x, y, width, height);
                Scalar colour = Palette.bgr(rgb)) {
            rectangle(bgr, rect, colour, FILLED, LINE_8, 0);
        }
    }

    /** Above the box, else inside, else below, where the least is written yet; always inside the picture. */
    private static Area place(Area box, Caption caption, int width, int height, List<Placed> taken) {
        int w = caption.width();
        int h = caption.height();
        int right = box.x() + box.width() - w;
        int under = box.y() + box.height();
        int[][] corners = {
            {box.x(), box.y() - h},
            {box.x(), box.y()},
            {box.x(), under},
            {right, box.y() - h},
            {right, box.y()},
            {box.x(), under - h},
            {right, under},
            {right, under - h}
        };
        @Nullable Area best = null;
        long leastCovered = Long.MAX_VALUE;
        for (int[] corner : corners) {
            int y = clamp(corner[1], 0, height - h);
            if (y != corner[1] && corner[1] != box.y()) {
                continue; // does not fit there; inside the box it may be moved
            }
            Area place = new Area(clamp(corner[0], 0, width - w), y, w, h);
            long covered = covered(place, taken);
            if (covered < leastCovered) {
                best = place;
                leastCovered = covered;
            }
        }
        return Objects.requireNonNull(best, "there is always a place inside");
    }

    private static long covered(Area place, List<Placed> taken) {
        long pixels = 0;
        int neighbours = Math.min(taken.size(), MAX_NEIGHBOURS);
        for (int i = 0; i < neighbours; i++) {
            pixels += taken.get(i).area.overlap(place);
        }
        return pixels;
    }
}
