package io.sightlog.journal.internal.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Roll;
import io.sightlog.journal.WriterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("alone")
class PreTouchThreadTest {
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    private static final WriterOptions PRE_TOUCHING =
            WriterOptions.DEFAULT.roll(Roll.DAILY).preTouch(true);

    @TempDir
    Path temp;

    /** Kilobytes of a mapped file that are there for this process, in all its mappings. */
    private static long residentKilobytes(Path file) throws IOException {
        long kilobytes = 0;
        boolean inside = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                inside = line.endsWith(file.toString());
            } else if (inside && line.startsWith("Rss:")) {
                kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kilobytes;
    }

    private static boolean running() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("pre-toucher"));
    }

    @Test
    void thePagesAheadOfAWriterAreThereBeforeItIs() throws Exception {
        assumeTrue(kernelHasIt(), "madvise(MADV_POPULATE_WRITE) is there from Linux 5.14 on");
        Journal journal = Journal.open(temp.toRealPath().resolve("q"));
        EventDraft draft = new EventDraft().capturedNanos(0).source("a");
        try (JournalWriter writer = journal.writer(Roll.DAILY)) {
            writer.append(draft);
            Path file = journal.files().get(0);
            assertThat(residentKilobytes(file)).isLessThan(PreTouchThread.AHEAD_BYTES / 1024);
            assertThat(running()).isFalse();
        }
        try (JournalWriter writer = journal.writer(PRE_TOUCHING)) {
            writer.append(draft);
            Path file = journal.files().get(0);
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (residentKilobytes(file) < PreTouchThread.AHEAD_BYTES / 1024) {
                assertThat(System.nanoTime()).as("8 MiB are there in time").isLessThan(deadline);
            }
            assertThat(running()).isTrue();
        }
        assertThat(running()).isFalse();
        try (JournalReader reader = journal.reader()) {
            assertThat(List.of(reader.next(), reader.next(), reader.next())).containsExactly(true, true, false);
        }
    }

    @Test
    void nothingChangesForReadersWhileAWriterGoesFromBlockToBlock() {
        Journal journal = Journal.open(temp.resolve("q"));
        EventDraft draft = new EventDraft().capturedNanos(0).section(900, new byte[1 << 20]);
        int events = 150; // two blocks and more
        try (JournalWriter writer = journal.writer(PRE_TOUCHING)) {
            for (int i = 0; i < events; i++) {
                writer.append(draft.frame(i, 0));
            }
        }
        try (JournalReader reader = journal.reader()) {
            for (int i = 0; i < events; i++) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.event().frame()).isEqualTo(i);
            }
            assertThat(reader.next()).isFalse();
        }
    }

    private static boolean kernelHasIt() {
        String[] version = System.getProperty("os.version").split("[^0-9]+");
        return PreTouchThread.AVAILABLE && Integer.parseInt(version[0]) * 1000 + Integer.parseInt(version[1]) >= 5014;
    }
}
