package io.sightlog.timeline;

import static io.sightlog.timeline.TimelineJournal.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Roll;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process with little heap indexes any journal; two at once make the same files. */
@Tag("slow")
class TimelineHeapTest {
    private static final int SECONDS = 300;

    @TempDir
    Path temp;

    private long now = TimelineJournal.START;

    private Process start(int megabytes, Path journal, Path cache, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-Xmx" + megabytes + "m", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), TimelineChild.class.getName()));
        command.addAll(List.of(journal.toString(), cache.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static void finish(Process process, Path log, String printed) throws Exception {
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                    .as(Files.readString(log))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        assertThat(log).content().contains(printed);
    }

    /** Ten cameras in hourly cycles, two detections a frame. */
    private Path cameras(int frames) {
        Path directory = temp.resolve("cameras");
        try (JournalWriter writer = Journal.open(directory, () -> now).writer(Roll.HOURLY)) {
            long labels = writer.publish(LabelSet.of("m", List.of("person", "car", "dog", "cat")));
            EventDraft draft = new EventDraft();
            for (int i = 0; i < frames; i++) {
                now += 33L * 3600 * SECOND / frames;
                draft.clear()
                        .capturedNanos(now)
                        .source("/srv/cam" + i % 10)
                        .frame(i, 0)
                        .labelSet(labels);
                draft.detection(i % 4, i % 100 / 100f, 1, 1, 2, 2, 0).detection(i % 3, 0.9f, 1, 1, 2, 2, 0);
                writer.append(draft);
            }
        }
        return directory;
    }

    /** Every frame of a source of its own, with a label of its own. */
    private Path madeUp(int frames) {
        Path directory = temp.resolve("made-up");
        try (JournalWriter writer = Journal.open(directory, () -> now).writer(Roll.DAILY)) {
            EventDraft draft = new EventDraft();
            String text = "x".repeat(100);
            for (int i = 0; i < frames; i++) {
                now += 33L * 3600 * SECOND / frames;
                draft.clear().capturedNanos(now).source(text + i).stream(text + i)
                        .frame(i, 0);
                draft.ownLabels("m", "1\t" + text + i).detection(1, 0.7f, 1, 1, 2, 2, 0);
                writer.append(draft);
            }
        }
        return directory;
    }

    @Test
    void aMillionEventsAreIndexedInAHeapOf64Megabytes() throws Exception {
        int frames = Boolean.getBoolean("sightlog.long") ? 10_000_000 : 1_000_000;
        Path journal = cameras(frames);
        Path log = temp.resolve("log");

        finish(start(64, journal, temp.resolve("cache"), log), log, "frames " + frames + " detections " + 2 * frames);
    }

    @Test
    void sourcesAndLabelsThatAreMadeUpDoNotFillTheHeap() throws Exception {
        Path journal = madeUp(100_000);
        Path log = temp.resolve("log");

        finish(start(160, journal, temp.resolve("cache"), log), log, "frames 100000 detections 100000");
    }

    @Test
    void twoProcessesThatIndexAtOnceMakeTheSameFiles() throws Exception {
        Path journal = cameras(100_000);
        Path cache = temp.resolve("cache");
        Path[] logs = {temp.resolve("log1"), temp.resolve("log2")};
        Process[] processes = {start(64, journal, cache, logs[0]), start(64, journal, cache, logs[1])};
        for (int i = 0; i < 2; i++) {
            finish(processes[i], logs[i], "frames 100000 detections 200000");
        }
        Path alone = temp.resolve("alone");
        Path log = temp.resolve("log3");
        finish(start(64, journal, alone, log), log, "frames 100000 detections 200000");

        try (Stream<Path> folders = Files.list(cache);
                Stream<Path> files = Files.list(folders.findFirst().orElseThrow())) {
            List<Path> made = files.toList();
            assertThat(made).hasSizeGreaterThan(30);
            for (Path file : made) {
                Path other = alone.resolve(file.getParent().getFileName()).resolve(file.getFileName());
                assertThat(file).hasSameBinaryContentAs(other);
            }
        }
    }
}
