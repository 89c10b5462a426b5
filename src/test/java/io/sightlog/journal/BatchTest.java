package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches of 1 to 40 events among single ones; nobody who reads sees a difference. */
class BatchTest {
    private static final int EVENTS = 3000;

    @TempDir
    Path temp;

    private final AtomicLong now = new AtomicLong(1_700_000_000_000_000_000L);
    private final List<Position> positions = new ArrayList<>();
    private final List<Long> stamps = new ArrayList<>();
    private Journal journal;

    @BeforeEach
    void write() {
        journal = Journal.open(temp.resolve("q"), now::get);
        EventDraft draft = new EventDraft().capturedNanos(0);
        EventBatch batch = new EventBatch();
        try (JournalWriter writer = journal.writer()) {
            int size = 0;
            for (int i = 0; i < EVENTS; ) {
                size = size % 40 + 1;
                now.addAndGet(i > 1000 && i < 1100 ? 3_600_000_000_000L / 4 : 1000);
                int first = i;
                batch.clear();
                for (int k = 0; k < size && i < EVENTS; k++, i++) {
                    draft.clear().capturedNanos(0).source("/cam/" + i).frame(i, 0);
                    if (size == 1) {
                        positions.add(new Position(writer.append(draft), 0));
                        stamps.add(now.get());
                    } else {
                        assertThat(batch.add(draft)).isTrue();
                    }
                }
                if (batch.count() > 0) {
                    long index = writer.append(batch);
                    for (int k = 0; k < i - first; k++) {
                        positions.add(new Position(index, k));
                        stamps.add(now.get());
                    }
                }
            }
            assertThat(writer.nextSequence()).isEqualTo(EVENTS);
            assertThat(writer.append(new EventBatch())).isEqualTo(writer.lastIndex());
        }
    }

    private List<Long> frames(Start start) {
        List<Long> frames = new ArrayList<>();
        try (JournalReader reader = journal.reader(start)) {
            while (reader.next()) {
                frames.add(reader.event().frame());
            }
        }
        return frames;
    }

    private static List<Long> from(long first) {
        List<Long> frames = new ArrayList<>();
        for (long i = first; i < EVENTS; i++) {
            frames.add(i);
        }
        return frames;
    }

    @Test
    void everyEventComesOnceInOrderAtItsPosition() {
        try (JournalReader reader = journal.reader()) {
            for (int i = 0; i < EVENTS; i++) {
                assertThat(reader.peek()).isTrue();
                assertThat(reader.nextPosition()).isEqualTo(positions.get(i));
                assertThat(reader.next()).isTrue();
                assertThat(new Position(reader.event().index(), reader.event().place()))
                        .isEqualTo(positions.get(i));
                assertThat(reader.event().frame()).isEqualTo(i);
                assertThat(reader.event().sequence()).isEqualTo(i);
                assertThat(reader.event().source()).isEqualTo("/cam/" + i);
                assertThat(reader.event().appendedNanos()).isEqualTo(stamps.get(i));
            }
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void anyEventCanBeTheFirst() {
        for (int i = 0; i < EVENTS; i += 37) {
            assertThat(frames(new Start.At(positions.get(i))))
                    .as("at %s", positions.get(i))
                    .isEqualTo(from(i));
            assertThat(frames(new Start.Last(i))).isEqualTo(from(EVENTS - i));
            assertThat(frames(new Start.Time(stamps.get(i)))).isEqualTo(from(stamps.indexOf(stamps.get(i))));
            try (JournalReader reader = journal.reader(new Start.At(positions.get(i)))) {
                assertThat(reader.remaining()).isEqualTo(EVENTS - i);
            }
        }
    }

    @Test
    void aNamedReaderStopsAndResumesInsideABatch() {
        List<Long> frames = new ArrayList<>();
        for (int step = 1; frames.size() < EVENTS; step = step % 60 + 7) {
            try (JournalReader reader = journal.reader("stepwise")) {
                assertThat(journal.consumers().get(0).lagEvents()).isEqualTo(EVENTS - frames.size());
                reader.poll(event -> frames.add(event.frame()), step);
            }
        }
        assertThat(frames).isEqualTo(from(0));
        assertThat(journal.consumers().get(0).lagEvents()).isZero();
    }

    @Test
    void damageOfOneEventDoesNotHideItsNeighbours() throws IOException {
        int victim = 500;
        damage("/cam/" + victim, 5);
        List<Long> frames = new ArrayList<>();
        try (JournalReader reader = journal.reader()) {
            assertThatThrownBy(() -> {
                        while (reader.next()) {
                            frames.add(reader.event().frame());
                        }
                    })
                    .isInstanceOfSatisfying(
                            DamageException.class, e -> assertThat(e.position()).isEqualTo(positions.get(victim)));
            while (reader.next()) {
                frames.add(reader.event().frame());
            }
        }
        List<Long> expected = from(0);
        expected.remove(victim);
        assertThat(frames).isEqualTo(expected);
    }

    @Test
    void aDamagedBatchIsToldToWhoBeginsInsideOfIt() throws IOException {
        Position inside =
                positions.stream().filter(p -> p.place() == 1).findFirst().orElseThrow();
        damage("SLOG\u0001\u0004", 5); // of the first batch: now it is none
        try (JournalReader reader = journal.reader(new Start.At(inside))) {
            assertThatThrownBy(reader::next)
                    .isInstanceOfSatisfying(
                            DamageException.class,
                            e -> assertThat(e.position().index()).isEqualTo(inside.index()));
        }
    }

    private void damage(String text, int offset) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(journal.files().get(0).toFile(), "rw")) {
            byte[] start = new byte[(int) Math.min(file.length(), 4 << 20)];
            file.readFully(start);
            int at = new String(start, StandardCharsets.ISO_8859_1).indexOf(text);
            file.seek(at + offset);
            file.write('#');
        }
    }

    @Test
    void aBatchTakesNoMoreThanFits() {
        EventBatch batch = new EventBatch();
        EventDraft draft = new EventDraft().capturedNanos(0).section(99, new byte[7 << 20]);
        assertThat(batch.add(draft)).isTrue();
        assertThat(batch.add(draft)).isTrue();
        assertThat(batch.add(draft)).isFalse();
        assertThat(batch.count()).isEqualTo(2);
        try (JournalWriter writer = journal.writer()) {
            Position first = new Position(writer.append(batch), 0);
            assertThat(frames(new Start.At(first))).hasSize(2);
        }
    }
}
