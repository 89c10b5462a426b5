package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.internal.append.ChronicleAdapter;
import net.openhft.chronicle.queue.RollCycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RollTest {
    @ParameterizedTest
    @EnumSource
    void isWhatTheQueueMeansByIt(Roll roll) {
        RollCycle cycle = ChronicleAdapter.cycle(roll);

        assertThat(cycle.lengthInMillis()).isEqualTo(Math.toIntExact(roll.lengthMillis()));
        assertThat(cycle.format()).isEqualTo(roll.pattern());
        assertThat(cycle.toIndex(7, 5)).isEqualTo(Roll.index(7, 5));
        assertThat(cycle.toCycle(Roll.index(7, 5))).isEqualTo(7);
    }
}
