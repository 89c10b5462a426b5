package io.sightlog.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void aSecondOfEventsTakesExactlyASecondAtAnyRate() {
        for (long rate : new long[] {1, 3, 7, 1000, 99_991, 1_000_000, LatencyPlan.MAX_RATE}) {
            Schedule schedule = new Schedule(5, rate);
            assertThat(schedule.dueNanos(0)).isEqualTo(5);
            assertThat(schedule.dueNanos(rate)).isEqualTo(5 + 1_000_000_000L);
            assertThat(schedule.dueNanos(3600 * rate)).isEqualTo(5 + 3_600_000_000_000L);
        }
    }

    @Test
    void eventsAreDueInOrderAndEvenlySpaced() {
        Schedule schedule = new Schedule(-1_000, 30);
        for (long k = 0; k < 100; k++) {
            assertThat(schedule.dueNanos(k + 1) - schedule.dueNanos(k)).isBetween(33_333_333L, 33_333_334L);
        }
    }

    @Test
    void awaitingReturnsWhenItIsTimeAndNotBefore() {
        for (long ahead : new long[] {-1_000_000, 0, 20_000, 2_000_000}) {
            long due = System.nanoTime() + ahead;
            Schedule.await(due);
            assertThat(System.nanoTime() - due).isNotNegative();
        }
    }

    @Test
    void refusesARateOfNothing() {
        assertThatThrownBy(() -> new Schedule(0, 0)).hasMessageContaining("rate=0");
    }
}
