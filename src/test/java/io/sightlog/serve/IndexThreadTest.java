package io.sightlog.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.timeline.Progress;
import io.sightlog.timeline.Timeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The index is kept up to date by a thread that nothing ends but its owner. */
@Tag("slow")
@Timeout(60)
class IndexThreadTest {
    private static final long DEADLINE_NANOS = 30_000_000_000L;

    @TempDir
    Path folder;

    private final BlockingQueue<String> warnings = new LinkedBlockingQueue<>();

    private static Progress await(Timeline timeline, String what, Predicate<Progress> wanted)
            throws InterruptedException {
        long end = System.nanoTime() + DEADLINE_NANOS;
        Progress now = timeline.progress();
        while (!wanted.test(now)) {
            assertThat(System.nanoTime()).as("%s: %s", what, now).isLessThan(end);
            Thread.sleep(20);
            now = timeline.progress();
        }
        return now;
    }

    private static void append(Journal journal) {
        try (JournalWriter writer = journal.writer()) {
            writer.append(new EventDraft().capturedNanos(1).message("a", "b"));
        }
    }

    @Test
    void whatItThrowsIsTheProblemUntilItGoesWellAgain() throws Exception {
        try (Journal journal = Journal.open(folder.resolve("q"))) {
            append(journal);
            Path metadata = journal.directory().resolve("metadata.cq4t");
            Path aside = folder.resolve("aside");
            Files.copy(metadata, aside);
            Files.write(metadata, new byte[] {1, 2, 3});
            Timeline timeline = new Timeline(journal);
            try (IndexThread index = new IndexThread(timeline, () -> {}, warnings::add)) {
                index.start();
                assertThat(await(timeline, "a problem", now -> now.problem() != null)
                                .isUpToDate())
                        .isFalse();
                assertThat(index.liveness().whyNot()).isNull();
                assertThat(warnings.poll(DEADLINE_NANOS, TimeUnit.NANOSECONDS))
                        .startsWith("the index does not go on, so counts of the past are missing: ")
                        .doesNotContain("--cache");

                Files.move(aside, metadata, StandardCopyOption.REPLACE_EXISTING);

                await(timeline, "no problem any more", now -> now.problem() == null && now.cycles() == 1);
                await(timeline, "up to date", Progress::isUpToDate);
            }
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaidBeforeThereIsAnythingToWrite() throws Exception {
        Path blocked = Files.createFile(folder.resolve("blocked"));
        try (Journal journal = Journal.open(folder.resolve("q"));
                IndexThread index = new IndexThread(new Timeline(journal, blocked), () -> {}, warnings::add)) {
            index.start();

            assertThat(warnings.poll(DEADLINE_NANOS, TimeUnit.NANOSECONDS))
                    .contains("cannot write into " + blocked, "--cache DIR");
        }
    }

    @Test
    void itGoesOnWhateverIsThrownAndEndsWhenItIsClosed() throws Exception {
        AtomicInteger turns = new AtomicInteger();
        try (Journal journal = Journal.open(folder.resolve("q"))) {
            Timeline timeline = new Timeline(journal);
            IndexThread index = new IndexThread(
                    timeline,
                    () -> {
                        if (turns.incrementAndGet() == 1) {
                            throw new IllegalStateException("once");
                        }
                    },
                    warnings::add);
            index.start();
            append(journal);
            await(timeline, "the journal is found", now -> now.cycles() == 1 && now.isUpToDate());
            assertThat(turns.get()).isGreaterThan(1);

            index.close();

            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().equals("index"));
        }
    }
}
