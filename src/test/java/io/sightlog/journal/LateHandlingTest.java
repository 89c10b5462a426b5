package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.internal.format.ExcerptIndex;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link JournalReader#handled(Position)}: an earlier event than the newest was the last to be finished. */
class LateHandlingTest {
    private static final long HOUR = 3_600_000_000_000L;
    private static final String NAME = "late";
    private static final int SAVES = 20_000;
    private static final int MOST_ROUNDS = 20;

    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private final AtomicLong now = new AtomicLong(1_700_001_000_000_000_000L);
    private final List<Position> positions = new ArrayList<>();

    private Journal journal() {
        return Journal.open(temp.resolve("q"), now::get);
    }

    private EventDraft frame(long number) {
        return draft.clear().capturedNanos(0).frame(number, 0);
    }

    /** Frames 0 to 2 alone, 3 to 7 in a batch, and 8 to 9 alone, in the next cycle. */
    @BeforeEach
    void write() {
        try (JournalWriter writer = journal().writer()) {
            for (long i = 0; i < 3; i++) {
                positions.add(new Position(writer.append(frame(i)), 0));
            }
            EventBatch batch = new EventBatch();
            for (long i = 3; i < 8; i++) {
                batch.add(frame(i));
            }
            long index = writer.append(batch);
            for (int place = 0; place < 5; place++) {
                positions.add(new Position(index, place));
            }
            now.addAndGet(HOUR);
            for (long i = 8; i < 10; i++) {
                positions.add(new Position(writer.append(frame(i)), 0));
            }
        }
    }

    private static void read(JournalReader reader, int events) {
        for (int i = 0; i < events; i++) {
            assertThat(reader.next()).isTrue();
        }
    }

    private long resumesAt() {
        try (JournalReader reader = journal().reader(NAME)) {
            assertThat(reader.next()).isTrue();
            return reader.event().frame();
        }
    }

    @Test
    void goesOnWithTheEventAfterAnyThatWasHandedOut() {
        for (int last = 0; last < 9; last++) {
            try (JournalReader reader = journal().reader(NAME, Start.OLDEST)) {
                read(reader, positions.size() - Math.max(0, last)); // from where the one before stopped
                reader.handled(positions.get(last));
            }
            assertThat(resumesAt()).as("after %s", positions.get(last)).isEqualTo(last + 1);
        }
    }

    @Test
    void goesOnWithinABatchAndBehindItsLastPlace() {
        try (JournalReader reader = journal().reader(NAME)) {
            read(reader, 10);
            reader.handled(positions.get(4));
            assertThat(Objects.requireNonNull(journal().consumer(NAME)).next()).isEqualTo(positions.get(5));
            reader.handled(positions.get(7));
            assertThat(Objects.requireNonNull(journal().consumer(NAME)).next()).isEqualTo(positions.get(8));
        }
        assertThat(resumesAt()).isEqualTo(8);
    }

    @Test
    void anEarlierCycleCanBeFinishedWhenALaterOneIsRead() {
        try (JournalReader reader = journal().reader(NAME)) {
            read(reader, 9);
            assertThat(ExcerptIndex.cycle(reader.event().index()))
                    .isNotEqualTo(ExcerptIndex.cycle(positions.get(2).index()));
            reader.handled(positions.get(2));
        }
        assertThat(resumesAt()).isEqualTo(3);
    }

    @Test
    void whatIsNotFinishedIsNotPrunedAndWhatIsMayBe() {
        Retention.Policy newest = new Retention.Policy(null, Long.MAX_VALUE, 1, Set.of(), false);
        try (JournalReader reader = journal().reader(NAME)) {
            read(reader, 10);
            reader.handled(positions.get(6));
            assertThat(journal().retention().plan(newest).obstacles())
                    .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
                    .contains(NAME);
            reader.handled(positions.get(7));
            Retention.Plan plan = journal().retention().plan(newest);
            assertThat(plan.obstacles()).isEmpty();
            assertThat(journal().retention().execute(plan)).isEqualTo(1);
            reader.handled(positions.get(7)); // its cycle has gone, and it is what was saved last
        }
        try (JournalReader reader = journal().reader(NAME)) {
            read(reader, 1);
            assertThat(reader.event().frame()).isEqualTo(8);
            assertThat(reader.missed()).isNull();
        }
    }

    @Test
    void whatWasDeletedUnfinishedIsReportedAsMissed() {
        try (JournalReader reader = journal().reader(NAME)) {
            read(reader, 10);
            reader.handled(positions.get(1));
        }
        Retention retention = journal().retention();
        retention.execute(retention.plan(new Retention.Policy(null, Long.MAX_VALUE, 1, Set.of(NAME), false)));
        try (JournalReader reader = journal().reader(NAME)) {
            read(reader, 1);
            assertThat(reader.event().frame()).isEqualTo(8);
            assertThat(Objects.requireNonNull(reader.missed()).excerpts()).isEqualTo(2); // frame 2, and the batch
        }
    }

    @Test
    void whatWasNotHandedOutOrIsBeforeWhatWasSavedIsRefusedAndNamed() {
        Position second = positions.get(1);
        try (JournalReader reader = journal().reader(NAME)) {
            refused(reader, second, "no event was handed out yet");
            read(reader, 3);
            refused(reader, positions.get(3), positions.get(0) + ", ", positions.get(2) + ", handed out last");
            reader.handled(second);
            refused(reader, positions.get(0), second + ", saved", positions.get(2) + ", handed out last");
            reader.handled(second);
            reader.handled();
            refused(reader, second, positions.get(2) + ", saved");
        }
        try (JournalReader reader = journal().reader(NAME)) {
            reader.handled(positions.get(2)); // as it is saved
            refused(reader, positions.get(3), positions.get(2) + ", handed out last");
            read(reader, 1);
            refused(reader, second, positions.get(2) + ", saved");
            reader.handled(positions.get(3));
        }
        assertThat(resumesAt()).isEqualTo(4);
    }

    @Test
    void aPollSavesAndASeekForgets() {
        try (JournalReader reader = journal().reader(NAME)) {
            reader.poll(event -> {}, 5);
            refused(reader, positions.get(3), positions.get(4).toString());
            reader.seek(Start.OLDEST);
            refused(reader, positions.get(4), "no event was handed out yet");
            read(reader, 2);
            reader.handled(positions.get(0));
        }
        assertThat(resumesAt()).isEqualTo(1);
    }

    @Test
    void aReaderThatBeganLaterCannotBeMovedToBeforeItsStart() {
        try (JournalReader reader = journal().reader(NAME, new Start.At(positions.get(4)))) {
            read(reader, 2);
            refused(reader, positions.get(3), positions.get(4).toString());
            reader.handled(positions.get(4));
        }
        assertThat(resumesAt()).isEqualTo(5);
    }

    @Test
    void withoutANameItOnlyChecks() {
        try (JournalReader reader = journal().reader()) {
            read(reader, 2);
            reader.handled(positions.get(0));
            refused(reader, positions.get(2), positions.get(1) + ", handed out last");
        }
        assertThat(journal().consumers()).isEmpty();
    }

    @Test
    void allocatesNothingOnceWarm() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (JournalReader reader = Journal.open(temp.resolve("q")).reader(NAME)) {
            read(reader, 10);
            long each = 1;
            for (int round = 0; round < MOST_ROUNDS && each > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < SAVES; i++) {
                    reader.handled(positions.get(4));
                }
                each = (threads.getCurrentThreadAllocatedBytes() - before) / SAVES;
            }
            assertThat(each).as("bytes for each save").isZero();
        }
    }

    private static void refused(JournalReader reader, Position position, String... why) {
        assertThatThrownBy(() -> reader.handled(position))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("position " + position + " ")
                .hasMessageContainingAll(why);
    }
}
