package io.sightlog.bench;

import java.util.List;

/**
 * All rounds of {@code bench latency}.
 *
 * @param plan of each round
 * @param rounds at least one
 * @param machine where
 */
public record LatencyResult(LatencyPlan plan, List<LatencyRound> rounds, Machine machine) {
    public LatencyResult {
        rounds = List.copyOf(rounds);
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("a result has at least one round");
        }
    }

    /** Of all rounds; each event counts once, however many consumers read it. */
    public long events() {
        return rounds.stream().mapToLong(LatencyRound::events).sum();
    }

    /** Size of each event. */
    public int eventBytes() {
        return rounds.get(0).eventBytes();
    }

    /** The median of the rounds' percentiles, in nanoseconds. */
    public long percentile(double percent) {
        return Math.round(Median.of(percentiles(percent)));
    }

    /** The percentile of the round in which it was lowest. */
    public long lowest(double percent) {
        return Math.round(
                percentiles(percent).stream().mapToDouble(d -> d).min().orElseThrow());
    }

    /** The percentile of the round in which it was highest; for 100 percent, the longest of all. */
    public long highest(double percent) {
        return Math.round(
                percentiles(percent).stream().mapToDouble(d -> d).max().orElseThrow());
    }

    private List<Double> percentiles(double percent) {
        return rounds.stream()
                .map(round -> (double) round.latency().getValueAtPercentile(percent))
                .toList();
    }

    /** The median of the rounds. */
    public double consumerCpuPercent() {
        return Median.of(rounds.stream().map(LatencyRound::consumerCpuPercent).toList());
    }
}
