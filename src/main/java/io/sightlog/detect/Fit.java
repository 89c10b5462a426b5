package io.sightlog.detect;

import java.util.Locale;

/**
 * How a picture of any size becomes one of the input's.
 *
 * @param kind where the picture goes
 * @param pad 0..255, what is put where it does not reach, in all three colours; without meaning where it reaches everywhere
 * @param rounding of the size it gets, where its proportions are kept
 * @param filter how pixels are made from pixels
 */
public record Fit(Kind kind, float pad, Rounding rounding, Filter filter) {
    /** Stretched to the input's size. */
    public static final Fit STRETCH = new Fit(Kind.STRETCH, 0, Rounding.ROUND, Filter.LINEAR);

    /** As Ultralytics has it: proportions kept, in the middle, grey around it. */
    public static final Fit LETTERBOX = new Fit(Kind.LETTERBOX, 114, Rounding.ROUND, Filter.LINEAR);

    /** As YOLOX has it: proportions kept, in the left top corner, grey beside it. */
    public static final Fit CORNER = new Fit(Kind.CORNER, 114, Rounding.FLOOR, Filter.LINEAR);

    /** As users of NanoDet have it: proportions kept, in the middle, black around it. */
    public static final Fit BLACK_LETTERBOX = new Fit(Kind.LETTERBOX, 0, Rounding.FLOOR, Filter.AREA);

    /** As Darknet has it: stretched so that the pixels in the corners stay in the corners. */
    public static final Fit DARKNET = new Fit(Kind.STRETCH, 0, Rounding.FLOOR, Filter.CORNERS);

    /** As Darknet has it with {@code letter_box=1}. */
    public static final Fit DARKNET_LETTERBOX = new Fit(Kind.LETTERBOX, 127.5f, Rounding.FLOOR, Filter.CORNERS);

    /** Where the picture goes. */
    public enum Kind {
        /** Everywhere: its proportions are lost. */
        STRETCH,
        /** To the middle. */
        LETTERBOX,
        /** To the left top corner. */
        CORNER
    }

    /** What becomes of half a pixel. */
    public enum Rounding {
        ROUND,
        FLOOR
    }

    /** How pixels are made from pixels. */
    public enum Filter {
        /** Bilinear between the centres of pixels, in bytes. */
        LINEAR,
        /** The mean of all pixels under the new one; where a side grows, bilinear as OpenCV's {@code INTER_AREA}. */
        AREA,
        /** Bicubic between the centres of pixels, in bytes. */
        CUBIC,
        /** Bilinear in floats; the centres of the pixels in the corners stay in the corners. */
        CORNERS
    }

    @Override
    public String toString() {
        String how = (rounding == Rounding.FLOOR && kind != Kind.STRETCH && filter != Filter.CORNERS ? ", floored" : "")
                + switch (filter) {
                    case LINEAR -> "";
                    case AREA, CUBIC -> ", " + filter.name().toLowerCase(Locale.ROOT);
                    case CORNERS -> ", as Darknet";
                };
        return kind.name().toLowerCase(Locale.ROOT) + (kind == Kind.STRETCH ? "" : " on " + Input.plain(pad)) + how;
    }
}
