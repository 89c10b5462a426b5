package io.sightlog.cli;

import org.HdrHistogram.AbstractHistogram;

/** The steps of a ladder of percentiles, up to the slowest. */
enum Percentile {
    P50(50, "p50"),
    P90(90, "p90"),
    P99(99, "p99"),
    P99_9(99.9, "p999"),
    P99_99(99.99, "p9999"),
    MAX(100, "max");

    private final double percent;
    private final String name;

    Percentile(double percent, String name) {
        this.percent = percent;
        this.name = name;
    }

    double percent() {
        return percent;
    }

    /** Its name in JSON. */
    String field() {
        return name + "Nanos";
    }

    /** Its name for people. */
    String label() {
        return this == MAX
                ? "slowest"
                : (percent == Math.rint(percent) ? Integer.toString((int) percent) : percent) + " %";
    }

    long of(AbstractHistogram latency) {
        return latency.getValueAtPercentile(percent);
    }
}
