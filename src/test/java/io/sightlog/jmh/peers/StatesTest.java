package io.sightlog.jmh.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** What the control took says in which state the machine was. */
class StatesTest {
    private static final double[] FAST = {210, 215, 220, 222, 225, 230, 240};
    private static final double[] SLOW = {650, 680, 700, 700, 710, 750};

    @Test
    void theWidestGapPartsFastFromSlow() {
        States states = States.of(both(SLOW, FAST));

        assertThat(states.areTwo()).isTrue();
        assertThat(states.thresholdNanos()).isCloseTo(Math.sqrt(240 * 650), within(0.1));
        assertThat(states.columns()).containsExactly(State.FAST, State.SLOW);
        assertThat(states.text())
                .contains("0.22 (0.21–0.24) us, 7 times,", "0.70 (0.65–0.75) us, 6 times,", "2.71 times");
    }

    @Test
    void aMachineThatChangedBetweenBeforeAndAfterWasInNeither() {
        States states = States.of(both(SLOW, FAST));

        assertThat(states.of(result(220, 230))).isEqualTo(State.FAST);
        assertThat(states.of(result(700, 690))).isEqualTo(State.SLOW);
        assertThat(states.of(result(220, 700))).isEqualTo(State.CHANGED);
        assertThat(states.of(result(700, 90_000))).isEqualTo(State.DISTURBED);
        assertThat(states.of(result(0, 0))).isEqualTo(State.UNKNOWN);
    }

    @Test
    void disturbancesMakeNoState() {
        States states = States.of(both(FAST, new double[] {40_000, 9_000, 300_000}));

        assertThat(states.areTwo()).isFalse();
        assertThat(states.of(result(220, 230))).isEqualTo(State.ONE);
        assertThat(states.of(result(220, 9_000))).isEqualTo(State.DISTURBED);
    }

    @Test
    void aRatioIsToTheMeanOfBeforeAndAfter() {
        assertThat(result(200, 300).toControl()).isCloseTo(2, within(1e-9));
    }

    private static double[] both(double[] some, double[] others) {
        return DoubleStream.concat(DoubleStream.of(some), DoubleStream.of(others))
                .toArray();
    }

    private static Result result(long before, long after) {
        return new Result(Peer.SIGHTLOG, WaitKind.SPIN, 10_000, 1, 500, 0, 0, 0, 0, 1, 0, 0, 0, 0, before, after);
    }
}
