package io.sightlog.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LiveSource;
import io.sightlog.inspect.StageLatency.Stage;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.AbstractHistogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StageLatencyTest {
    private static final long START = 1_700_000_000_000_000_000L;

    @TempDir
    Path temp;

    private final AtomicLong now = new AtomicLong(START);
    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private final StageLatency latency = new StageLatency();

    private void append(JournalWriter writer, String source, long captured, long decode, long infer) {
        now.addAndGet(1_000_000);
        writer.append(draft.clear().source(source).capturedNanos(captured).took(decode, infer));
    }

    private StageLatency read(java.util.function.Consumer<JournalWriter> appends) {
        Journal journal = Journal.open(temp.resolve("q"), now::get);
        try (JournalWriter writer = journal.writer()) {
            appends.accept(writer);
        }
        try (JournalReader reader = journal.reader()) {
            while (reader.next()) {
                latency.add(reader.event());
            }
        }
        return latency;
    }

    private static long only(Map<Stage, AbstractHistogram> stages, Stage stage) {
        assertThat(stages.get(stage).getTotalCount()).isEqualTo(1);
        return stages.get(stage).getValueAtPercentile(50);
    }

    @Test
    void theTotalIsTheSumOfItsStages() {
        read(writer -> append(writer, "a", START, 200, 700));
        assertThat(only(latency.all(), Stage.DECODE)).isEqualTo(200);
        assertThat(only(latency.all(), Stage.INFER)).isEqualTo(700);
        assertThat(only(latency.all(), Stage.TOTAL)).isBetween(1_000_000L, 1_001_000L);
        assertThat(only(latency.all(), Stage.REST)).isBetween(999_100L, 1_000_000L);
    }

    @Test
    void sourcesAreToldApart() {
        read(writer -> {
            append(writer, "a", START, 100, 0);
            append(writer, "b", START, 300, 0);
            append(writer, "b", START, 300, 0);
        });
        assertThat(latency.frames()).isEqualTo(3);
        assertThat(latency.bySource()).containsOnlyKeys("a", "b");
        assertThat(only(latency.bySource().get("a"), Stage.DECODE)).isEqualTo(100);
        assertThat(latency.bySource().get("b").get(Stage.DECODE).getTotalCount())
                .isEqualTo(2);
        assertThat(latency.all().get(Stage.DECODE).getTotalCount()).isEqualTo(3);
    }

    @Test
    void whatNobodyTimedIsNotCounted() {
        read(writer -> append(writer, "a", START, 0, 0));
        assertThat(latency.all().get(Stage.DECODE).getTotalCount()).isZero();
        assertThat(latency.all().get(Stage.INFER).getTotalCount()).isZero();
        assertThat(latency.all().get(Stage.TOTAL).getTotalCount()).isEqualTo(1);
    }

    @Test
    void aFrameAppendedBeforeItWasCapturedHasNoTotal() {
        read(writer -> append(writer, "a", START + 10_000_000_000L, 100, 200));
        assertThat(latency.appendedBeforeCaptured()).isEqualTo(1);
        assertThat(latency.all().get(Stage.TOTAL).getTotalCount()).isZero();
        assertThat(latency.all().get(Stage.REST).getTotalCount()).isZero();
        assertThat(only(latency.all(), Stage.INFER)).isEqualTo(200);
    }

    @Test
    void aFrameCapturedLongAgoIsOld() {
        long years = 30L * 365 * 86_400 * 1_000_000_000L;
        read(writer -> append(writer, "a", START - years, 100, 200));
        assertThat(only(latency.all(), Stage.TOTAL)).isBetween(years, years + years / 1000);
        assertThat(latency.recorded()).isEqualTo(1);
    }

    @Test
    void theTotalOfAVideosFramesSaysNothingUnlessItsSourceIsLive() {
        read(writer -> {
            append(writer, "a", START, 100, 200);
            writer.append(draft.clear().source("video").capturedNanos(START).frame(1, 40_000_000));
            writer.append(draft.clear()
                    .source("camera")
                    .capturedNanos(START)
                    .frame(1, 40_000_000)
                    .live(new LiveSource(0, 0, 0, 0)));
        });
        assertThat(latency.recorded()).isEqualTo(1);
    }

    @Test
    void framesThatWereNotLookedAtHaveNoStages() {
        read(writer ->
                writer.append(draft.clear().source("a").capturedNanos(START).skip("damaged")));
        assertThat(latency.frames()).isZero();
        assertThat(latency.otherEvents()).isEqualTo(1);
        assertThat(latency.bySource()).isEmpty();
    }
}
