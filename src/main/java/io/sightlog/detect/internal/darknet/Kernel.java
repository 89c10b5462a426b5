package io.sightlog.detect.internal.darknet;

import java.util.List;

/**
 * The numbers of one convolution, in the order of the weights file: biases, then scales, means and variances where it is
 * normalised, then weights.
 *
 * @param biases name of the tensor {@code [filters]}
 * @param weights name of the other
 * @param shape of the weights: filters, channels of a group, height, width
 * @param isNormalised whether scales, means and variances stand between them
 */
record Kernel(String biases, String weights, List<Long> shape, boolean isNormalised) {
    int filters() {
        return Math.toIntExact(shape.get(0));
    }

    /** Weights of each filter. */
    int perFilter() {
        return Math.toIntExact(shape.get(1) * shape.get(2) * shape.get(3));
    }

    /** Numbers in the file. */
    long size() {
        return filters() * ((isNormalised ? 4L : 1L) + perFilter());
    }
}
