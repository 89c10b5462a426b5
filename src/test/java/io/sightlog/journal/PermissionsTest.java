package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PermissionsTest {
    @TempDir
    Path temp;

    /** By name, all that a journal makes in its life. */
    private Map<String, String> made(WriterOptions options) throws IOException {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"), "no permissions here");
        long[] now = {1_700_000_000_000_000_000L};
        Path directory = temp.resolve("q");
        Journal journal = Journal.open(directory, () -> now[0]);
        try (JournalWriter writer = journal.writer(options)) {
            writer.publish(new LabelSet(LabelSet.Model.named("m"), new TreeMap<>(Map.of(1, "dog"))));
            writer.append(new EventDraft().capturedNanos(0));
            now[0] += 60_000_000_000L;
            writer.append(new EventDraft().capturedNanos(0));
        }
        journal.reader("alarm").close();
        try (Stream<Path> files = Files.walk(directory)) {
            return files.collect(
                    Collectors.toMap(file -> directory.relativize(file).toString(), PermissionsTest::permissions));
        }
    }

    private static String permissions(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aNewJournalIsItsOwnersOnly() throws IOException {
        Map<String, String> made = made(WriterOptions.DEFAULT.roll(Roll.MINUTELY));
        assertThat(made).hasSize(11);
        made.forEach((name, permissions) -> assertThat(permissions)
                .as(name)
                .isEqualTo(Files.isDirectory(temp.resolve("q").resolve(name)) ? "rwx------" : "rw-------"));
    }

    @Test
    void orWhoseItIsToldToBe() throws IOException {
        Map<String, String> made = made(
                WriterOptions.DEFAULT.roll(Roll.MINUTELY).permissions(PosixFilePermissions.fromString("rw-rw-r--")));
        assertThat(made).hasSize(11);
        made.forEach((name, permissions) -> assertThat(permissions)
                .as(name)
                .isEqualTo(
                        Files.isDirectory(temp.resolve("q").resolve(name))
                                ? "rwxrwxr-x"
                                : name.equals("sightlog.writers") || name.endsWith(".lock")
                                        ? "rw-rw----"
                                        : "rw-rw-r--"));
    }
}
