package io.sightlog.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The metrics of a run. Each is made once, by who counts, and all are read at once by who shows them. Any thread; counting never
 * waits for reading.
 */
public final class Metrics {
    /** Of one metric: labels' values come from events, and there is no end to what they may be. */
    public static final int MOST_SERIES = 1_000;
    /** What the labels of all later series are. */
    public static final String OTHERS = "(others)";

    private final Map<String, Supplier<Family>> own = new TreeMap<>();
    private final List<Supplier<List<Family>>> sources = new ArrayList<>();

    /** @throws IllegalArgumentException when the name is taken, or none by the conventions: see {@link Family} */
    public Counter counter(String name, String help, String... labelNames) {
        Counter counter = new Counter(name, help, List.of(labelNames));
        register(counter::family);
        return counter;
    }

    /** See {@link #counter}. */
    public Gauge gauge(String name, String help, String... labelNames) {
        Gauge gauge = new Gauge(name, help, List.of(labelNames));
        register(gauge::family);
        return gauge;
    }

    /**
     * See {@link #counter}.
     *
     * @param bounds upper bounds of the buckets, ascending
     */
    public Histogram histogram(String name, String help, List<Double> bounds, String... labelNames) {
        Histogram histogram = new Histogram(name, help, List.copyOf(bounds), List.of(labelNames));
        register(histogram::family);
        return histogram;
    }

    /** Asked each time that all are read: for what is not counted here, as the state of a journal. */
    public synchronized void add(Supplier<List<Family>> source) {
        sources.add(source);
    }

    private synchronized void register(Supplier<Family> family) {
        String name = family.get().name(); // checked, as all of it
        if (own.putIfAbsent(name, family) != null) {
            throw new IllegalArgumentException("there is a metric " + name + " already");
        }
    }

    /** All of them as they are now, in order of name. */
    public List<Family> families() {
        List<Supplier<Family>> counted;
        List<Supplier<List<Family>>> asked;
        synchronized (this) {
            counted = List.copyOf(own.values());
            asked = List.copyOf(sources);
        }
        TreeMap<String, Family> families = new TreeMap<>();
        for (Supplier<Family> family : counted) {
            put(families, family.get());
        }
        for (Supplier<List<Family>> source : asked) {
            source.get().forEach(family -> put(families, family));
        }
        return List.copyOf(families.values());
    }

    private static void put(Map<String, Family> families, Family family) {
        if (families.put(family.name(), family) != null) {
            throw new IllegalStateException("metric " + family.name() + " comes from two sources");
        }
    }
}
