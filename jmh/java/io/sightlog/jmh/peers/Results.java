package io.sightlog.jmh.peers;

import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** All rounds of a run, to be asked for medians and ratios. */
final class Results {
    private final List<Result> all;

    Results(List<Result> all) {
        this.all = List.copyOf(all);
    }

    boolean has(Peer peer, WaitKind wait) {
        return all.stream().anyMatch(r -> r.peer() == peer && r.waits() == wait);
    }

    /** Over the rounds, the value itself. */
    Ratio of(Peer peer, WaitKind wait, long rate, ToDoubleFunction<Result> value) {
        return Ratio.of(all.stream()
                .filter(r -> r.peer() == peer && r.waits() == wait && r.rate() == rate)
                .mapToDouble(value)
                .toArray());
    }

    /** Over the rounds, the value of one divided by that of the other in the same round. */
    Ratio ratio(Peer peer, WaitKind wait, Peer to, WaitKind toWait, long rate, ToDoubleFunction<Result> value) {
        return Ratio.of(all.stream()
                .filter(r -> r.peer() == peer && r.waits() == wait && r.rate() == rate)
                .map(r -> {
                    Result other = find(to, toWait, rate, r.round());
                    return other == null ? null : quotient(value.applyAsDouble(r), value.applyAsDouble(other));
                })
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .toArray());
    }

    private static @Nullable Double quotient(double value, double other) {
        return value > 0 && other > 0 ? value / other : null;
    }

    private @Nullable Result find(Peer peer, WaitKind wait, long rate, int round) {
        return all.stream()
                .filter(r -> r.peer() == peer && r.waits() == wait && r.rate() == rate && r.round() == round)
                .findFirst()
                .orElse(null);
    }

    long events(long rate, Peer peer, WaitKind wait) {
        return all.stream()
                .filter(r -> r.rate() == rate && r.peer() == peer && r.waits() == wait)
                .mapToLong(Result::events)
                .sum();
    }
}
