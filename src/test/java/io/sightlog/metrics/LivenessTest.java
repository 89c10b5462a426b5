package io.sightlog.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LivenessTest {
    @Test
    void lastsFromBeatToBeat() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // clocks of this kind may overflow
        Liveness liveness = new Liveness(Duration.ofSeconds(30), now::get);
        assertThat(liveness.whyNot()).isNull();
        now.addAndGet(Duration.ofSeconds(30).toNanos());
        assertThat(liveness.whyNot()).isNull();
        now.addAndGet(Duration.ofSeconds(4).toNanos());
        assertThat(liveness.whyNot()).isEqualTo("the loop has not come round for 34 s, the limit is 30 s");
        liveness.beat();
        assertThat(liveness.whyNot()).isNull();
    }

    @Test
    void needsALimit() {
        assertThatThrownBy(() -> new Liveness(Duration.ZERO)).hasMessageContaining("PT0S");
    }
}
