package io.sightlog.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BridgeHealthTest {
    private final BridgeCounts counts = new BridgeCounts();
    private final Said people = new Said();
    private final BridgeHealth health = new BridgeHealth(counts, people);

    @Test
    void isReadyWhileTheBrokerIsThereAndLivesAlsoWhileItIsAway() {
        assertThat(health.whyNot()).isEqualTo("the broker was not reached yet");
        health.away("no route to it", "3 events wait");
        assertThat(health.whyNot()).isEqualTo("the broker is away: no route to it");
        assertThat(health.liveness().whyNot()).isNull();
        counts.connected().set(1);
        health.connected("the broker");
        assertThat(health.whyNot()).isNull();
        counts.connected().set(0);
        assertThat(health.whyNot()).isNotNull();
    }

    @Test
    void asksWhetherToStopAsBefore() {
        assertThat(health.watched(() -> true).getAsBoolean()).isTrue();
        assertThat(health.watched(() -> false).getAsBoolean()).isFalse();
    }
}
