package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.junit.jupiter.api.Test;

class FrameClockTest {
    private static final long MILLI = 1_000_000;
    private static final long NONE = AV_NOPTS_VALUE;

    private static FrameClock clock(long startStamp) {
        return new FrameClock(new AVRational().num(1).den(1000), startStamp, 25);
    }

    private static List<Long> millis(FrameClock clock, long... stamps) {
        List<Long> places = new ArrayList<>();
        for (long stamp : stamps) {
            places.add(clock.place(stamp, true, NONE) / MILLI);
        }
        return places;
    }

    @Test
    void beginsWithTheStartStamp() {
        assertThat(millis(clock(5000), 5000, 5040, 5080)).containsExactly(0L, 40L, 80L);
        assertThat(millis(clock(NONE), 5000, 5040)).containsExactly(0L, 40L);
        assertThat(millis(clock(4997), 5000, 5040)).as("rounded").containsExactly(0L, 40L);
        assertThat(millis(clock(4000), 5000)).as("late").containsExactly(1000L);
    }

    @Test
    void readFromAnotherPlaceItHasTheSamePlaces() {
        FrameClock clock = clock(4997); // rounded
        assertThat(millis(clock, 5000, 5040)).containsExactly(0L, 40L);
        assertThat(millis(clock.elsewhere(), 7000, 7040)).containsExactly(2000L, 2040L);
        assertThat(millis(clock.elsewhere(), 5030)).as("not the first frame").containsExactly(30L);
        assertThat(clock.stamp(2000 * MILLI)).isEqualTo(7000);
        assertThat(clock(NONE).stamp(0)).as("unknown before the first frame").isEqualTo(NONE);
    }

    @Test
    void risesOverStampsThatAreRepeatedMissingOrStepBack() {
        FrameClock clock = clock(0);
        long last = -1;
        for (long stamp : new long[] {0, 40, 40, 40, 60, 50, NONE, NONE, 400}) {
            long place = clock.place(stamp, true, NONE);
            assertThat(place).as("stamp %d", stamp).isGreaterThan(last);
            last = place;
        }
        assertThat(last).isEqualTo(400 * MILLI);
    }

    @Test
    void goesOnWhereAnotherRecordingBegins() {
        assertThat(millis(clock(0), 0, 40, 4000, 0, 40, 80)).containsExactly(0L, 40L, 4000L, 4040L, 4080L, 4120L);
    }

    @Test
    void withoutStampsOfShowingTheNthFrameGetsTheNthTickOfDecoding() {
        FrameClock clock = clock(0);
        for (long stamp : new long[] {0, 40, 80, 160}) { // a frame was dropped at 120
            clock.decoding(NONE, stamp);
        }
        assertThat(clock.place(NONE, true, 0) / MILLI).isZero();
        assertThat(clock.place(NONE, true, 80) / MILLI).isEqualTo(40);
        assertThat(clock.place(NONE, true, 160) / MILLI).isEqualTo(80);
        assertThat(clock.place(NONE, true, 40) / MILLI).isEqualTo(160);
    }
}
