package io.sightlog.metrics;

import java.util.ArrayList;
import java.util.List;

/** A number that goes up and down. Any thread. */
public final class Gauge {
    private final String name;
    private final String help;
    private final List<String> labelNames;
    private final Series<One> series;

    /** One series of it. */
    public static final class One {
        private volatile double value;

        private One() {}

        public void set(double now) {
            value = now;
        }

        public double value() {
            return value;
        }
    }

    Gauge(String name, String help, List<String> labelNames) {
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
        return new Family(Family.Kind.GAUGE, name, help, labelNames, points);
    }
}
