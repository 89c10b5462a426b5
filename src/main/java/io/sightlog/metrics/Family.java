package io.sightlog.metrics;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One metric at an instant, with all its series.
 *
 * @param kind what its values mean
 * @param name by Prometheus' conventions: {@code sightlog_}, small letters, the unit last, in base units
 * @param help what it is, one sentence for people
 * @param labelNames of each point's values
 * @param bounds of a histogram: upper bounds of its buckets, ascending, without the last, which has none; else empty
 * @param points a series each
 */
public record Family(
        Kind kind, String name, String help, List<String> labelNames, List<Double> bounds, List<Point> points) {
    private static final Pattern NAME = Pattern.compile("sightlog(_[a-z][a-z0-9]*)+");
    private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
    /** Prometheus has seconds, bytes and ratios; and these ends mean something there. */
    private static final Pattern NO_END = Pattern.compile(
            ".*_(nanos|micros|millis|nanoseconds|milliseconds|ms|ns|minutes|hours|kb|mb|percent|bucket|count|sum|created|info)");

    private static final String TOTAL = "_total";
    private static final int MOST_BOUNDS = 100;

    /** What its values mean. */
    public enum Kind {
        /** Only ever grows, from 0 at the start of the process. */
        COUNTER,
        /** Goes up and down. */
        GAUGE,
        /** How often a value fell into which bucket. */
        HISTOGRAM
    }

    /**
     * One series.
     *
     * @param labels its values, as many as there are names
     * @param value of a counter or gauge; of a histogram, the sum of what was observed
     * @param buckets of a histogram: how many fell into each, one more than there are bounds; else empty
     */
    public record Point(List<String> labels, double value, List<Long> buckets) {
        public Point {
            labels = List.copyOf(labels);
            buckets = List.copyOf(buckets);
        }

        /** That of a counter or gauge. */
        public Point(List<String> labels, double value) {
            this(labels, value, List.of());
        }
    }

    /** @throws IllegalArgumentException when a name is none by the conventions, or points do not fit to the names and bounds */
    public Family {
        check(kind, name, labelNames, bounds);
        labelNames = List.copyOf(labelNames);
        bounds = List.copyOf(bounds);
        points = List.copyOf(points);
        for (Point point : points) {
            int buckets = kind == Kind.HISTOGRAM ? bounds.size() + 1 : 0;
            if (point.labels.size() != labelNames.size() || point.buckets.size() != buckets) {
                throw new IllegalArgumentException(name + ": a point with labels " + point.labels + " and "
                        + point.buckets.size() + " buckets, labels " + labelNames + " and " + buckets + " are needed");
            }
        }
    }

    /** A counter or gauge. */
    public Family(Kind kind, String name, String help, List<String> labelNames, List<Point> points) {
        this(kind, name, help, labelNames, List.of(), points);
    }

    private static void check(Kind kind, String name, List<String> labelNames, List<Double> bounds) {
        if (!NAME.matcher(name).matches() || NO_END.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name + "\" is no name of a metric here: sightlog_, small letters,"
                    + " and the unit last, as seconds, bytes or ratio");
        }
        if (name.endsWith(TOTAL) != (kind == Kind.COUNTER)) {
            throw new IllegalArgumentException(name + ": counters, and only they, end with " + TOTAL);
        }
        for (String label : labelNames) {
            if (!LABEL.matcher(label).matches() || label.equals("le") || label.equals("quantile")) {
                throw new IllegalArgumentException(name + ": \"" + label + "\" cannot be a label's name");
            }
        }
        boolean ascending = bounds.size() <= MOST_BOUNDS && (kind == Kind.HISTOGRAM) != bounds.isEmpty();
        for (int i = 0; ascending && i < bounds.size(); i++) {
            ascending = Double.isFinite(bounds.get(i)) && (i == 0 || bounds.get(i) > bounds.get(i - 1));
        }
        if (!ascending) {
            throw new IllegalArgumentException(name + ": bounds " + bounds + "; 1 to " + MOST_BOUNDS
                    + " finite ones, ascending, are needed for a histogram, and none for others");
        }
    }
}
