package io.sightlog.metrics;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The series of one metric by their labels' values. Values come from events, of which anybody may be the producer: there are at most
 * {@link Metrics#MOST_SERIES}, and what comes later counts as others. Any thread.
 */
final class Series<T> {
    private final String name;
    private final int labels;
    private final Supplier<T> making;
    private final Map<List<String>, T> all = new ConcurrentHashMap<>();
    private final List<String> others;

    Series(String name, int labels, Supplier<T> making) {
        this.name = name;
        this.labels = labels;
        this.making = making;
        this.others = Collections.nCopies(labels, Metrics.OTHERS);
        if (labels == 0) {
            all.put(List.of(), making.get()); // 0 until something happens, rather than not there
        }
    }

    T of(String... values) {
        if (values.length != labels) {
            throw new IllegalArgumentException(name + " has " + labels + " labels, not " + Arrays.toString(values));
        }
        List<String> key = List.of(values);
        T known = all.get(key);
        if (known != null) {
            return known;
        }
        synchronized (this) {
            return all.computeIfAbsent(all.size() < Metrics.MOST_SERIES ? key : others, k -> making.get());
        }
    }

    Map<List<String>, T> all() {
        return all;
    }
}
