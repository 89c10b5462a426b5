package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A handler that throws out of {@link JournalReader#poll}. */
final class ThrowingHandlerTest {
    @TempDir
    Path temp;

    private Journal journal;
    private final List<Long> seen = new ArrayList<>();

    @BeforeEach
    void fiveEvents() {
        journal = Journal.open(temp.resolve("q"));
        try (JournalWriter writer = journal.writer()) {
            EventDraft draft = new EventDraft();
            for (int frame = 0; frame < 5; frame++) {
                writer.append(draft.clear().capturedNanos(1).frame(frame, 0));
            }
        }
    }

    private EventHandler throwingAt(long frame) {
        return event -> {
            if (event.frame() == frame) {
                throw new IllegalStateException("frame " + frame);
            }
            seen.add(event.frame());
        };
    }

    @Test
    void itsEventComesAgainToWhoeverOpensTheReaderAnew() {
        try (JournalReader reader = journal.reader("alarm")) {
            assertThatThrownBy(() -> reader.poll(throwingAt(2), 64)).hasMessage("frame 2");
        }
        try (JournalReader reader = journal.reader("alarm")) {
            reader.poll(throwingAt(-1), 64);
        }
        assertThat(seen).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void itsEventIsPassedOverByWhoeverPollsOn() {
        try (JournalReader reader = journal.reader("alarm")) {
            assertThatThrownBy(() -> reader.poll(throwingAt(2), 64)).hasMessage("frame 2");
            reader.poll(throwingAt(-1), 64);
        }
        assertThat(seen).containsExactly(0L, 1L, 3L, 4L);
        try (JournalReader reader = journal.reader("alarm")) {
            assertThat(reader.poll(throwingAt(-1), 64)).isZero();
        }
    }

    @Test
    void itsEventComesAgainToWhoeverSeeksToIt() {
        try (JournalReader reader = journal.reader("alarm")) {
            assertThatThrownBy(() -> reader.poll(throwingAt(2), 64)).hasMessage("frame 2");
            reader.seek(new Start.At(
                    new Position(reader.event().index(), reader.event().place())));
            reader.poll(throwingAt(-1), 64);
        }
        assertThat(seen).containsExactly(0L, 1L, 2L, 3L, 4L);
    }
}
