package io.sightlog.jmh.peers;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * In which of two states the machine was, at one rate. On some machines the same bytes take two or three times as long for seconds
 * to minutes, and then do not; where its cores lie decides that, and nothing that runs on them. So the control's own p50s of a run
 * lie in two heaps, and the widest gap between neighbours parts them.
 */
final class States {
    /** A gap is one only when what is behind it takes so many times as long. */
    private static final double GAP = 1.3;
    /** And when at least this share of all lies on each side, so that a disturbance is no state. */
    private static final double LEAST_SHARE = 0.05;
    /** What takes so many times as long as the quickest share is no state of a machine that is left alone. */
    private static final double DISTURBED = 8;

    /** Of those that were not disturbed. */
    private final double[] sorted;
    /** How many are on the quick side, 0 when there is no gap. */
    private final int quick;

    private final double limit;

    private States(double[] sorted, int quick, double limit) {
        this.sorted = sorted;
        this.quick = quick;
        this.limit = limit;
    }

    /** By all that the control took at this rate. */
    static States of(List<Result> all, long rate) {
        return of(all.stream()
                .filter(r -> r.rate() == rate && r.hasControl())
                .flatMapToLong(r -> LongStream.of(r.controlBeforeNanos(), r.controlAfterNanos()))
                .asDoubleStream()
                .toArray());
    }

    static States of(double[] nanos) {
        double[] all = nanos.clone();
        Arrays.sort(all);
        double limit = all.length == 0 ? 0 : DISTURBED * all[(int) (LEAST_SHARE * all.length)];
        double[] sorted = Arrays.stream(all).filter(n -> n <= limit).toArray();
        int least = (int) Math.max(2, Math.ceil(LEAST_SHARE * sorted.length));
        int quick = 0;
        double widest = GAP;
        for (int i = least; i <= sorted.length - least; i++) {
            if (sorted[i] / sorted[i - 1] >= widest) {
                widest = sorted[i] / sorted[i - 1];
                quick = i;
            }
        }
        return new States(sorted, quick, limit);
    }

    boolean areTwo() {
        return quick > 0;
    }

    /** Below this the machine is fast; in the middle of the gap, as ratios go. Only when there {@link #areTwo}. */
    double thresholdNanos() {
        return Math.sqrt(sorted[quick - 1] * sorted[quick]);
    }

    State of(Result result) {
        if (!result.hasControl()) {
            return State.UNKNOWN;
        }
        if (Math.max(result.controlBeforeNanos(), result.controlAfterNanos()) > limit) {
            return State.DISTURBED;
        }
        if (!areTwo()) {
            return State.ONE;
        }
        boolean before = result.controlBeforeNanos() < thresholdNanos();
        boolean after = result.controlAfterNanos() < thresholdNanos();
        return before != after ? State.CHANGED : before ? State.FAST : State.SLOW;
    }

    /** Those of the two states that a run can be in, as columns have them. */
    List<State> columns() {
        return areTwo() ? List.of(State.FAST, State.SLOW) : List.of(State.ONE);
    }

    /** What the control took, in one sentence. */
    String text() {
        if (sorted.length == 0) {
            return "there was no control.";
        }
        if (!areTwo()) {
            return "the control's p50 was " + micros(0, sorted.length) + " without a gap: one state.";
        }
        return "the control's p50 was " + micros(0, quick) + " when the machine was fast, and "
                + micros(quick, sorted.length) + " when it was slow; what parts them is "
                + Ratio.number(thresholdNanos() / 1e3) + " us, in the middle of a gap of "
                + Ratio.number(sorted[quick] / sorted[quick - 1]) + " times.";
    }

    private String micros(int from, int to) {
        return Ratio.of(Arrays.stream(sorted, from, to).map(n -> n / 1e3).toArray())
                        .text() + " us, " + (to - from) + " times,";
    }
}
