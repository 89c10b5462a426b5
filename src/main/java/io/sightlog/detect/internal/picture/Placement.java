package io.sightlog.detect.internal.picture;

import io.sightlog.detect.Fit;

/**
 * Where a picture lies in the input, and the way back: a point of the input, in its pixels, is at
 * {@code (point - offset) / extent} of the picture, 0 its left or top edge, 1 the other.
 *
 * @param width of the picture in the input, in pixels
 * @param height of the picture in the input, in pixels
 * @param left where the picture begins in the input, in pixels
 * @param top where the picture begins in the input, in pixels
 * @param backLeft what the way back takes for {@code left}: in Darknet's letterbox half a pixel more where the rest is odd
 * @param backTop what the way back takes for {@code top}
 */
public record Placement(int width, int height, int left, int top, float backLeft, float backTop) {
    /** @param pictureWidth 1 or more; the other three likewise */
    static Placement of(Fit fit, int pictureWidth, int pictureHeight, int inputWidth, int inputHeight) {
        if (fit.kind() == Fit.Kind.STRETCH) {
            return new Placement(inputWidth, inputHeight, 0, 0, 0, 0);
        }
        int width;
        int height;
        if (fit.filter() == Fit.Filter.CORNERS) { // in Darknet's own arithmetic
            boolean wide = (float) inputWidth / pictureWidth < (float) inputHeight / pictureHeight;
            width = wide ? inputWidth : (int) ((long) pictureWidth * inputHeight / pictureHeight);
            height = wide ? (int) ((long) pictureHeight * inputWidth / pictureWidth) : inputHeight;
        } else {
            double ratio = Math.min((double) inputWidth / pictureWidth, (double) inputHeight / pictureHeight);
            width = side(fit.rounding(), pictureWidth * ratio);
            height = side(fit.rounding(), pictureHeight * ratio);
        }
        width = Math.max(1, Math.min(width, inputWidth));
        height = Math.max(1, Math.min(height, inputHeight));
        if (fit.kind() == Fit.Kind.CORNER) {
            return new Placement(width, height, 0, 0, 0, 0);
        }
        int left = (inputWidth - width) / 2;
        int top = (inputHeight - height) / 2;
        if (fit.filter() == Fit.Filter.CORNERS) {
            return new Placement(width, height, left, top, (inputWidth - width) / 2f, (inputHeight - height) / 2f);
        }
        return new Placement(width, height, left, top, left, top);
    }

    private static int side(Fit.Rounding rounding, double exact) {
        return (int) (rounding == Fit.Rounding.FLOOR ? Math.floor(exact) : Math.rint(exact));
    }

    /** A column of the input as a fraction of the picture's width; may be outside 0..1. */
    public float x(float column) {
        return (column - backLeft) / width;
    }

    /** A row of the input as a fraction of the picture's height; may be outside 0..1. */
    public float y(float row) {
        return (row - backTop) / height;
    }
}
