package io.sightlog.journal.internal.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
final class QuietTimeTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;

    private long now;
    private int index;
    private final QuietTime quiet = new QuietTime(0);
    private int left = 1;
    private int readings;

    /** Looks for nothing, so many times; says how long there was no look at the clock at most. */
    private long looks(int count, IntToLongFunction nanosBehindLook) {
        long longest = 0;
        long read = now;
        for (int i = 0; i < count; i++) {
            if (--left <= 0) {
                left = quiet.looks(now, index, 0);
                assertThat(left).isBetween(1, QuietTime.MOST_LOOKS);
                longest = Math.max(longest, now - read);
                read = now;
                readings++;
            }
            now += nanosBehindLook.applyAsLong(i);
        }
        return Math.max(longest, now - read);
    }

    @Test
    void whoSpinsLooksAtTheClockSeldom() {
        looks(1000, i -> 5);
        readings = 0;
        looks(128_000, i -> 5);
        assertThat(readings).isEqualTo(1000);
    }

    @Test
    void butNotMoreSeldomWhereEventsComeInBetween() {
        for (int i = 0; i < 1000; i++) {
            looks(50, look -> 5);
            index++;
        }
        readings = 0;
        looks(QuietTime.LOOKS, i -> 100 * MILLI);
        assertThat(readings).isPositive();
    }

    /** As {@link FutexWait} does: some looks at once, and then each second one after 100 ms. */
    @Test
    void whoSleepsAfterASpinIsNotLate() {
        looks(10_000, i -> 5); // as another strategy has
        looks(1000, i -> 10 * MILLI); // and then was slower for a while
        for (int i = 0; i < 20; i++) {
            index++;
            looks(50, look -> 5);
            assertThat(looks(200, look -> look % 2 * 100 * MILLI)).isLessThanOrEqualTo(SECOND);
        }
    }

    @Test
    void whoParksForAMillisecondIsNotLate() {
        looks(100_000, i -> 5);
        assertThat(looks(5000, i -> MILLI)).isLessThanOrEqualTo(SECOND / 4);
    }

    @Test
    void whoLooksOnceASecondLooksAtTheClockEachTime() {
        looks(2, i -> SECOND);
        readings = 0;
        looks(100, i -> SECOND);
        assertThat(readings).isBetween(98, 100);
    }
}
