package io.sightlog.pictures;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * One colour per label, the same in every run and on every machine: it depends on nothing but the label, without
 * case.
 *
 * <p>14 hues, evenly spaced as the eye sees them (OKLCH), each light and dark. Two labels can share one; the seed was
 * searched so that the classes people look for most (person, dog, bicycle, car, cat, truck ..) lie far apart.
 */
final class Palette {
    private static final int SEED = 41_154;
    private static final int[] RGB = {
        0xfea0a0, 0xe62845, 0xfea57b, 0xcd5704, 0xfea923, 0xaf7103, 0xdcbd07, 0x94800f, 0xa7d000, 0x718d0a, //
        0x24e265, 0x0c9a41, 0x1ddcb7, 0x0b957b, 0x00d7e0, 0x0d9298, 0x47cffe, 0x0d8db3, 0x8bc2ff, 0x0282e4, //
        0xadb8fe, 0x6667ff, 0xcdabfe, 0x9c52e9, 0xff8cfa, 0xc23ec0, 0xfe9ac3, 0xdb2c88
    };

    /** Relative luminance from which black text is read more easily than white. */
    private static final double LIGHT = 0.25;

    private Palette() {}

    /** Red, green and blue, 8 bits each. */
    static int rgb(String label) {
        int hash = SEED;
        for (byte b : label.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 16_777_619;
        }
        hash = (hash ^ hash >>> 16) * 0x85ebca6b;
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        hash ^= hash >>> 16;
        return RGB[Integer.remainderUnsigned(hash, RGB.length)];
    }

    /** Black or white, whichever is read more easily on a colour. */
    static int textOn(int rgb) {
        double luminance = 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8) + 0.0722 * linear(rgb);
        return luminance > LIGHT ? 0x000000 : 0xffffff;
    }

    private static double linear(int channel) {
        double value = (channel & 0xff) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }

    /** As OpenCV has it: blue, green, red. */
    static Scalar bgr(int rgb) {
        return new Scalar(rgb & 0xff, rgb >> 8 & 0xff, rgb >> 16 & 0xff, 0);
    }
}
