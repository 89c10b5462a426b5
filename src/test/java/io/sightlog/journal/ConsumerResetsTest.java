package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A consumer that goes back by itself, and one that is moved: the second one is counted. */
class ConsumerResetsTest {
    private static final String NAME = "uplink";

    @TempDir
    Path temp;

    private Journal journal;

    @BeforeEach
    void append() {
        journal = Journal.open(temp.resolve("q"));
        try (JournalWriter writer = journal.writer()) {
            for (int i = 0; i < 10; i++) {
                writer.append(new EventDraft().capturedNanos(i).frame(i, 0));
            }
        }
    }

    private static List<Long> rest(JournalReader reader) {
        List<Long> frames = new ArrayList<>();
        while (reader.next()) {
            frames.add(reader.event().frame());
        }
        return frames;
    }

    private static Position here(JournalReader reader) {
        return new Position(reader.event().index(), reader.event().place());
    }

    @Test
    void whoRewindsGetsAgainWhatWasNotSavedAndMaySaveIt() {
        try (JournalReader reader = journal.reader(NAME)) {
            assertThat(rest(reader)).hasSize(10);
            reader.rewind();
            assertThat(rest(reader)).startsWith(0L).hasSize(10);
            reader.rewind();
            List<Position> positions = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                assertThat(reader.next()).isTrue();
                positions.add(here(reader));
            }
            reader.handled(positions.get(3));
            reader.rewind();
            assertThat(rest(reader)).containsExactly(4L, 5L, 6L, 7L, 8L, 9L);
            reader.handled(positions.get(5));
            reader.rewind();
            assertThat(rest(reader)).containsExactly(6L, 7L, 8L, 9L);
            assertThat(reader.resets()).isZero();
        }
        try (JournalReader reader = journal.reader(NAME)) {
            assertThat(rest(reader)).containsExactly(6L, 7L, 8L, 9L);
        }
    }

    @Test
    void whoRewindsWithoutANameBeginsWhereItBegan() {
        try (JournalReader reader = journal.reader(new Start.Last(2))) {
            assertThat(rest(reader)).containsExactly(8L, 9L);
            reader.rewind();
            assertThat(rest(reader)).containsExactly(8L, 9L);
            assertThat(reader.isNew()).isTrue();
            assertThat(reader.resets()).isZero();
        }
    }

    @Test
    void howOftenANameWasMovedIsCountedAndKeptBySaves() {
        try (JournalReader reader = journal.reader(NAME)) {
            assertThat(reader.isNew()).isTrue();
            assertThat(reader.handledLast()).isNull();
            assertThat(reader.next()).isTrue();
            reader.handled();
            assertThat(reader.isNew()).isFalse();
            assertThat(reader.handledLast()).isEqualTo(here(reader));
        }
        journal.resetConsumer(NAME, Start.OLDEST);
        journal.resetConsumer(NAME, Start.END);
        journal.resetConsumer(NAME, Start.OLDEST);
        for (int life = 0; life < 3; life++) {
            try (JournalReader reader = journal.reader(NAME)) {
                assertThat(reader.isNew()).isFalse();
                assertThat(reader.resets()).isEqualTo(3);
                assertThat(reader.next()).isTrue();
                reader.handled();
                assertThat(reader.event().frame()).isEqualTo(life);
            }
        }
        journal.deleteConsumer(NAME);
        try (JournalReader reader = journal.reader(NAME)) {
            assertThat(reader.isNew()).isTrue();
            assertThat(reader.resets()).isZero();
        }
    }
}
