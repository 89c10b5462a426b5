package io.sightlog.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EpochNanosTest {
    @Test
    void goesForwardAlsoWhereItAsksTheClockAnew() {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(350); // it asks anew three times
        long last = EpochNanos.now();
        while (System.nanoTime() < until) {
            long now = EpochNanos.now();
            if (now < last) {
                assertThat(now).isGreaterThanOrEqualTo(last);
            }
            last = now;
        }
    }

    @Test
    void isTheMachinesClock() {
        long before = nanos(Instant.now());
        long now = EpochNanos.now();
        long after = nanos(Instant.now());
        long jitter = TimeUnit.MILLISECONDS.toNanos(1);
        assertThat(now).isBetween(before - jitter, after + jitter);
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
