package io.sightlog.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchPartsTest {
    @TempDir
    Path temp;

    @Test
    void whatIsReadOfAnEventIsWhatFollowsFromItsNumber() {
        SampleEvents events = new SampleEvents(100);
        EventDraft draft = new EventDraft().capturedNanos(0);
        Journal journal = Journal.open(temp.resolve("q"));
        try (JournalWriter writer = journal.writer()) {
            long labelSet = writer.publish(events.labels());
            for (long k = 0; k < 200; k++) {
                writer.append(events.fill(draft, k, labelSet).capturedNanos(k));
            }
        }
        try (JournalReader reader = journal.reader()) {
            for (long k = 0; k < 200; k++) {
                assertThat(reader.next()).isTrue();
                assertThat(events.sumOf(reader.event()))
                        .isEqualTo(events.expectedSum(k))
                        .isNotEqualTo(events.expectedSum(k + 1));
            }
        }
    }

    @Test
    void aConsumerFailsWhenAnEventIsLost() {
        LatencyPlan plan = new LatencyPlan(1000, 0.01, 2, 1, IdleStrategy.Mode.PARK, false);
        SampleEvents events = new SampleEvents(2);
        EventDraft draft = new EventDraft().capturedNanos(0);
        Journal journal = Journal.open(temp.resolve("q"));
        try (JournalWriter writer = journal.writer()) {
            long labelSet = writer.publish(events.labels());
            writer.append(events.fill(draft, 0, labelSet).capturedNanos(0)); // before the consumer is there
            try (LatencyConsumer consumer = new LatencyConsumer(journal, plan, 0)) {
                writer.append(events.fill(draft, 1, labelSet).capturedNanos(1));
                assertThatThrownBy(() -> consumer.run(writer.producer()))
                        .hasMessageContaining("event 0 was to come, and event 1 came: 1 lost");
            }
        }
    }

    @Test
    void aConsumerFailsWhenAnEventIsNotWhatWasSent() {
        LatencyPlan plan = new LatencyPlan(1000, 0.01, 2, 1, IdleStrategy.Mode.PARK, false);
        Journal journal = Journal.open(temp.resolve("q"));
        try (JournalWriter writer = journal.writer();
                LatencyConsumer consumer = new LatencyConsumer(journal, plan, 0)) {
            writer.append(new SampleEvents(2).fill(new EventDraft(), 7, 0).capturedNanos(7));
            assertThatThrownBy(() -> consumer.run(writer.producer()))
                    .hasMessageContaining("event 0 was not read as it was written");
        }
    }

    @Test
    void throughputOfAFewEventsIsMeasuredInEveryStep() throws IOException {
        ThroughputPlan plan = new ThroughputPlan(1001, 3, 32, false);
        List<ThroughputRound> told = new ArrayList<>();
        try (Scratch scratch = new Scratch(temp.resolve("scratch"), 1)) {
            ThroughputResult result = new ThroughputBench(plan, () -> false).run(2, scratch, told::add);
            assertThat(result.rounds()).isEqualTo(told).hasSize(2);
            assertThat(told)
                    .allSatisfy(round -> assertThat(List.of(
                                    round.append(),
                                    round.batchAppend(),
                                    round.intervalAppend(),
                                    round.everyEventAppend(),
                                    round.replay(),
                                    round.batchReplay()))
                            .allSatisfy(perSecond -> assertThat(perSecond).isPositive()));
            assertThat(result.eventBytes()).isEqualTo(112 + 3 * 32 + 2 * 12 + 44 + 12);
        }
        assertThat(temp.resolve("scratch")).isEmptyDirectory();
    }

    @Test
    void aBenchThatWasStoppedTellsNothing() throws IOException {
        try (Scratch scratch = new Scratch(temp.resolve("scratch"), 1)) {
            ThroughputBench bench = new ThroughputBench(new ThroughputPlan(10, 0, 2, false), () -> true);
            assertThatThrownBy(() -> bench.run(1, scratch, round -> {})).hasMessage("stopped");
        }
        assertThat(temp.resolve("scratch")).isEmptyDirectory();
    }

    @Test
    void aTemporaryPlaceGoesAndANamedOneStays() throws IOException {
        Path temporary;
        try (Scratch scratch = new Scratch(null, 1)) {
            temporary = scratch.directory();
            Files.createDirectories(temporary.resolve("a/b"));
            Files.writeString(temporary.resolve("a/b/c"), "c");
        }
        assertThat(temporary).doesNotExist();
        Path named = temp.resolve("named");
        try (Scratch scratch = new Scratch(named, 1)) {
            Files.writeString(scratch.directory().resolve("kept"), "x");
        }
        assertThat(named.resolve("kept")).exists();
        assertThatThrownBy(() -> new Scratch(named, 1)).hasMessageContaining("is not empty");
        assertThatThrownBy(() -> new Scratch(temp.resolve("large"), Long.MAX_VALUE))
                .hasMessageContaining("MB")
                .hasMessageContaining("--queue");
    }

    @Test
    void tooFewCoresAreTold() {
        LatencyPlan spinning = new LatencyPlan(1, 1, 0, 2, IdleStrategy.Mode.SPIN, false);
        assertThat(Cores.tooFew(spinning, 4)).isNull();
        assertThat(Cores.tooFew(spinning, 3))
                .contains("a producer and 2 spinning consumers keep 3 busy", "there are 3");
        LatencyPlan sleeping = new LatencyPlan(1, 1, 0, 2, IdleStrategy.Mode.FUTEX, false);
        assertThat(Cores.tooFew(sleeping, 2)).isNull();
        assertThat(Cores.tooFew(sleeping, 1)).contains("there is 1");
    }

    @Test
    void durationsHaveThreeDigitsAndAUnit() {
        assertThat(Nanos.text(0)).isEqualTo("0 ns");
        assertThat(Nanos.text(999)).isEqualTo("999 ns");
        assertThat(Nanos.text(1_254)).isEqualTo("1.25 µs");
        assertThat(Nanos.text(36_440)).isEqualTo("36.4 µs");
        assertThat(Nanos.text(999_400)).isEqualTo("999 µs");
        assertThat(Nanos.text(999_600)).isEqualTo("1.00 ms");
        assertThat(Nanos.text(1_250_000_000_000L)).isEqualTo("1250 s");
    }

    @Test
    void theModelOfTheProcessorIsFound() {
        assertThat(Machine.cpuModel(List.of("processor\t: 0", "model name\t: ACME: 9000", "model name\t: other")))
                .isEqualTo("ACME: 9000");
        assertThat(Machine.cpuModel(List.of("Features : fp"))).isEqualTo("unknown processor");
    }
}
