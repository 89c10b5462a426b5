package io.sightlog.sink.draw;

import static org.bytedeco.opencv.global.opencv_imgproc.FILLED;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_8;
import static org.bytedeco.opencv.global.opencv_imgproc.rectangle;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Draws boxes and captions into a picture, in a size that suits it.
 *
 * <p>Lines lie inside their box and captions inside the picture. Captions give way to each other where there is room. On
 * pictures too small for letters of 5 pixels only the boxes are drawn. Stateless.
 */
final class BoxPainter {
    /** Captions that are looked at when the next one seeks a place; more than that is a thicket anyway. */
    private static final int MAX_NEIGHBOURS = 400;

    private BoxPainter() {}

    /** @param bgr 8-bit BGR, painted over */
    static void paint(Mat bgr, List<Box> boxes) {
        int width = bgr.cols();
        int height = bgr.rows();
        for (Box box : boxes) {
            outline(bgr, pixels(box, width, height), thickness(width, height), Palette.rgb(box.label()));
        }
        List<Caption> captions = new ArrayList<>(boxes.size());
        List<Area> places = new ArrayList<>(boxes.size());
        for (int i = boxes.size() - 1; i >= 0; i--) { // the most confident chooses first
            Box box = boxes.get(i);
            Caption caption = Caption.fitting(box.label(), box.figures(), capHeight(width, height), width, height);
            captions.add(caption);
            places.add(place(pixels(box, width, height), caption, width, height, places));
        }
        for (int i = captions.size() - 1; i >= 0; i--) {
            if (captions.get(i).width() > 0) {
                int colour = Palette.rgb(boxes.get(boxes.size() - 1 - i).label());
                captions.get(i).draw(bgr, places.get(i).x(), places.get(i).y(), colour, Palette.textOn(colour));
            }
        }
    }

    /** Of a line, in pixels. */
    static int thickness(int width, int height) {
        double scaled = Math.min(Math.sqrt((double) width * height) * 0.0038, Math.min(width, height) / 40.0);
        return (int) Math.max(1, Math.round(scaled));
    }

    /** Of a letter, in pixels. */
    static int capHeight(int width, int height) {
        double scaled = Math.min(Math.sqrt((double) width * height) * 0.018, Math.min(width, height) * 0.12);
        return (int) Math.max(7, Math.round(scaled));
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

    /** Above the box, else inside, else below, where nothing else is written yet; always inside the picture. */
    private static Area place(Area box, Caption caption, int width, int height, List<Area> taken) {
        int w = caption.width();
        int h = caption.height();
        int right = box.x() + box.width() - w;
        int under = box.y() + box.height();
        int[][] corners = {
            {box.x(), box.y() - h}, {box.x(), box.y()}, {box.x(), under}, {right, box.y() - h}, {right, box.y()}, {box.x(), under - h}, {right, under}
        };
        Area fallback = null;
        for (int[] corner : corners) {
            if (corner[1] < 0 || corner[1] + h > height) {
                continue;
            }
            Area place = new Area(clamp(corner[0], 0, width - w), corner[1], w, h);
            if (isFree(place, taken)) {
                return place;
            }
            fallback = fallback == null ? place : fallback;
        }
        return fallback != null
                ? fallback
                : new Area(clamp(box.x(), 0, width - w), clamp(box.y() - h, 0, height - h), w, h);
    }

    private static boolean isFree(Area place, List<Area> taken) {
        int neighbours = Math.min(taken.size(), MAX_NEIGHBOURS);
        for (int i = 0; i < neighbours; i++) {
            if (taken.get(i).intersects(place)) {
                return false;
            }
        }
        return true;
    }
}
