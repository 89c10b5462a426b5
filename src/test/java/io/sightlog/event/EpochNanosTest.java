package io.sightlog.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LONG;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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

    /** A busy machine may have held it up while it asked the clock; it asks again ten times a second. */
    @Test
    void isTheMachinesClock() {
        long jitter = TimeUnit.MILLISECONDS.toNanos(1);
        List<Long> errors = new ArrayList<>();
        do {
            long before = nanos(Instant.now());
            long now = EpochNanos.now();
            long after = nanos(Instant.now());
            errors.add(Math.max(before - now, now - after));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        } while (errors.get(errors.size() - 1) > jitter && errors.size() < 100);
        assertThat(errors).as("ns off").last().asInstanceOf(LONG).isLessThanOrEqualTo(jitter);
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
