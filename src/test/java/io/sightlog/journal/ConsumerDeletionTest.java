package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that are given up, and what they held back. */
final class ConsumerDeletionTest {
    @TempDir
    Path temp;

    private final AtomicLong now = new AtomicLong(1_700_000_000_000_000_000L);
    private Journal journal = Journal.open(Path.of("none"));

    /** Three cycles of one event each. */
    @BeforeEach
    void fill() {
        journal = Journal.open(temp.resolve("q"), now::get);
        try (JournalWriter writer = journal.writer(Roll.SECONDLY)) {
            for (long i = 0; i < 3; i++) {
                writer.append(new EventDraft().capturedNanos(now.get()).frame(i, 0));
                now.addAndGet(TimeUnit.SECONDS.toNanos(1));
            }
        }
    }

    private void read(String name, int events) {
        try (JournalReader reader = journal.reader(name)) {
            for (int i = 0; i < events; i++) {
                assertThat(reader.next()).isTrue();
                reader.handled();
            }
        }
    }

    private int goes() {
        return journal.retention()
                .plan(new Retention.Policy(null, Long.MAX_VALUE, 1, Set.of(), false))
                .cycles()
                .size();
    }

    @Test
    void aNameThatIsGoneHoldsBackNoPruningAndBeginsAnewWhenItIsTakenAgain() {
        read("dead", 0);
        read("slow", 1);
        read("done", 3);
        assertThat(journal.retention().heldBack()).isEqualTo(Map.of("dead", 2, "slow", 1));
        assertThat(goes()).isZero();

        journal.deleteConsumer("dead");
        assertThat(journal.consumer("dead")).isNull();
        assertThat(journal.retention().heldBack()).isEqualTo(Map.of("slow", 1));
        assertThat(goes()).isEqualTo(1);

        journal.deleteConsumer("slow");
        read("slow", 3);
        assertThat(journal.directory().resolve("consumers"))
                .isDirectoryNotContaining(file -> file.toString().contains("dead"));
    }

    @Test
    void oneThatRunsStaysAndItsProcessIsNamed() {
        try (JournalReader reader = journal.reader("alarm")) {
            assertThatThrownBy(() -> journal.deleteConsumer("alarm"))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("running")
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
            assertThat(reader.next()).isTrue();
            reader.handled();
        }
        assertThat(journal.hasConsumer("alarm")).isTrue();
    }

    @Test
    void aDamagedOneCanBeDeletedAndHoldsBackEverythingUntilThen() throws IOException {
        read("alarm", 3);
        Path position = journal.directory().resolve("consumers").resolve("alarm.position");
        Files.writeString(position, "x".repeat(300));
        assertThat(journal.retention().heldBack()).isEqualTo(Map.of("alarm", 2));
        journal.deleteConsumer("alarm");
        assertThat(position).doesNotExist();
        assertThat(journal.retention().heldBack()).isEmpty();
        read("alarm", 3);
    }

    @Test
    void oneThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> journal.deleteConsumer("nobody"))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("nobody")
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> journal.deleteConsumer("../x")).isInstanceOf(IllegalArgumentException.class);
    }
}
