package io.sightlog.journal.internal.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.append.AppendInside;
import net.openhft.chronicle.queue.RollCycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CyclesTest {
    @ParameterizedTest
    @EnumSource
    void areWhatTheQueueMeansByThem(Roll roll) {
        RollCycle cycle = AppendInside.rollCycle(roll);

        assertThat(cycle.lengthInMillis()).isEqualTo(Math.toIntExact(roll.lengthMillis()));
        assertThat(cycle.format()).isEqualTo(Cycles.pattern(roll));
        assertThat(cycle.toIndex(7, 5)).isEqualTo(ExcerptIndex.of(7, 5));
        assertThat(cycle.toCycle(ExcerptIndex.of(7, 5))).isEqualTo(7);
    }
}
