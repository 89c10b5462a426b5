package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.Checkpoint;
import io.sightlog.event.Digest;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.JournalId;
import io.sightlog.event.LabelSet;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bridges need of a writer: events that stay who they are, the first batch of a cycle, label sets as bytes. */
class KeptIdentityTest {
    private static final long HOUR_NANOS = 3_600_000_000_000L;
    private static final long STRANGER = 0xfedc_ba98_7654_3210L;

    @TempDir
    Path temp;

    private final AtomicLong now = new AtomicLong(1_700_000_000_000_000_000L);
    private final EventBatch batch = new EventBatch();
    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private Journal journal;

    @BeforeEach
    void open() {
        journal = Journal.open(temp.resolve("q"), now::get);
    }

    /** Producer, sequence and frame of all events there are. */
    private List<String> events() {
        List<String> events = new ArrayList<>();
        try (JournalReader reader = journal.reader()) {
            while (reader.next()) {
                events.add(shown(reader.event()));
            }
        }
        return events;
    }

    private static String shown(Event event) {
        return Long.toHexString(event.producer()) + "/" + event.sequence() + " frame " + event.frame();
    }

    private static String shown(long producer, long sequence, long frame) {
        return Long.toHexString(producer) + "/" + sequence + " frame " + frame;
    }

    @Test
    void eventsThatKeepWhoTheyAreStandBesideOwnOnesWhoseNumbersHaveNoGaps() {
        try (JournalWriter writer = journal.writer()) {
            writer.append(draft.frame(1, 0));
            batch.add(draft.frame(2, 0), STRANGER, 41);
            batch.add(draft.frame(3, 0));
            batch.add(draft.frame(4, 0), STRANGER, 40);
            batch.add(draft.frame(5, 0));
            writer.append(batch);
            batch.clear();
            batch.add(draft.frame(6, 0), STRANGER, Long.MAX_VALUE);
            writer.append(batch);
            assertThat(writer.nextSequence()).isEqualTo(3);
            writer.append(draft.frame(7, 0));
            long own = writer.producer();
            assertThat(events())
                    .containsExactly(
                            shown(own, 0, 1),
                            shown(STRANGER, 41, 2),
                            shown(own, 1, 3),
                            shown(STRANGER, 40, 4),
                            shown(own, 2, 5),
                            shown(STRANGER, Long.MAX_VALUE, 6),
                            shown(own, 3, 7));
        }
    }

    @Test
    void aProducerThatCannotBeIsRefusedAndNothingIsAdded() {
        assertThatThrownBy(() -> batch.add(draft, 0, 5)).hasMessageContaining("a producer is not 0");
        assertThatThrownBy(() -> batch.add(draft, STRANGER, -1)).hasMessageContaining("sequence=-1");
        assertThat(batch.count()).isZero();
    }

    @Test
    void aBatchThatCouldNotBeAppendedUsesUpNoNumber() {
        batch.add(draft.frame(1, 0), STRANGER, 1);
        batch.add(draft.frame(2, 0));
        JournalWriter closed = journal.writer();
        closed.close();
        assertThatThrownBy(() -> closed.append(batch)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> closed.appendInSameCycle(batch)).isInstanceOf(IllegalStateException.class);
        assertThat(closed.nextSequence()).isZero();
        try (JournalWriter writer = journal.writer()) {
            writer.append(batch); // it is as it was
            assertThat(events()).containsExactly(shown(STRANGER, 1, 1), shown(writer.producer(), 0, 2));
        }
    }

    @Test
    void oneDamagedEventHidesNoneOfItsNeighboursInTheBatch() throws IOException {
        for (int i = 0; i < 5; i++) {
            batch.add(draft.source("/cam/" + i).frame(i, 0), STRANGER, i);
        }
        try (JournalWriter writer = journal.writer()) {
            writer.append(batch);
        }
        try (RandomAccessFile file = new RandomAccessFile(journal.files().get(0).toFile(), "rw")) {
            byte[] start = new byte[1 << 20];
            file.readFully(start);
            file.seek(new String(start, StandardCharsets.ISO_8859_1).indexOf("/cam/2"));
            file.write('#');
        }
        List<Long> read = new ArrayList<>();
        try (JournalReader reader = journal.reader()) {
            assertThatThrownBy(() -> {
                        while (reader.next()) {
                            read.add(reader.event().sequence());
                        }
                    })
                    .isInstanceOfSatisfying(
                            DamageException.class,
                            e -> assertThat(e.position().place()).isEqualTo(2));
            while (reader.next()) {
                read.add(reader.event().sequence());
            }
        }
        assertThat(read).containsExactly(0L, 1L, 3L, 4L);
    }

    @Test
    void aBatchGoesIntoTheSameCycleOrNowhere() throws IOException {
        batch.add(draft.frame(1, 0), STRANGER, 1);
        try (JournalWriter writer = journal.writer()) {
            assertThat(writer.appendInSameCycle(batch))
                    .as("nothing was appended yet")
                    .isEqualTo(-1);
            long first = writer.append(batch);
            assertThat(writer.appendInSameCycle(batch)).isEqualTo(first + 1);
            now.addAndGet(HOUR_NANOS);
            List<Path> files = files();
            assertThat(writer.appendInSameCycle(batch)).isEqualTo(-1);
            assertThat(writer.appendInSameCycle(batch)).isEqualTo(-1);
            assertThat(files()).as("no cycle was begun").isEqualTo(files);
            assertThat(events()).hasSize(2);
            assertThat(writer.lastIndex()).isEqualTo(first + 1);
            long next = writer.append(batch);
            assertThat(next >>> 32).isEqualTo((first >>> 32) + 1);
            assertThat(writer.appendInSameCycle(batch)).isEqualTo(next + 1);
            assertThat(events()).hasSize(4);
        }
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(journal.directory())) {
            return files.sorted().toList();
        }
    }

    @Test
    void aCycleThatAnotherWriterHasBegunIsAnotherOne() {
        batch.add(draft, STRANGER, 1);
        try (JournalWriter writer = journal.writer();
                JournalWriter other = journal.writer()) {
            writer.append(batch);
            now.addAndGet(HOUR_NANOS);
            other.append(draft);
            assertThat(writer.appendInSameCycle(batch)).isEqualTo(-1);
            assertThat(other.appendInSameCycle(batch)).isPositive();
        }
    }

    @Test
    void anEmptyBatchGoesIntoNoCycle() {
        try (JournalWriter writer = journal.writer()) {
            assertThatThrownBy(() -> writer.appendInSameCycle(batch)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theFirstEventOfABatchTakesACheckpoint() {
        Checkpoint checkpoint = new Checkpoint(new JournalId(1, 2), "{\"ä\":5}");
        draft.size(640, 480).frame(1, 0).source("/cam/1").section(40_000, new byte[] {7, 8, 9});
        draft.detection(3, 0.5f, 1, 2, 3, 4, 5);
        batch.add(draft, STRANGER, 1);
        batch.add(draft.clear().capturedNanos(1).source("/cam/2").frame(2, 0));
        assertThat(batch.checkpoint(checkpoint)).isTrue();
        batch.add(draft.frame(3, 0), STRANGER, 3);
        try (JournalWriter writer = journal.writer()) {
            writer.append(batch);
            assertThat(events())
                    .containsExactly(shown(STRANGER, 1, 1), shown(writer.producer(), 0, 2), shown(STRANGER, 3, 3));
        }
        try (JournalReader reader = journal.reader()) {
            reader.next();
            Event event = reader.event();
            assertThat(Checkpoint.of(event)).isEqualTo(checkpoint);
            assertThat(event.source()).isEqualTo("/cam/1");
            assertThat(event.detection(0).trackId()).isEqualTo(5);
            assertThat(event.sectionContent(event.section(40_000))).containsExactly(7, 8, 9);
            reader.next();
            assertThat(Checkpoint.of(event)).isNull();
            assertThat(event.source()).isEqualTo("/cam/2");
        }
    }

    @Test
    void aCheckpointThatDoesNotFitChangesNothing() {
        Checkpoint checkpoint = new Checkpoint(new JournalId(1, 2), "x".repeat(1000));
        batch.add(draft.section(99, new byte[16_772_500]));
        assertThat(batch.checkpoint(checkpoint)).isFalse();
        try (JournalWriter writer = journal.writer()) {
            writer.append(batch);
            assertThat(events()).containsExactly(shown(writer.producer(), 0, 0));
        }
        EventBatch empty = new EventBatch();
        assertThatThrownBy(() -> empty.checkpoint(checkpoint)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aLabelSetIsPublishedFromItsBytesWhenTheyAreWhatItsHashSays() throws IOException {
        LabelSet labels = new LabelSet(LabelSet.Model.named("m"), new TreeMap<>(java.util.Map.of(0, "cat")));
        Journal other = Journal.open(temp.resolve("other"));
        long hash;
        try (JournalWriter writer = other.writer()) {
            hash = writer.publish(labels);
        }
        byte[] content = Files.readAllBytes(temp.resolve("other/catalogue/" + Digest.hex(hash) + ".yaml"));
        try (JournalWriter writer = journal.writer()) {
            byte[] broken = content.clone();
            broken[3] ^= 1;
            byte[] text = "no label set".getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> writer.publish(hash, broken))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(Digest.hex(hash) + " is damaged");
            assertThatThrownBy(() -> writer.publish(Digest.of(text), text)).hasMessageContaining("is none");
            assertThatThrownBy(() -> writer.publish(1, new byte[17 << 20])).hasMessageContaining("bytes, at most");
            assertThat(journal.labelSets()).isEmpty();
            writer.publish(hash, content);
            writer.publish(hash, content);
            assertThat(journal.labelSets()).containsExactly(hash);
            assertThat(writer.labels().find(hash)).isEqualTo(labels);
        }
    }
}
