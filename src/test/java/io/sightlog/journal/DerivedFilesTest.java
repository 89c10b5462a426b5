package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that can be deleted are there as a whole or not at all, belong to the journal, and lead nowhere else. */
class DerivedFilesTest {
    private static final long HOUR = 3_600_000_000_000L;

    @TempDir
    Path temp;

    private final AtomicLong now = new AtomicLong(1_700_001_000L * 1_000_000_000L);
    private Journal journal;
    private DerivedFiles files;

    @BeforeEach
    void fill() {
        journal = Journal.open(temp.resolve("q"), now::get);
        WriterOptions options = WriterOptions.DEFAULT.permissions(PosixFilePermissions.fromString("rw-r-----"));
        try (JournalWriter writer = journal.writer(options)) {
            for (int i = 0; i < 6; i++) {
                writer.append(new EventDraft().capturedNanos(0).frame(i, 0));
                now.addAndGet(i % 2 == 0 ? 1 : HOUR);
            }
        }
        files = journal.timelineFiles(null);
    }

    private void put(String name, String text) {
        files.put(name, file -> file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void aFileIsAsTheJournalAndIsReplacedAsAWhole() throws IOException {
        put("a", "one");
        assertThatThrownBy(() -> files.put("a", file -> {
                    file.write(ByteBuffer.wrap(new byte[10]));
                    throw new IOException("no room");
                }))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining("cannot write " + files.folder().resolve("a"))
                .hasMessageContaining("no room");

        assertThat(files.folder().resolve("a")).hasContent("one");
        put("a", "two");
        assertThat(files.folder().resolve("a")).hasContent("two");
        assertThat(Files.getPosixFilePermissions(files.folder().resolve("a")))
                .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        assertThat(Files.getPosixFilePermissions(files.folder()))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
        assertThat(files.names()).containsExactly("a");
        files.delete("a");
        files.delete("a");
        assertThat(files.names()).isEmpty();
    }

    @Test
    void noLinkIsFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        put("a", "one");
        Files.createSymbolicLink(files.folder().resolve("b"), files.folder().resolve("a"));
        assertThatThrownBy(() -> files.open("b")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> files.open("c")).isInstanceOf(NoSuchFileException.class);

        Files.move(files.folder(), temp.resolve("aside"));
        Files.createSymbolicLink(files.folder(), elsewhere);
        assertThatThrownBy(() -> put("a", "two")).hasMessageContaining("cannot write");
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void whatADeadProcessHasLeftGoesAfterAnHour() throws IOException {
        put("a", "one");
        Path old = Files.createFile(files.folder().resolve(".draft-old"));
        Path young = Files.createFile(files.folder().resolve(".draft-young"));
        Files.setLastModifiedTime(old, FileTime.fromMillis(System.currentTimeMillis() - 2 * HOUR / 1_000_000));

        files.deleteOldDrafts();

        assertThat(old).doesNotExist();
        assertThat(young).exists();
        assertThat(files.names()).containsExactly("a");
    }

    @Test
    void aScratchFileHasNoNameAlsoWhereTheFolderCannotBeMade() throws IOException {
        for (DerivedFiles one : List.of(
                files,
                journal.timelineFiles(Files.createFile(temp.resolve("blocked")).resolve("x")))) {
            try (RandomAccessFile scratch = one.scratch()) {
                scratch.write(new byte[1000]);
                assertThat(scratch.length()).isEqualTo(1000);
                assertThat(one.names()).isEmpty();
            }
        }
        assertThat(files.folder()).isEmptyDirectory();
    }

    @Test
    void cyclesAreToldByWhatIsInThem() {
        List<CycleStatus> cycles = journal.cycles();
        assertThat(cycles).hasSize(3);
        for (CycleStatus cycle : cycles) {
            CycleStatus.Content content = journal.content(cycle);
            assertThat(content).isNotNull();
            assertThat(content.excerpts()).isEqualTo(2);
            assertThat(content.lastAppendedNanos()).isEqualTo(content.firstAppendedNanos() + 1);
            assertThat(content.hasEnded()).isEqualTo(cycle != cycles.get(2));
            assertThat(content.firstAppendedNanos() / 1_000_000_000)
                    .isBetween(cycle.startSeconds(), cycle.startSeconds() + cycle.seconds());
        }
        assertThat(cycles.stream().map(journal::content)).doesNotHaveDuplicates();
        assertThat(Journal.open(temp.resolve("none")).cycles()).isEmpty();
    }

    @Test
    void aDirectoryWithNothingElseMayBecomeAJournal() throws IOException {
        Files.createDirectories(temp.resolve("new/timeline"));
        Journal later = Journal.open(temp.resolve("new"));
        assertThat(later.exists()).isFalse();
        try (JournalWriter writer = later.writer()) {
            writer.append(new EventDraft().capturedNanos(0).frame(1, 0));
        }
        assertThat(later.exists()).isTrue();
    }
}
