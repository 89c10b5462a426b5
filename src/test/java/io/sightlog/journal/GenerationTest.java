package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal is told from the one that takes its place, and from nothing else. */
class GenerationTest {
    private static final long HOUR = 3_600_000_000_000L;

    @TempDir
    Path temp;

    private long now = 1_780_000_000_000_000_000L;

    private void append(Path directory) {
        try (Journal journal = Journal.open(directory, () -> now);
                JournalWriter writer = journal.writer()) {
            writer.append(new EventDraft()
                    .source("/srv/gate.mp4")
                    .capturedNanos(now)
                    .frame(0, 0)
                    .size(640, 480));
        }
    }

    private static void deleteFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void whatIsDoneToAJournalDoesNotChangeIt() {
        try (Journal journal = Journal.open(temp.resolve("one"), () -> now)) {
            assertThat(journal.generation()).isNull();
            append(journal.directory());
            String first = journal.generation();
            assertThat(first).matches("[0-9a-f]{16}");
            now += 3 * HOUR;
            append(journal.directory());
            journal.makeId();
            Retention retention = journal.retention();
            Retention.Policy newest = new Retention.Policy(null, Long.MAX_VALUE, 1, Set.of(), true);
            assertThat(retention.execute(retention.plan(newest))).isEqualTo(1);
            assertThat(journal.generation()).isEqualTo(first);
        }
    }

    @Test
    void aCopyThatIsPutInItsPlaceIsAnotherOneThoughItsIdIsTheSame() throws IOException {
        Path directory = temp.resolve("one");
        append(directory);
        try (Journal journal = Journal.open(directory)) {
            journal.makeId();
            String first = journal.generation();
            Path copy = Files.createDirectory(temp.resolve("copy"));
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
            }
            Files.move(directory, temp.resolve("old"));
            Files.move(copy, directory);
            assertThat(Journal.open(directory).id()).isEqualTo(journal.id()).isNotNull();
            assertThat(journal.generation()).isNotNull().isNotEqualTo(first);
        }
    }

    /** File systems give the inode of a file that is gone to the next one. */
    @Test
    void oneThatIsMadeAnewInTheSameFolderIsAnotherOneEachTime() throws IOException {
        Path directory = temp.resolve("one");
        Set<String> generations = new HashSet<>();
        try (Journal journal = Journal.open(directory)) {
            for (int i = 0; i < 20; i++) {
                append(directory);
                generations.add(journal.generation());
                deleteFiles(directory);
            }
            assertThat(generations).hasSize(20).doesNotContainNull();
            assertThat(journal.generation()).isNull();
        }
    }
}
