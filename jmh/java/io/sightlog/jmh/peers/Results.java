package io.sightlog.jmh.peers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All rounds of a run, to be asked for medians and ratios. */
final class Results {
    private final List<Result> all;
    private final Map<Long, States> states = new HashMap<>();

    Results(List<Result> all) {
        this.all = List.copyOf(all);
    }

    /** How the machine was at a rate. */
    States states(long rate) {
        return states.computeIfAbsent(rate, wanted -> States.of(all, wanted));
    }

    private Stream<Result> spinning(Peer peer, long rate, State state) {
        return all.stream()
                .filter(r -> r.peer() == peer && r.waits() == WaitKind.SPIN && r.rate() == rate)
                .filter(r -> states(rate).of(r) == state);
    }

    /** Over the rounds in one state, the p50 of who spins divided by the control's. */
    Ratio toControl(Peer peer, long rate, State state) {
        return Ratio.of(
                spinning(peer, rate, state).mapToDouble(Result::toControl).toArray());
    }

    /** Over the rounds in one state, the value itself. */
    Ratio in(State state, Peer peer, long rate, ToDoubleFunction<Result> value) {
        return Ratio.of(spinning(peer, rate, state).mapToDouble(value).toArray());
    }

    /** How many rounds there were in one state. */
    int rounds(Peer peer, long rate, State state) {
        return (int) spinning(peer, rate, state).count();
    }

    /** How many rounds were run. */
    int rounds() {
        return all.stream().mapToInt(Result::round).max().orElse(0);
    }

    /** How many peers, in all their ways to wait, met a state in a round. */
    int met(int round, long rate, State state) {
        return (int) all.stream()
                .filter(r ->
                        r.round() == round && r.rate() == rate && states(rate).of(r) == state)
                .count();
    }

    /** What the control took in a round, in microseconds. */
    Ratio control(int round, long rate) {
        return Ratio.of(all.stream()
                .filter(r -> r.round() == round && r.rate() == rate && r.hasControl())
                .flatMapToDouble(r -> DoubleStream.of(r.controlBeforeNanos() / 1e3, r.controlAfterNanos() / 1e3))
                .toArray());
    }

    /**
     * Over the rounds in which both met the machine in the same state, the p50 of one divided by that of the other. Without a control,
     * over all rounds.
     */
    Ratio inSameState(Peer peer, WaitKind wait, Peer to, WaitKind toWait, long rate) {
        return Ratio.of(all.stream()
                .filter(r -> r.peer() == peer && r.waits() == wait && r.rate() == rate)
                .map(r -> {
                    Result other = find(to, toWait, rate, r.round());
                    return other == null || !areAlike(r, other) ? null : quotient(r.p50Nanos(), other.p50Nanos());
                })
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .toArray());
    }

    private boolean areAlike(Result one, Result other) {
        State state = states(one.rate()).of(one);
        return state != State.CHANGED
                && state != State.DISTURBED
                && state == states(other.rate()).of(other);
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
