package io.sightlog.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.consume.Outcome;
import io.sightlog.consume.Outcome.Ending;
import io.sightlog.journal.Missed;
import io.sightlog.journal.Position;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ExitTest {
    @ParameterizedTest
    @EnumSource
    void saysWhetherSomethingWasLostHoweverItEnded(Ending ending) {
        Missed missed = new Missed(new Position(1, 0), new Position(2, 0), 1);

        assertThat(Exit.of(new Outcome(ending, 1, 1, 0, null), true)).isEqualTo(Exit.DONE);
        assertThat(Exit.of(new Outcome(ending, 1, 1, 0, null), false)).isEqualTo(Exit.DONE_WITH_LOSS);
        assertThat(Exit.of(new Outcome(ending, 1, 1, 1, null), true)).isEqualTo(Exit.DONE_WITH_LOSS);
        assertThat(Exit.of(new Outcome(ending, 1, 1, 0, missed), true)).isEqualTo(Exit.DONE_WITH_LOSS);
    }
}
