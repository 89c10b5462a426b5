package io.sightlog.detect.internal.picture;

import io.sightlog.detect.Fit;
import io.sightlog.detect.Input;

/** What {@link InputPicture} is to give, worked out pixel by pixel in plain Java, as slowly as it is simple. */
final class ReferencePicture {
    private static final double CUBIC = -0.75;

    private final Input input;
    private final byte[] bgr;
    private final int width;
    private final int height;

    /** Of the picture in the input. */
    int newWidth;

    int newHeight;
    int left;
    int top;

    /** @param bgr row by row */
    ReferencePicture(Input input, byte[] bgr, int width, int height) {
        this.input = input;
        this.bgr = bgr;
        this.width = width;
        this.height = height;
        place();
    }

    private void place() {
        Fit fit = input.fit();
        newWidth = input.width();
        newHeight = input.height();
        if (fit.kind() == Fit.Kind.STRETCH) {
            return;
        }
        if (fit.filter() == Fit.Filter.CORNERS) {
            if (input.width() * height < input.height() * width) {
                newHeight = height * input.width() / width;
            } else {
                newWidth = width * input.height() / height;
            }
        } else {
            double ratio = Math.min((double) input.width() / width, (double) input.height() / height);
            newWidth = rounded(width * ratio);
            newHeight = rounded(height * ratio);
        }
        newWidth = Math.max(newWidth, 1);
        newHeight = Math.max(newHeight, 1);
        if (fit.kind() == Fit.Kind.LETTERBOX) {
            left = (input.width() - newWidth) / 2;
            top = (input.height() - newHeight) / 2;
        }
    }

    private int rounded(double side) {
        return (int) (input.fit().rounding() == Fit.Rounding.FLOOR ? Math.floor(side) : Math.rint(side));
    }

    /** The tensor's number at a pixel of the input. */
    double at(int x, int y, int channel) {
        int colour = input.colour() == Input.Colour.RGB ? 2 - channel : channel;
        boolean inside = x >= left && x < left + newWidth && y >= top && y < top + newHeight;
        double pixel = inside ? resized(x - left, y - top, colour) : input.fit().pad();
        return pixel * input.scale().multiply(channel) + input.scale().add(channel);
    }

    private double resized(int x, int y, int colour) {
        if (newWidth == width && newHeight == height) {
            return pixel(x, y, colour);
        }
        double[] columns = weights(x, width, newWidth);
        double[] rows = weights(y, height, newHeight);
        double sum = 0;
        for (int row = 0; row < height; row++) {
            if (rows[row] != 0) {
                for (int column = 0; column < width; column++) {
                    sum += rows[row] * columns[column] * pixel(column, row, colour);
                }
            }
        }
        return Math.max(0, Math.min(sum, 255));
    }

    /** How much each pixel of a line of the picture counts for a new one. */
    private double[] weights(int at, int from, int to) {
        double[] weights = new double[from];
        double scale = (double) from / to;
        double centre = (at + 0.5) * scale - 0.5;
        switch (input.fit().filter()) {
            case LINEAR -> linear(weights, centre);
            case CORNERS -> linear(weights, to == 1 ? 0 : at * (from - 1.0) / (to - 1.0));
            case CUBIC -> {
                int first = (int) Math.floor(centre) - 1;
                for (int i = first; i < first + 4; i++) {
                    weights[Math.max(0, Math.min(i, from - 1))] += cubic(Math.abs(centre - i));
                }
            }
            case AREA -> {
                if (newWidth <= width && newHeight <= height) {
                    for (int i = 0; i < from; i++) {
                        double common = Math.min(i + 1, (at + 1) * scale) - Math.max(i, at * scale);
                        weights[i] = Math.max(0, common) / scale;
                    }
                } else {
                    int first = (int) Math.floor(at * scale);
                    double second = at + 1 - (first + 1) / scale;
                    linear(weights, first + (second <= 0 ? 0 : second - Math.floor(second)));
                }
            }
        }
        return weights;
    }

    private static void linear(double[] weights, double at) {
        int first = (int) Math.floor(at);
        weights[Math.max(0, Math.min(first, weights.length - 1))] += 1 - (at - first);
        weights[Math.max(0, Math.min(first + 1, weights.length - 1))] += at - first;
    }

    private static double cubic(double distance) {
        double d = distance;
        return d <= 1
                ? (CUBIC + 2) * d * d * d - (CUBIC + 3) * d * d + 1
                : d < 2 ? CUBIC * d * d * d - 5 * CUBIC * d * d + 8 * CUBIC * d - 4 * CUBIC : 0;
    }

    private int pixel(int x, int y, int colour) {
        return bgr[(y * width + x) * Input.CHANNELS + colour] & 0xff;
    }
}
