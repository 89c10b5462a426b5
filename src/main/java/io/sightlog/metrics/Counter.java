package io.sightlog.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** A number that only grows. Any thread; keep what {@link #of} gives where it counts often: adding to it allocates nothing. */
public final class Counter {
    private final String name;
    private final String help;
    private final List<String> labelNames;
    private final Series<One> series;

    /** One series of it. */
    public static final class One {
        private final LongAdder value = new LongAdder();

        private One() {}

        /** @throws IllegalArgumentException for a negative number */
        public void add(long more) {
            if (more < 0) {
                throw new IllegalArgumentException("a counter only grows: " + more);
            }
            value.add(more);
        }

        public long value() {
            return value.sum();
        }
    }

    Counter(String name, String help, List<String> labelNames) {
        this.name = name;
        this.help = help;
        this.labelNames = labelNames;
        this.series = new Series<>(name, labelNames.size(), One::new);
    }

    /** The series with these values of its labels. */
    public One of(String... labels) {
        return series.of(labels);
    }

    Family family() {
        List<Family.Point> points = new ArrayList<>();
        series.all().forEach((labels, one) -> points.add(new Family.Point(labels, one.value())));
        return new Family(Family.Kind.COUNTER, name, help, labelNames, points);
    }
}
