package io.sightlog.journal.internal.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Retention;
import io.sightlog.journal.Start;
import io.sightlog.journal.WriterOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An append that throws has left nothing, or says that the event is there. */
class HalfwayAppendTest {
    @TempDir
    Path directory;

    @Test
    void whatFailsAfterAnAppendSaysThatTheEventIsThere() {
        Journal journal = Journal.open(directory);
        Retention.Policy newest = new Retention.Policy(null, Long.MAX_VALUE, 1, java.util.Set.of(), false);
        WriterOptions options = WriterOptions.DEFAULT.retention(newest, (plan, failure) -> {
            throw new OutOfMemoryError("none left");
        });
        try (JournalWriter writer = journal.writer(options)) {
            assertThatThrownBy(() -> writer.append(new EventDraft().capturedNanos(0)))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("is there")
                    .hasMessageContaining("none left");
            assertThat(count(journal)).isEqualTo(1);
            assertThat(writer.nextSequence()).isEqualTo(1);
        }
    }

    private static int count(Journal journal) {
        int events = 0;
        try (JournalReader reader = journal.reader(Start.OLDEST)) {
            while (reader.next()) {
                events++;
            }
        }
        return events;
    }
}
