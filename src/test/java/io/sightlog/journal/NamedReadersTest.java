package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Readers with a name: where they go on, who may run them, and what is known of them. */
class NamedReadersTest extends JournalFixture {
    @Test
    void aNamedReaderGoesOnWhereItStopped() {
        try (JournalWriter writer = journal().writer()) {
            for (int i = 0; i < 10; i++) {
                writer.append(frame(i));
            }
            try (JournalReader reader = journal().reader("alarm")) {
                assertThat(reader.poll(event -> {}, 4)).isEqualTo(4);
                assertThatThrownBy(() -> reader.poll(
                                event -> {
                                    throw new IllegalStateException("siren broken");
                                },
                                1))
                        .hasMessage("siren broken");
            }
            assertThat(named("alarm")).isEqualTo(range(4, 10));
            assertThat(named("alarm")).isEmpty();
            now.addAndGet(HOUR);
            writer.append(frame(10));
            assertThat(named("alarm")).isEqualTo(range(10, 11));
            assertThat(named("other")).isEqualTo(range(0, 11));
        }
    }

    @Test
    void aNewNameThatBeganAtTheEndMissesNothingAfterwards() {
        try (JournalWriter writer = journal().writer()) {
            writer.append(frame(0));
            journal().reader("late", Start.END).close();
            writer.append(frame(1));
            assertThat(named("late")).isEqualTo(range(1, 2));
        }
    }

    @Test
    void twoReadersOfOneNameAreRefused() {
        try (JournalReader first = journal().reader("alarm")) {
            assertThat(first.next()).isFalse();
            assertThatThrownBy(() -> journal().reader("alarm"))
                    .hasMessageContaining("\"alarm\" is running already, as process "
                            + ProcessHandle.current().pid());
        }
        journal().reader("alarm").close();
        assertThatThrownBy(() -> journal().reader("../alarm")).hasMessageContaining("bad consumer name");
    }

    @Test
    void consumersShowLagAndCanBeReset() {
        try (JournalWriter writer = journal().writer()) {
            for (int i = 0; i < 10; i++) {
                writer.append(frame(i));
                now.addAndGet(1_000_000_000L);
            }
        }
        try (JournalReader reader = journal().reader("alarm")) {
            reader.poll(event -> {}, 3);
            ConsumerStatus running = journal().consumers().get(0);
            assertThat(running.lagEvents()).isEqualTo(7);
            assertThat(running.lagNanos()).isEqualTo(6_000_000_000L);
            assertThat(running.holderPid()).isEqualTo(ProcessHandle.current().pid());
            assertThatThrownBy(() -> journal().resetConsumer("alarm", Start.END))
                    .hasMessageContaining("is running");
        }
        assertThat(journal().consumers().get(0).holderPid()).isZero();
        journal().resetConsumer("alarm", Start.END);
        assertThat(journal().consumers().get(0).lagEvents()).isZero();
        journal().resetConsumer("alarm", new Start.Last(2));
        assertThat(named("alarm")).isEqualTo(range(8, 10));
        assertThatThrownBy(() -> journal().resetConsumer("alarn", Start.END))
                .hasMessageContaining("no consumer \"alarn\"");
    }
}
