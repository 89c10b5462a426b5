package io.sightlog.jmh.peers;

import java.util.Arrays;
import java.util.Locale;

/**
 * One value divided by another one of the same round, over all rounds.
 *
 * @param median of the rounds; NaN when there is nothing to divide
 * @param min the smallest
 * @param max the largest
 */
record Ratio(double median, double min, double max) {
    static Ratio of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0
                ? new Ratio(Double.NaN, Double.NaN, Double.NaN)
                : new Ratio((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0], sorted[n - 1]);
    }

    boolean isKnown() {
        return !Double.isNaN(median);
    }

    /** Median and spread, or a dash. */
    String text() {
        return isKnown() ? number(median) + " (" + number(min) + "–" + number(max) + ")" : "–";
    }

    /** Three digits that count. */
    static String number(double value) {
        int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
