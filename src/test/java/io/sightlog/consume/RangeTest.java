package io.sightlog.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.consume.Outcome.Ending;
import io.sightlog.consume.Selection.By;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where a range begins and ends, to the event, and which events of it are meant. */
class RangeTest {
    private static final long BEGIN = 1_700_000_000_000_000_000L;
    private static final long STEP = 1_000_000;

    @TempDir
    Path temp;

    private final long[] now = {BEGIN};
    private final List<Position> positions = new ArrayList<>();

    private Journal journal() {
        return Journal.open(temp.resolve("q"), () -> now[0]);
    }

    /** Frames 0 to 7, captured at their numbers; 3, 4 and 5 in one batch. Each is appended a step after the one before. */
    @BeforeEach
    void fill() {
        try (JournalWriter writer = journal().writer()) {
            EventDraft draft = new EventDraft();
            EventBatch batch = new EventBatch();
            for (int frame = 0; frame < 8; frame++) {
                now[0] = BEGIN + frame * STEP;
                draft.clear().capturedNanos(frame).frame(frame, 0).stream(frame % 2 == 0 ? "even" : "odd");
                if (frame < 3 || frame > 5) {
                    writer.append(draft);
                } else {
                    batch.add(draft);
                    if (frame == 5) {
                        writer.append(batch);
                    }
                }
            }
        }
        try (JournalReader reader = journal().reader()) {
            reader.poll(event -> positions.add(new Position(event.index(), event.place())), 100);
        }
        assertThat(positions).hasSize(8);
    }

    private List<Long> read(Selection selection, boolean follow, Ending ending) throws IOException {
        List<Long> frames = new ArrayList<>();
        Reading reading = new Reading(selection, null, follow, IdleStrategy.Mode.PARK);
        Outcome outcome =
                new Consumption(journal(), reading, () -> false, new Told()).run(event -> frames.add(event.frame()));
        assertThat(outcome.ending()).isEqualTo(ending);
        return frames;
    }

    private List<Long> range(@Nullable Start from, @Nullable Start to, By by, Ending ending) throws IOException {
        return read(Selection.ALL.range(from, to, by), false, ending);
    }

    private static Start appended(int step) {
        return new Start.Time(BEGIN + step * STEP);
    }

    @Test
    void thePositionItEndsAtIsThatOfTheLastEvent() throws IOException {
        for (int last = 0; last < 8; last++) {
            Start to = new Start.At(positions.get(last));
            assertThat(range(Start.OLDEST, to, By.APPENDED, Ending.END_OF_RANGE))
                    .hasSize(last + 1)
                    .endsWith((long) last);
            assertThat(range(to, to, By.APPENDED, Ending.END_OF_RANGE)).containsExactly((long) last);
        }
    }

    /** Nobody appends: it does not wait for the next event to know that it is done. */
    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whoFollowsUpToTheNewestEventEndsWithIt() throws IOException {
        Selection all = Selection.ALL.range(Start.OLDEST, new Start.At(positions.get(7)), By.APPENDED);
        assertThat(read(all, true, Ending.END_OF_RANGE)).hasSize(8);
    }

    @Test
    void theTimeItEndsAtIsThatOfTheFirstEventThatIsNotRead() throws IOException {
        assertThat(range(appended(1), appended(2), By.APPENDED, Ending.END_OF_RANGE))
                .containsExactly(1L);
        assertThat(range(appended(2), appended(6), By.APPENDED, Ending.END_OF_RANGE))
                .as("a batch is appended at once")
                .containsExactly(2L, 3L, 4L, 5L);
        assertThat(range(appended(7), new Start.Time(BEGIN + 7 * STEP + 1), By.APPENDED, Ending.END))
                .containsExactly(7L);
        assertThat(range(new Start.Time(BEGIN + 6 * STEP + 1), null, By.APPENDED, Ending.END))
                .containsExactly(7L);
    }

    @Test
    void timesOfCaptureAreComparedTheSameWay() throws IOException {
        assertThat(range(new Start.Time(2), new Start.Time(5), By.CAPTURED, Ending.END))
                .containsExactly(2L, 3L, 4L);
        assertThat(range(new Start.Time(7), null, By.CAPTURED, Ending.END)).containsExactly(7L);
        assertThat(range(null, new Start.Time(1), By.CAPTURED, Ending.END)).containsExactly(0L);
    }

    @Test
    void aFrameIsSeenWhenADetectionIsLeftInIt() throws IOException {
        try (JournalWriter writer = journal().writer()) {
            EventDraft draft = new EventDraft().capturedNanos(100).frame(100, 0);
            writer.append(draft.detection(7, 0.5f, 0, 0, 1, 1, 0).detection(8, 0.9f, 0, 0, 1, 1, 0));
        }
        assertThat(read(Selection.ALL.detections(List.of(), 0, true), false, Ending.END))
                .containsExactly(100L);
        assertThat(read(Selection.ALL.detections(List.of("7"), 0.5f, true), false, Ending.END))
                .containsExactly(100L);
        assertThat(read(Selection.ALL.detections(List.of("7"), 0.6f, true), false, Ending.END))
                .isEmpty();
        assertThat(read(Selection.ALL.detections(List.of("9"), 0, true), false, Ending.END))
                .isEmpty();
    }

    @Test
    void aStreamIsNamedExactly() throws IOException {
        for (String other : new String[] {"Odd", "od", "odd ", ""}) {
            assertThat(read(Selection.ALL.events(null, other, null), false, Ending.END))
                    .as("\"%s\"", other)
                    .isEmpty();
        }
        assertThat(read(Selection.ALL.events(null, "odd", null), false, Ending.END))
                .containsExactly(1L, 3L, 5L, 7L);
    }
}
