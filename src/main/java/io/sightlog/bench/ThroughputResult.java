package io.sightlog.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * All rounds of {@code bench throughput}.
 *
 * @param plan of each round
 * @param eventBytes size of each event
 * @param rounds that count, at least one
 * @param machine where
 */
public record ThroughputResult(ThroughputPlan plan, int eventBytes, List<ThroughputRound> rounds, Machine machine) {
    public ThroughputResult {
        rounds = List.copyOf(rounds);
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("a result has at least one round");
        }
    }

    /** The median of something over the rounds. */
    public double median(ToDoubleFunction<ThroughputRound> what) {
        return Median.of(rounds.stream().map(what::applyAsDouble).toList());
    }

    /** The lowest. */
    public double lowest(ToDoubleFunction<ThroughputRound> what) {
        return rounds.stream().mapToDouble(what).min().orElseThrow();
    }

    /** The highest. */
    public double highest(ToDoubleFunction<ThroughputRound> what) {
        return rounds.stream().mapToDouble(what).max().orElseThrow();
    }
}
