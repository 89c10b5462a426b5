package io.sightlog.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** How values are spread over buckets. Any thread; observing allocates nothing. */
public final class Histogram {
    private static final double NANOS_PER_SECOND = 1e9;

    private final String name;
    private final String help;
    private final List<String> labelNames;
    private final List<Double> bounds;
    private final Series<One> series;

    /** One series of it. */
    public static final class One {
        private final double[] bounds;
        private final LongAdder[] buckets;
        private final DoubleAdder sum = new DoubleAdder();

        private One(List<Double> bounds) {
            this.bounds = bounds.stream().mapToDouble(Double::doubleValue).toArray();
            this.buckets = new LongAdder[bounds.size() + 1];
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] = new LongAdder();
            }
        }

        /** What is not a number is not counted. */
        public void observe(double value) {
            if (Double.isNaN(value)) {
                return;
            }
            int bucket = 0;
            while (bucket < bounds.length && value > bounds[bucket]) {
                bucket++;
            }
            buckets[bucket].increment();
            sum.add(value);
        }

        /** A time, of a metric in seconds. */
        public void observeNanos(long nanos) {
            observe(nanos / NANOS_PER_SECOND);
        }

        public long count() {
            long count = 0;
            for (LongAdder bucket : buckets) {
                count += bucket.sum();
            }
            return count;
        }

        public double sum() {
            return sum.sum();
        }

        private List<Long> counts() {
            List<Long> counts = new ArrayList<>();
            for (LongAdder bucket : buckets) {
                counts.add(bucket.sum());
            }
            return counts;
        }
    }

    Histogram(String name, String help, List<Double> bounds, List<String> labelNames) {
        this.name = name;
        this.help = help;
        this.bounds = bounds;
        this.labelNames = labelNames;
        this.series = new Series<>(name, labelNames.size(), () -> new One(bounds));
    }

    /** The series with these values of its labels. */
    public One of(String... labels) {
        return series.of(labels);
    }

    Family family() {
        List<Family.Point> points = new ArrayList<>();
        series.all().forEach((labels, one) -> points.add(new Family.Point(labels, one.sum(), one.counts())));
        return new Family(Family.Kind.HISTOGRAM, name, help, labelNames, bounds, points);
    }
}
