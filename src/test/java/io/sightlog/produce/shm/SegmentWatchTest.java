package io.sightlog.produce.shm;

import static io.sightlog.produce.shm.SegmentWatch.Seen.FLAW;
import static io.sightlog.produce.shm.SegmentWatch.Seen.FRAME;
import static io.sightlog.produce.shm.SegmentWatch.Seen.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.shm.SharedFrame;
import org.junit.jupiter.api.Test;

class SegmentWatchTest {
    private static final long MILLI = 1_000_000;

    private final SegmentWatch watch = new SegmentWatch();
    private long nanos = 5 * MILLI;

    private static SharedFrame dogAt(int left) {
        return new SharedFrame().clear().add(16, 0.5f, left, 1, 2, 3);
    }

    private static SharedFrame nonsense() {
        return new SharedFrame().clear().add(16, Float.NaN, 0, 1, 2, 3);
    }

    /** A look, a millisecond after the one before. */
    private SegmentWatch.Seen look(SharedFrame copy) {
        nanos += MILLI;
        return watch.look(copy, nanos);
    }

    @Test
    void aChangeIsAFrameAtTheSecondLookAndOnlyThen() {
        assertThat(look(new SharedFrame())).isEqualTo(NOTHING);
        assertThat(look(dogAt(1))).isEqualTo(NOTHING);
        long first = nanos;
        assertThat(look(dogAt(1))).isEqualTo(FRAME);
        assertThat(watch.frame().looksLike(dogAt(1))).isTrue();
        assertThat(watch.sinceNanos()).isEqualTo(first);
        assertThat(look(dogAt(1))).isEqualTo(NOTHING);
    }

    @Test
    void whatStoodThereForOneLookOnlyIsNone() {
        assertThat(look(dogAt(1))).isEqualTo(NOTHING);
        assertThat(look(dogAt(2))).isEqualTo(NOTHING);
        assertThat(look(dogAt(2))).isEqualTo(FRAME);
        assertThat(look(dogAt(3))).isEqualTo(NOTHING);
        assertThat(look(dogAt(2))).isEqualTo(NOTHING);
        assertThat(look(dogAt(2))).isEqualTo(NOTHING);
    }

    @Test
    void whatIsBehindTheCountIsNoChange() {
        watch.know(dogAt(1));
        SharedFrame two = dogAt(1).add(0, 0.5f, 9, 9, 9, 9);
        assertThat(look(two)).isEqualTo(NOTHING);
        assertThat(look(two)).isEqualTo(FRAME);
        watch.know(new SharedFrame());
        assertThat(look(new SharedFrame().clear())).isEqualTo(NOTHING);
    }

    @Test
    void nonsenseIsToldOnceWhenItStays() {
        int looks = 0;
        while (look(nonsense()) == NOTHING) {
            looks++;
        }
        assertThat(looks).isBetween(19, 21);
        assertThat(watch.flaw()).isEqualTo("box 0 of 1: confidence NaN is not in 0..1");
        for (int i = 0; i < 100; i++) {
            assertThat(look(nonsense())).isEqualTo(NOTHING);
        }
        look(dogAt(1));
        assertThat(look(dogAt(1))).isEqualTo(FRAME);
        look(nonsense());
        assertThat(look(dogAt(2))).isEqualTo(NOTHING);
        assertThat(look(dogAt(2))).isEqualTo(FRAME);
    }

    @Test
    void aWatcherThatWasHeldUpAccusesNobody() {
        for (int i = 0; i < 19; i++) {
            nanos += 100 * MILLI;
            assertThat(look(dogAt(i))).isEqualTo(NOTHING);
        }
        assertThat(look(nonsense())).isEqualTo(NOTHING);
        nanos += 100 * MILLI;
        watch.know(dogAt(1));
        assertThat(look(nonsense())).isEqualTo(NOTHING);
        nanos += 100 * MILLI;
        assertThat(look(nonsense())).isEqualTo(NOTHING);
    }

    @Test
    void whatNeverStandsStillIsToldOnceUntilItDoes() {
        int flaws = 0;
        for (int i = 0; i < 200; i++) {
            flaws += look(dogAt(i)) == FLAW ? 1 : 0;
        }
        assertThat(flaws).isEqualTo(1);
        assertThat(watch.flaw()).contains("changed at every look for 20 ms");
        assertThat(look(dogAt(199))).isEqualTo(FRAME);
        for (int i = 0; i < 200; i++) {
            flaws += look(dogAt(i)) == FLAW ? 1 : 0;
        }
        assertThat(flaws).isEqualTo(2);
    }
}
