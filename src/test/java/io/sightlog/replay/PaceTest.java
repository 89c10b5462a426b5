package io.sightlog.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
class PaceTest {
    private static final long MILLI = 1_000_000L;

    @Test
    void anEventIsDueAsLongAfterTheFirstAsItWasCaptured() {
        Pace pace = new Pace(1);
        assertThat(pace.due(5_000 * MILLI, 100 * MILLI)).isEqualTo(100 * MILLI);
        assertThat(pace.due(5_040 * MILLI, 101 * MILLI)).isEqualTo(140 * MILLI);
        assertThat(pace.due(5_080 * MILLI, 140 * MILLI)).isEqualTo(180 * MILLI);
    }

    @Test
    void theRateDividesTheTime() {
        Pace pace = new Pace(4);
        pace.due(0, 0);
        assertThat(pace.due(400 * MILLI, 0)).isEqualTo(100 * MILLI);
        pace = new Pace(Pace.MAX);
        pace.due(0, 0);
        assertThat(pace.due(400 * MILLI, 7)).isEqualTo(7);
    }

    @Test
    void aLateEventDoesNotDelayTheRest() {
        Pace pace = new Pace(1);
        pace.due(0, 0);
        assertThat(pace.due(10 * MILLI, 500 * MILLI)).isEqualTo(10 * MILLI);
        assertThat(pace.due(600 * MILLI, 500 * MILLI)).isEqualTo(600 * MILLI);
    }

    @Test
    void doesNotDriftOverManyEvents() {
        Pace pace = new Pace(3);
        long due = 0;
        for (long i = 0; i <= 1_000_000; i++) {
            due = pace.due(i * 33_366_667L, due);
        }
        assertThat(due).isCloseTo(1_000_000L * 33_366_667L / 3, org.assertj.core.data.Offset.offset(2L));
    }

    @Test
    void aStepBackIsDueAtOnceAndCounted() {
        Pace pace = new Pace(1);
        pace.due(100 * MILLI, 0);
        pace.due(200 * MILLI, 0);
        assertThat(pace.due(150 * MILLI, 100 * MILLI)).isEqualTo(100 * MILLI);
        assertThat(pace.due(300 * MILLI, 100 * MILLI)).isEqualTo(200 * MILLI);
        assertThat(pace.stepsBack()).isEqualTo(1);
    }

    @Test
    void aStepBackOfMoreThanASecondBeginsANewRecording() {
        for (long more = 0; more <= 1; more++) {
            Pace pace = new Pace(1);
            pace.due(5_000 * MILLI, 0);
            pace.due(7_000 * MILLI, 0);
            long back = 6_000 * MILLI - more;
            assertThat(pace.due(back, 10_000 * MILLI)).isEqualTo(10_000 * MILLI);
            assertThat(pace.due(7_100 * MILLI, 10_000 * MILLI))
                    .as("a step back by a second and %d ns", more)
                    .isEqualTo(more == 0 ? 2_100 * MILLI : 10_000 * MILLI + 7_100 * MILLI - back);
        }
    }

    @Test
    void aGapThatIsTooLargeIsNotWaitedFor() {
        long hour = 3_600_000 * MILLI;
        Pace pace = new Pace(2);
        pace.due(7_000 * MILLI, 0);
        assertThat(pace.due(7_000 * MILLI + hour, 0))
                .as("an hour is waited for")
                .isEqualTo(hour / 2);
        assertThat(pace.gaps()).isZero();
        long later = 56L * 365 * 24 * hour;
        assertThat(pace.due(later, hour)).isEqualTo(hour);
        assertThat(pace.due(later + 100 * MILLI, hour)).as("paced from there").isEqualTo(hour + 50 * MILLI);
        assertThat(pace.gaps()).isEqualTo(1);
        assertThat(pace.longestGapNanos()).isEqualTo(later - hour - 7_000 * MILLI);
    }

    @Test
    void timesAtBothEndsOfWhatFitsAreGapsAndStepsBack() {
        Pace pace = new Pace(1);
        pace.due(Long.MIN_VALUE, 5);
        assertThat(pace.due(Long.MAX_VALUE, 5)).isEqualTo(5);
        assertThat(pace.due(Long.MIN_VALUE, 6)).isEqualTo(6);
        assertThat(pace.due(Long.MIN_VALUE + 10, 6)).as("paced from there").isEqualTo(16);
        assertThat(pace.gaps()).isEqualTo(1);
        assertThat(pace.stepsBack()).isEqualTo(1);
    }

    @Test
    void withoutPaceThereAreNoGaps() {
        Pace pace = new Pace(Pace.MAX, 1);
        pace.due(0, 0);
        pace.due(1_000 * MILLI, 0);
        assertThat(pace.gaps()).isZero();
        assertThatThrownBy(() -> new Pace(1, 0)).hasMessage("maxGapNanos=0 is not above 0");
    }

    @Test
    void aRecordingThatBeginsFarBackIsPacedFromThere() {
        Pace pace = new Pace(1);
        pace.due(100_000 * MILLI, 0);
        assertThat(pace.due(10 * MILLI, 50 * MILLI)).isEqualTo(50 * MILLI);
        assertThat(pace.due(30 * MILLI, 50 * MILLI)).isEqualTo(70 * MILLI);
    }

    @Test
    void tellsTheRateItReached() {
        Pace pace = new Pace(2);
        pace.due(0, 0);
        pace.due(1_000 * MILLI, 0);
        pace.emitted(625 * MILLI);
        assertThat(pace.reached()).isEqualTo(1.6);
        pace.again();
        pace.due(0, 625 * MILLI);
        pace.due(1_000 * MILLI, 625 * MILLI);
        pace.emitted(1_250 * MILLI);
        assertThat(pace.reached()).isEqualTo(1.6);
    }

    @Test
    void anEventThatIsNotEmittedDoesNotCount() {
        Pace pace = new Pace(1);
        pace.due(0, 5 * MILLI);
        assertThat(pace.events()).isZero();
        assertThat(pace.elapsedNanos()).isZero();
        pace.emitted(5 * MILLI);
        pace.due(100 * MILLI, 5 * MILLI);
        pace.emitted(105 * MILLI);
        pace.due(900_000 * MILLI, 105 * MILLI);
        assertThat(pace.events()).isEqualTo(2);
        assertThat(pace.reached()).isEqualTo(1);
    }

    @Test
    void aRateIsAboveZero() {
        assertThatThrownBy(() -> new Pace(0)).hasMessageContaining("rate=0");
        assertThatThrownBy(() -> new Pace(Double.NaN)).hasMessageContaining("rate=NaN");
    }
}
