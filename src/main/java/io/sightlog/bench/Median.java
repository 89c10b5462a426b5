package io.sightlog.bench;

import java.util.List;

/** What is in the middle. */
final class Median {
    private Median() {}

    /** The mean of the two in the middle when there is an even number of values, of which there must be one. */
    static double of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing has no median");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
