package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Writers that come first, later, at once or too late, and what they refuse. */
class WritersTest extends JournalFixture {
    @Test
    void aReaderThatIsThereFirstFollowsAJournalWithAnotherRoll() {
        try (JournalReader reader = journal().reader()) {
            assertThat(reader.next()).isFalse();
            try (JournalWriter writer = journal().writer(Roll.MINUTELY)) {
                for (int i = 0; i < 10; i++) {
                    writer.append(frame(i));
                    now.addAndGet(45_000_000_000L);
                }
            }
            assertThat(frames(reader)).isEqualTo(range(0, 10));
            assertThat(journal().roll()).isEqualTo(Roll.MINUTELY);
            assertThat(journal().files().size()).isGreaterThan(5);
        }
    }

    @Test
    void laterWritersKeepTheRollOfTheJournal() {
        try (JournalWriter writer = journal().writer(Roll.DAILY)) {
            writer.append(frame(0));
        }
        try (JournalWriter writer = journal().writer(Roll.MINUTELY)) {
            assertThat(writer.roll()).isEqualTo(Roll.DAILY);
            writer.append(frame(1));
        }
        try (JournalReader reader = journal().reader()) {
            assertThat(frames(reader)).isEqualTo(range(0, 2));
        }
    }

    @Test
    void twoWritersTakeTurns() {
        try (JournalWriter one = journal().writer();
                JournalWriter two = journal().writer()) {
            for (int i = 0; i < 2000; i++) {
                (i % 3 == 0 ? one : two).append(frame(i));
                now.addAndGet(i == 1000 ? HOUR : 1);
            }
        }
        assertThat(from(Start.OLDEST)).isEqualTo(range(0, 2000));
    }

    @Test
    void firstWritersAndReadersAtOnceDoNotTakeEachOthersFilesForSomebodyElses() throws Exception {
        for (int round = 0; round < 40; round++) {
            Path directory = temp.resolve("q" + round);
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 4; i++) {
                boolean writes = i < 2;
                Thread thread = new Thread(() -> {
                    if (writes) {
                        try (JournalWriter writer = Journal.open(directory).writer()) {
                            writer.append(new EventDraft().capturedNanos(0));
                        }
                    } else {
                        while (!Journal.open(directory).exists() && failures.isEmpty()) {
                            Thread.onSpinWait();
                        }
                    }
                });
                thread.setUncaughtExceptionHandler((t, e) -> failures.add(e));
                threads.add(thread);
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).as("round %s", round).isEmpty();
        }
    }

    @Test
    void anAppendAfterTheWriterWasClosedIsAnErrorThatSaysSo() {
        JournalWriter writer = Journal.open(temp.resolve("closed")).writer();
        EventDraft draft = new EventDraft().source("a").capturedNanos(1);
        writer.append(draft);
        EventBatch batch = new EventBatch();
        batch.add(draft);
        writer.close();
        writer.close();
        List<ThrowingCallable> late = List.of(
                () -> writer.append(draft),
                () -> writer.append(batch),
                () -> writer.publish(new LabelSet(LabelSet.Model.named("m"), new TreeMap<>(Map.of(0, "dog")))));
        for (ThrowingCallable append : late) {
            assertThatThrownBy(append)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("this writer of " + temp.resolve("closed") + " is closed: open another one");
        }
        try (JournalReader reader = Journal.open(temp.resolve("closed")).reader()) {
            assertThat(reader.remaining()).isEqualTo(1);
        }
    }

    @Test
    void anEventWithoutATimeOfCaptureIsRefusedByThatName() {
        try (JournalWriter writer = Journal.open(temp.resolve("times")).writer()) {
            EventDraft draft = new EventDraft().source("a");
            assertThatThrownBy(() -> writer.append(draft))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("capturedNanos is not set");
            assertThatThrownBy(() -> new EventBatch().add(draft)).hasMessageStartingWith("capturedNanos is not set");
            writer.append(draft.capturedNanos(0));
            assertThatThrownBy(() -> writer.append(draft.clear())).hasMessageStartingWith("capturedNanos is not set");
            assertThat(writer.nextSequence()).isEqualTo(1);
        }
    }
}
