package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.JournalId;
import io.sightlog.event.KeptFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures beside the events: written, found, and where files end and begin. */
class KeptFramesTest {
    @TempDir
    Path temp;

    private FrameJournal journal;

    @BeforeEach
    void place() {
        journal = new FrameJournal(temp.resolve("q"));
    }

    @Test
    void aPictureIsReadThroughTheEventThatPointsToIt() {
        List<byte[]> written = new ArrayList<>();
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 1 << 20, 1 << 20);
            for (int i = 0; i < 20; i++) {
                byte[] picture = FrameJournal.picture(1 + 997 * i, i);
                written.add(picture);
                journal.append(writer, frames.write(picture, 640, 480, journal.now.get()));
                journal.append(writer, null);
            }
            assertThat(frames.kept()).isEqualTo(20);
            assertThat(journal.pictures()).as("while it is written to").containsExactlyElementsOf(written);
        }
        assertThat(journal.pictures()).containsExactlyElementsOf(written);
    }

    @Test
    void filesAreAsTheFormatDrawsThem() throws IOException {
        byte[] first = "a picture".getBytes(StandardCharsets.US_ASCII);
        byte[] second = "another!".getBytes(StandardCharsets.US_ASCII);
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 1 << 20, 1 << 20);
            KeptFrame one = Objects.requireNonNull(frames.write(first, 640, 480, 77));
            KeptFrame other = Objects.requireNonNull(frames.write(ByteBuffer.wrap(second), 0, 0, -1));
            JournalId id = Objects.requireNonNull(journal.journal().id());
            assertThat(one)
                    .isEqualTo(new KeptFrame(
                            id, writer.producer(), 0, 80, 9, FrameJournal.crc(first, 9), KeptFrame.JPEG, 640, 480));
            assertThat(other.offset()).isEqualTo(64 + 16 + 16 + 16);

            byte[] bytes = Files.readAllBytes(journal.file(one));
            ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(new String(bytes, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("SLKF");
            assertThat(file.getInt(4)).isEqualTo(1);
            assertThat(java.util.HexFormat.of().formatHex(bytes, 8, 24)).isEqualTo(id.toString());
            assertThat(file.getLong(24)).isEqualTo(writer.producer());
            assertThat(file.getLong(32)).isZero();
            assertThat(file.getInt(40)).isEqualTo(FrameJournal.CYCLE);
            assertThat(file.getInt(44)).isEqualTo(FrameJournal.crc(bytes, 44));
            assertThat(bytes).hasSize(64 + 32 + 24).containsSequence(first);
            assertThat(java.util.Arrays.copyOfRange(bytes, 48, 64)).containsOnly(0);
            assertThat(file.getInt(64)).isEqualTo(9);
            assertThat(file.getInt(68)).isEqualTo(FrameJournal.crc(first, 9));
            assertThat(file.getLong(72)).isEqualTo(77);
            assertThat(java.util.Arrays.copyOfRange(bytes, 89, 96))
                    .as("padding")
                    .containsOnly(0);
            assertThat(file.getInt(96)).isEqualTo(8);
            assertThat(file.getLong(104)).isEqualTo(-1);
        }
    }

    @Test
    void aFileThatIsFullIsFollowedByAnother() throws IOException {
        List<byte[]> written = new ArrayList<>();
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 1000, 1000);
            for (int i = 0; i < 9; i++) {
                written.add(FrameJournal.picture(400, i)); // two in a file
                journal.append(writer, frames.write(written.get(i), 0, 0, 0));
            }
            written.add(FrameJournal.picture(5000, 9)); // more than a file should have
            KeptFrame large = frames.write(written.get(9), 0, 0, 0);
            assertThat(Objects.requireNonNull(large).file()).isEqualTo(5);
            journal.append(writer, large);
            assertThat(journal.names()).hasSize(6 + 1);
        }
        assertThat(journal.pictures()).containsExactlyElementsOf(written);
        assertThat(journal.names()).hasSize(6).noneMatch(name -> name.endsWith(".lock"));
    }

    @Test
    void whenACycleBeginsOnlyAFileThatIsNotSmallIsFollowedByAnother() throws IOException {
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 1 << 20, 1000);
            KeptFrame one = Objects.requireNonNull(frames.write(FrameJournal.picture(400, 1), 0, 0, 0));
            journal.append(writer, one);
            journal.now.addAndGet(FrameJournal.HOUR);
            KeptFrame two = Objects.requireNonNull(frames.write(FrameJournal.picture(800, 2), 0, 0, 0));
            journal.append(writer, two);
            assertThat(two.file()).as("was small").isZero();
            assertThat(journal.lastCycle(two)).isEqualTo(FrameJournal.CYCLE + 1);
            journal.now.addAndGet(FrameJournal.HOUR);
            KeptFrame three = Objects.requireNonNull(frames.write(FrameJournal.picture(400, 3), 0, 0, 0));
            journal.append(writer, three);
            assertThat(three.file()).isEqualTo(1);
            assertThat(journal.lastCycle(two)).isEqualTo(FrameJournal.CYCLE + 1);
            assertThat(journal.lastCycle(three)).isEqualTo(FrameJournal.CYCLE + 2);
        }
    }

    @Test
    void theLastCycleIsThatOfTheEventAlsoWhenACycleBeganAfterThePictureWasWritten() throws IOException {
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 500, 500);
            KeptFrame one = Objects.requireNonNull(frames.write(FrameJournal.picture(400, 1), 0, 0, 0));
            KeptFrame two = Objects.requireNonNull(frames.write(FrameJournal.picture(400, 2), 0, 0, 0));
            assertThat(journal.lastCycle(one)).isEqualTo(FrameJournal.CYCLE);
            journal.now.addAndGet(5 * FrameJournal.HOUR);
            journal.append(writer, null);
            assertThat(journal.lastCycle(two)).as("no event points into it").isEqualTo(FrameJournal.CYCLE);
            journal.append(writer, two);
            assertThat(journal.lastCycle(two)).isEqualTo(FrameJournal.CYCLE + 5);
            EventBatch batch = new EventBatch();
            KeptFrame three = Objects.requireNonNull(frames.write(FrameJournal.picture(400, 3), 0, 0, 0));
            journal.now.addAndGet(FrameJournal.HOUR);
            batch.add(new EventDraft().capturedNanos(0).keptFrame(two));
            batch.add(new EventDraft().capturedNanos(0).keptFrame(three));
            batch.add(new EventDraft().capturedNanos(0));
            writer.append(batch);
            assertThat(journal.lastCycle(two)).isEqualTo(FrameJournal.CYCLE + 6);
            assertThat(journal.lastCycle(three)).isEqualTo(FrameJournal.CYCLE + 6);
        }
    }

    @Test
    void whatIsInAnotherJournalIsNotHere() {
        KeptFrame kept;
        try (JournalWriter writer = journal.journal().writer()) {
            kept = Objects.requireNonNull(
                    journal.frames(writer, 500, 500).write(FrameJournal.picture(400, 1), 0, 0, 0));
            journal.append(writer, kept);
        }
        Journal other = Journal.open(temp.resolve("other"));
        try (JournalWriter writer = other.writer();
                JournalReader reader = journal.journal().reader()) {
            assertThat(reader.next()).isTrue();
            writer.append(reader.event(), true);
        }
        try (JournalReader reader = other.reader();
                FrameReader frames = other.frames()) {
            assertThat(reader.next()).isTrue();
            Event event = reader.event();
            assertThat(KeptFrame.of(event)).isEqualTo(kept);
            assertThat(frames.read(Objects.requireNonNull(KeptFrame.of(event)))).isNull();
        }
    }

    @Test
    void aPictureThatIsNoneIsRefused() {
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 500, 500);
            assertThatThrownBy(() -> frames.write(new byte[0], 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> frames.write(ByteBuffer.allocate((64 << 20) + 1), 0, 0, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("64 MiB");
            assertThatThrownBy(() -> frames.write(new byte[1], -1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> journal.frames(writer, 1, 1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aWriterThatIsClosedKeepsNothing() throws IOException {
        JournalWriter writer = journal.journal().writer();
        FrameWriter frames = journal.frames(writer, 500, 500);
        journal.append(writer, frames, 400, 1);
        writer.close();
        assertThatThrownBy(() -> frames.write(new byte[1], 0, 0, 0)).isInstanceOf(IllegalStateException.class);
        writer.close();
        assertThat(journal.names()).hasSize(1);
    }

    @Test
    void howManyFilesThereAreLeavesNoMoreOpen() throws IOException {
        Path handles = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(handles), "open files cannot be counted here");
        try (JournalWriter writer = journal.journal().writer();
                FrameReader reader = journal.journal().frames()) {
            FrameWriter frames = journal.frames(writer, 500, 500);
            journal.append(writer, frames, 400, 1);
            journal.append(writer, frames, 400, 2);
            int before = Objects.requireNonNull(handles.toFile().list()).length;
            for (int i = 0; i < 300; i++) {
                assertThat(reader.read(journal.append(writer, frames, 400, i))).hasSize(400);
            }
            assertThat(Objects.requireNonNull(handles.toFile().list()).length).isLessThan(before + 20);
        }
    }

    @Test
    void filesHaveThePermissionsOfTheJournal() throws IOException {
        try (JournalWriter writer = journal.journal()
                .writer(WriterOptions.DEFAULT.permissions(PosixFilePermissions.fromString("rw-rw-r--")))) {
            KeptFrame kept = Objects.requireNonNull(
                    journal.frames(writer, 500, 500).write(FrameJournal.picture(400, 1), 0, 0, 0));
            Path file = journal.file(kept);
            assertThat(permissions(file)).isEqualTo("rw-rw-r--");
            Path lock = file.resolveSibling(String.format("%016x.lock", kept.producer()));
            assertThat(permissions(lock)).as("who may only read cannot hold it").isEqualTo("rw-rw----");
            assertThat(permissions(file.getParent())).isEqualTo("rwxrwxr-x");
            assertThat(permissions(file.getParent().getParent())).isEqualTo("rwxrwxr-x");
        }
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
