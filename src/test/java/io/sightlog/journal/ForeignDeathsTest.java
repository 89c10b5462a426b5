package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A writer in C dies at each place where it has half done something; one in Java, then one in C, go on. */
@Tag("slow")
class ForeignDeathsTest {
    private static final int KILLED = 137;

    @TempDir
    Path temp;

    @ParameterizedTest(name = "stage {0}, after {1} appends")
    @CsvSource({
        "1, 0, with the lock",
        "1, 150, with the lock",
        "2, 0, the event is copied and its header 0",
        "2, 150, the event is copied and its header 0",
        "3, 150, published and not counted",
        "4, 150, one of the two words set",
        "5, 150, counted and not in the index",
        "6, 0, a second page of the index begun",
        "7, 0, an entry set and lastIndex not",
        "8, 150, all done under the lock",
        "9, 0, older cycles have ended",
        "10, 0, a new cycle's file drafted",
        "11, 0, linked",
        "12, 0, listed"
    })
    void othersGoOnWhereverAWriterInCDies(int stage, int after, String what) throws Exception {
        Path directory = temp.resolve("q");
        List<Path> logs = new ArrayList<>();
        assertThat(writer(directory, logs, 120_000, Integer.toString(stage), Integer.toString(after)))
                .as(what)
                .isEqualTo(KILLED);
        assertThat(KillLog.count(logs.get(0))).as("acknowledged before").isGreaterThanOrEqualTo(after);
        Path log = temp.resolve("java");
        logs.add(log);
        KillLog acknowledged = new KillLog(log);
        try (JournalWriter writer = Journal.open(directory).writer()) {
            for (int frame = 0; frame < 300; frame += KillChild.eventsAt(frame)) {
                acknowledged.add(
                        KillChild.append(writer, new EventDraft().capturedNanos(0), new EventBatch(), 1, frame), frame);
            }
        }
        assertThat(writer(directory, logs, 300)).isZero();
        AppendedEvents there = AppendedEvents.of(directory);
        assertThat(there.unacknowledged(logs)).isLessThanOrEqualTo(1);
        there.checkSearches(new Random(stage));
        there.checkFiles();
    }

    private int writer(Path directory, List<Path> logs, int events, String... stage) throws Exception {
        Path log = temp.resolve("c" + logs.size());
        List<String> command = new ArrayList<>(List.of(
                ForeignPrograms.c("kill_child", "-Wno-unused-function").toString(),
                "writer",
                directory.toString(),
                log.toString(),
                "MINUTELY",
                Integer.toString(logs.size()),
                "STORM",
                "none",
                "1"));
        command.addAll(List.of(stage));
        logs.add(log);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put(KillChild.EVENTS, Integer.toString(events));
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.exists(log)).isTrue();
        return process.exitValue();
    }
}
