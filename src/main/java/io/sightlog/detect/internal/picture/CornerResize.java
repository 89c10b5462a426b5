package io.sightlog.detect.internal.picture;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Resizes as Darknet does: bilinear in floats, and the centres of the pixels in the corners stay in the corners. OpenCV's {@code
 * resize} knows the other convention only, and its {@code warpAffine} wants the whole picture in floats: twice the time for a
 * picture of 1920x1080, and 300 MB for one of a photographer. Owned by one thread.
 */
final class CornerResize {
    private static final int CHANNELS = 3;
    /** Bytes as floats: looking one up takes less than converting it. */
    private static final float[] FLOATS = new float[1 << 8];

    static {
        for (int i = 0; i < FLOATS.length; i++) {
            FLOATS[i] = i;
        }
    }

    private final int width;
    private final int height;
    /** Blue, green and red, one plane after the other. */
    private final float[] planes;
    /** Of each new column: where the left one of its two pixels begins in a row, and the weight of the right one. */
    private final int[] left;

    private final float[] rightWeight;
    /** One row of the picture, with a pixel more, whose weight is 0. */
    private byte[] row = {};
    /** Two neighbouring rows of the picture at the new width, colour after colour, and their numbers. */
    private float[] upper;

    private float[] lower;
    private int upperRow;
    private int lowerRow;

    CornerResize(int width, int height) {
        this.width = width;
        this.height = height;
        this.planes = new float[CHANNELS * width * height];
        this.left = new int[width];
        this.rightWeight = new float[width];
        this.upper = new float[CHANNELS * width];
        this.lower = new float[CHANNELS * width];
    }

    /**
     * @param bgr 8-bit BGR, not empty
     * @return planes of blue, green and red, 0..255, row by row; the same array each time
     */
    float[] resize(Mat bgr) {
        int last = bgr.rows() - 1;
        place(bgr.cols());
        upperRow = -1;
        lowerRow = -1;
        float step = step(bgr.rows(), height);
        long rowBytes = bgr.step();
        try (BytePointer pixels = bgr.data()) {
            for (int y = 0; y < height; y++) {
                float at = Math.min(y * step, last);
                int above = (int) at;
                rows(pixels, rowBytes, above, Math.min(above + 1, last), bgr.cols() * CHANNELS);
                for (int colour = 0; colour < CHANNELS; colour++) {
                    mix(upper, lower, colour * width, at - above, planes, (colour * height + y) * width, width);
                }
            }
        }
        return planes;
    }

    private static float step(int from, int to) {
        return to == 1 ? 0 : (float) (from - 1) / (to - 1);
    }

    private void place(int pictureWidth) {
        if (row.length != (pictureWidth + 1) * CHANNELS) {
            row = new byte[(pictureWidth + 1) * CHANNELS];
        }
        float step = step(pictureWidth, width);
        for (int x = 0; x < width; x++) {
            float at = Math.min(x * step, pictureWidth - 1);
            int column = (int) at;
            left[x] = column * CHANNELS;
            rightWeight[x] = at - column;
        }
    }

    /** Most rows are asked for twice, by the new row above and by the one below. */
    private void rows(BytePointer pixels, long rowBytes, int above, int below, int count) {
        if (above != upperRow) {
            if (above == lowerRow) {
                float[] swapped = upper;
                upper = lower;
                lower = swapped;
                lowerRow = -1;
            } else {
                pixels.position(above * rowBytes).get(row, 0, count);
                mixColumns(row, left, rightWeight, upper, width);
            }
            upperRow = above;
        }
        if (below != lowerRow) {
            pixels.position(below * rowBytes).get(row, 0, count);
            mixColumns(row, left, rightWeight, lower, width);
            lowerRow = below;
        }
    }

    private static void mixColumns(byte[] row, int[] left, float[] rightWeight, float[] into, int width) {
        float[] floats = FLOATS;
        for (int x = 0; x < width; x++) {
            int i = left[x];
            float weight = rightWeight[x];
            float blue = floats[row[i] & 0xff];
            float green = floats[row[i + 1] & 0xff];
            float red = floats[row[i + 2] & 0xff];
            into[x] = blue + (floats[row[i + 3] & 0xff] - blue) * weight;
            into[width + x] = green + (floats[row[i + 4] & 0xff] - green) * weight;
            into[2 * width + x] = red + (floats[row[i + 5] & 0xff] - red) * weight;
        }
    }

    private static void mix(float[] upper, float[] lower, int from, float weight, float[] into, int to, int width) {
        for (int x = 0; x < width; x++) {
            float value = upper[from + x];
            into[to + x] = value + (lower[from + x] - value) * weight;
        }
    }
}
