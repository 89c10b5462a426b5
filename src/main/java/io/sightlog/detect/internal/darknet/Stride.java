package io.sightlog.detect.internal.darknet;

/**
 * How far a window moves from one number to the next.
 *
 * @param x in columns, 1 or more
 * @param y in rows, 1 or more
 */
record Stride(int x, int y) {
    private static final int MAX_STRIDE = 255;

    /** {@code stride_x} and {@code stride_y}; where one is missing or below 1, {@code stride}. */
    static Stride of(Section section) {
        int both = section.integer("stride", 1, 1, MAX_STRIDE);
        int x = section.integer("stride_x", both, Integer.MIN_VALUE, MAX_STRIDE);
        int y = section.integer("stride_y", both, Integer.MIN_VALUE, MAX_STRIDE);
        return new Stride(x < 1 ? both : x, y < 1 ? both : y);
    }

    /** How many windows there are along a side. */
    static int steps(Section section, int side, int padding, int size, int stride) {
        if (size > side + padding) {
            throw section.error(
                    "size",
                    "a size of " + size + " is more than the " + side + " pixels that come in, and " + padding
                            + " of padding");
        }
        return (side + padding - size) / stride + 1;
    }
}
