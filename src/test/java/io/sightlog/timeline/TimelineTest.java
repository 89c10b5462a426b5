package io.sightlog.timeline;

import static io.sightlog.timeline.TimelineJournal.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.Seeds;
import io.sightlog.consume.Glob;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.Roll;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Counts are what a plain scan counts, whatever the span, the lanes and the filter. */
@Tag("slow")
class TimelineTest {
    private static final List<String> LABELS = List.of("person", "CAR", "dog", "äpfel", "6", "nobody", "7");

    @TempDir
    Path temp;

    private static Filter filter(Random random) {
        List<String> labels = new ArrayList<>();
        List<Glob> sources = new ArrayList<>();
        List<String> streams = new ArrayList<>();
        for (int k = random.nextInt(3); k > 0; k--) {
            labels.add(LABELS.get(random.nextInt(LABELS.size())));
        }
        if (random.nextInt(3) == 0) {
            sources.add(Glob.of(random.nextBoolean() ? "cam1*" : "/srv/*"));
        }
        if (random.nextInt(3) == 0) {
            streams.add(random.nextBoolean() ? "gate0" : "");
        }
        return new Filter(labels, random.nextBoolean() ? 0 : random.nextFloat(), sources, streams);
    }

    private static void compare(Timeline timeline, TimelineJournal journal, Random random, int questions) {
        PlainScan scan = new PlainScan(journal.journal);
        long first = scan.firstNanos();
        long last = scan.lastNanos();
        for (int i = 0; i < questions; i++) {
            double share = Math.pow(random.nextDouble(), 4);
            long span = (long) (share * (last - first) * 1.2) + 1;
            long from = first + (long) ((random.nextDouble() * 1.2 - 0.1) * (last - first)) - span / 2;
            Lanes by = Lanes.values()[random.nextInt(Lanes.values().length)];
            Filter filter = filter(random);
            int columns = 1 + random.nextInt(random.nextBoolean() ? 10 : 1200);
            int lanes = random.nextBoolean() ? Timeline.LANES : 1 + random.nextInt(4);
            Answer answer = timeline.query(from, from + span, columns, by, lanes, filter);
            String about = "from " + from + " to " + (from + span) + ", " + columns + " columns by " + by + ", " + lanes
                    + " lanes, " + filter;
            assertThat(answer.columns()).as(about).isBetween(1, columns);
            assertThat(answer.lanes()).as(about).hasSizeLessThanOrEqualTo(lanes);
            assertThat(answer.startNanos()).as(about).isLessThanOrEqualTo(from);
            assertThat(answer.startNanos() + answer.columns() * answer.widthNanos())
                    .as(about)
                    .isGreaterThanOrEqualTo(from + span);
            assertThat(answer.startNanos() % answer.widthNanos()).as(about).isZero();
            assertThat(answer.unknown()).as(about).isEmpty();
            assertThat(answer.isCut()).as(about).isFalse();
            scan.check(answer, by, filter, about);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Roll.class,
            names = {"SECONDLY", "MINUTELY", "HOURLY", "SIX_HOURLY", "DAILY"})
    void countsWhatAPlainScanCounts(Roll roll) {
        Random random = new Random(Seeds.of(getClass()) + roll.ordinal());
        int cycles = roll == Roll.DAILY ? 75 : 30;
        try (TimelineJournal journal = new TimelineJournal(temp.resolve("j"), roll, random);
                Timeline timeline = new Timeline(journal.journal)) {
            for (int part = 0; part < 3; part++) {
                journal.fill(1000, cycles * roll.lengthMillis() * 1_000_000L / 3);
                timeline.lookAgain();
                Progress progress = timeline.refresh(() -> false);
                assertThat(progress.isUpToDate()).isTrue();
                assertThat(progress.problem()).isNull();
                compare(timeline, journal, random, 50);
            }
            try (Timeline again = new Timeline(journal.journal)) {
                again.refresh(() -> false);
                compare(again, journal, random, 50);
            }
            if (roll == Roll.HOURLY || roll == Roll.DAILY) {
                String longest = roll == Roll.HOURLY ? "20251201.day" : "202512.month";
                assertThat(timeline.folder().resolve(longest)).exists();
            }
        }
    }

    @Test
    void moreLanesThanThereIsRoomForAreOthers() {
        try (TimelineJournal journal = new TimelineJournal(temp.resolve("j"), Roll.HOURLY, new Random(1));
                Timeline timeline = new Timeline(journal.journal)) {
            EventDraft draft = new EventDraft();
            for (int i = 0; i < 6000; i++) { // many lanes times many columns: totals first, then the best
                int lane = i % 599 * (i % 3) / 2;
                draft.clear().capturedNanos(1).source("s" + lane).frame(i, 0);
                draft.detection(i % 300, i % 20 / 20f, 1, 1, 2, 2, 0);
                journal.at(TimelineJournal.START + i * 2 * SECOND, draft);
            }
            timeline.refresh(() -> false);
            PlainScan scan = new PlainScan(journal.journal);
            for (Lanes by : Lanes.values()) {
                for (float confidence : new float[] {0, 0.5f}) {
                    Filter filter = new Filter(List.of(), confidence, List.of(), List.of());
                    Answer answer = timeline.query(scan.firstNanos(), scan.lastNanos(), Columns.MOST, by, 7, filter);
                    assertThat(answer.columns()).isGreaterThan(5000);
                    scan.check(answer, by, filter, "by " + by + " from " + confidence);
                }
            }
        }
    }

    @Test
    void aLabelIsShownAsItWasSpeltFirst() {
        try (TimelineJournal journal = new TimelineJournal(temp.resolve("j"), Roll.HOURLY, new Random(1));
                Timeline timeline = new Timeline(journal.journal)) {
            EventDraft draft = new EventDraft();
            for (String label : List.of("Straßenbahn", "STRAßENBAHN", "straßenbahn")) {
                draft.clear().capturedNanos(1).source("s").frame(1, 0).ownLabels("m", "1\t" + label);
                draft.detection(1, 0.83f, 1, 1, 2, 2, 0);
                journal.at(journal.now + 3600 * SECOND, draft);
            }
            timeline.refresh(() -> false);

            Answer answer = timeline.query(0, Long.MAX_VALUE, 1, Lanes.LABEL, Filter.ALL);

            assertThat(answer.lanes()).hasSize(1);
            assertThat(answer.lanes().get(0).name()).isEqualTo("Straßenbahn");
            assertThat(answer.lanes().get(0).total()).isEqualTo(3);
            assertThat(answer.lanes().get(0).highest(0)).isEqualTo(0.83f);
        }
    }

    @Test
    void aThresholdIsRoundedToAStepAndTheAnswerSaysToWhich() {
        try (TimelineJournal journal = new TimelineJournal(temp.resolve("j"), Roll.HOURLY, new Random(1));
                Timeline timeline = new Timeline(journal.journal)) {
            Filter filter = new Filter(List.of(), 0.62f, List.of(), List.of());
            for (long span : new long[] {1000, 1000 * SECOND}) {
                Answer answer = timeline.query(0, span, 100, Lanes.LABEL, filter);
                assertThat(answer.confidence()).isEqualTo(0.6f);
            }
        }
    }

    @Test
    void manyEventsAreNotReadWhereThereAreColumnsEnoughOfASecond() {
        try (TimelineJournal journal = new TimelineJournal(temp.resolve("j"), Roll.HOURLY, new Random(1));
                Timeline timeline = new Timeline(journal.journal)) {
            EventDraft draft =
                    new EventDraft().clear().capturedNanos(1).source("s").frame(1, 0);
            for (int i = 0; i < 300; i++) {
                draft.detection(1, 0.5f, 1, 1, 2, 2, 0);
            }
            for (int i = 0; i < 400; i++) {
                journal.at(TimelineJournal.START + i * SECOND, draft);
            }
            long start = TimelineJournal.START;
            assertThat(timeline.query(start, start + 200 * SECOND, 1000, Lanes.LABEL, Filter.ALL)
                            .widthNanos())
                    .as("what is not indexed yet is read")
                    .isEqualTo(SECOND / 5);
            timeline.refresh(() -> false);

            for (int seconds : new int[] {50, 99, 100, 200}) {
                Answer answer = timeline.query(start, start + seconds * SECOND, 1000, Lanes.LABEL, Filter.ALL);
                assertThat(answer.widthNanos() == SECOND).as(seconds + " s").isEqualTo(seconds >= 100);
                assertThat(answer.lanes().get(0).total()).isEqualTo(seconds * 300L);
            }
        }
    }

    @Test
    void tooManyEventsForShortColumnsAreCutAndTheAnswerSaysWhere() {
        try (TimelineJournal journal = new TimelineJournal(temp.resolve("j"), Roll.HOURLY, new Random(1));
                Timeline timeline = new Timeline(journal.journal)) {
            EventDraft draft =
                    new EventDraft().clear().capturedNanos(1).source("s").frame(1, 0);
            for (int i = 0; i < 1000; i++) {
                draft.detection(1, 0.5f, 1, 1, 2, 2, 0);
            }
            for (int i = 0; i < 1200; i++) {
                journal.at(TimelineJournal.START + i * 1000, draft);
            }
            long start = TimelineJournal.START;

            Answer answer = timeline.query(start, start + 1200 * 1000, 1200, Lanes.LABEL, Filter.ALL);

            assertThat(answer.isCut()).isTrue();
            assertThat(answer.unknown()).hasSize(1);
            long cut = answer.unknown().get(0).fromNanos();
            int column = (int) ((cut - answer.startNanos()) / answer.widthNanos());
            assertThat(answer.lanes().get(0).total()).isEqualTo(column * 1000L).isBetween(900_000L, 1_000_000L);
            assertThat(answer.lanes().get(0).states()[column]).isEqualTo(Answer.State.UNKNOWN);
        }
    }

    @Test
    void anEmptyJournalAndNoneHaveNoData() {
        try (TimelineJournal journal = new TimelineJournal(temp.resolve("j"), Roll.HOURLY, new Random(1));
                Timeline timeline = new Timeline(journal.journal);
                Timeline none = new Timeline(Journal.open(temp.resolve("none")))) {
            for (Timeline one : List.of(timeline, none)) {
                assertThat(one.refresh(() -> false).isUpToDate()).isTrue();
                Answer answer = one.query(0, Long.MAX_VALUE, 1000, Lanes.LABEL, Filter.ALL);
                assertThat(answer.lanes()).isEmpty();
                assertThat(answer.unknown()).isEmpty();
            }
            Filter filter = new Filter(List.of("cat"), 0, List.of(), List.of());
            Answer answer = timeline.query(0, 100 * SECOND, 100, Lanes.LABEL, filter);
            assertThat(answer.lanes()).hasSize(1);
            assertThat(answer.lanes().get(0).states()).containsOnly(Answer.State.NO_DATA);
        }
    }

    @Test
    void aQuestionThatCannotBeIsRefused() {
        try (TimelineJournal journal = new TimelineJournal(temp.resolve("j"), Roll.HOURLY, new Random(1));
                Timeline timeline = new Timeline(journal.journal)) {
            assertThatThrownBy(() -> timeline.query(5, 5, 10, Lanes.LABEL, Filter.ALL))
                    .hasMessageContaining("from 5 to 5");
            assertThatThrownBy(() -> timeline.query(0, 5, 0, Lanes.LABEL, Filter.ALL))
                    .hasMessageContaining("columns=0");
            assertThatThrownBy(() -> timeline.query(0, 5, 5, Lanes.LABEL, 101, Filter.ALL))
                    .hasMessageContaining("lanes=101");
            assertThatThrownBy(() -> new Filter(List.of(), Float.NaN, List.of(), List.of()))
                    .hasMessageContaining("confidence=NaN");
        }
    }
}
