package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.JournalId;
import io.sightlog.event.KeptFrame;
import io.sightlog.journal.internal.frames.FrameLimits;
import io.sightlog.journal.internal.frames.FrameRoom;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures beside the events: written, found, and where files end and begin. */
class KeptFramesTest {
    private static final long HOUR = 3_600_000_000_000L;
    /** In the middle of an hour. */
    private static final long BEGIN = 1_700_001_000_000_000_000L;

    private static final int CYCLE = (int) (BEGIN / HOUR);

    @TempDir
    Path temp;

    private final AtomicLong now = new AtomicLong(BEGIN);
    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private final FrameWriter.Listener silent = new FrameWriter.Listener() {
        @Override
        public void stopped(String why) {
            throw new AssertionError(why);
        }

        @Override
        public void resumed(long notKept) {
            throw new AssertionError(notKept);
        }
    };

    private Journal journal() {
        return Journal.open(temp.resolve("q"), now::get);
    }

    private FrameWriter frames(JournalWriter writer, long fileBytes, long cycleBytes) {
        return writer.frames(
                new FrameLimits(fileBytes, cycleBytes),
                () -> new FrameRoom(Long.MAX_VALUE, 0),
                System::nanoTime,
                silent);
    }

    private static byte[] picture(int bytes, int seed) {
        byte[] picture = new byte[bytes];
        new java.util.Random(seed).nextBytes(picture);
        return picture;
    }

    private long append(JournalWriter writer, @Nullable KeptFrame kept) {
        return writer.append(draft.clear().capturedNanos(now.get()).keptFrame(kept));
    }

    /** Those of all events, in order. */
    private List<byte[]> read() {
        List<byte[]> pictures = new ArrayList<>();
        try (JournalReader reader = journal().reader();
                FrameReader frames = journal().frames()) {
            while (reader.next()) {
                KeptFrame kept = KeptFrame.of(reader.event());
                if (kept != null) {
                    pictures.add(Objects.requireNonNull(frames.read(kept), kept::toString));
                }
            }
        }
        return pictures;
    }

    private List<String> names() throws IOException {
        Path root = temp.resolve("q");
        try (Stream<Path> files = Files.walk(root.resolve("frames"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private int lastCycle(KeptFrame kept) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file(kept)))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(40);
    }

    private Path file(KeptFrame kept) {
        return temp.resolve("q")
                .resolve("frames")
                .resolve(kept.journal().toString())
                .resolve(String.format("%016x-%08d.frames", kept.producer(), kept.file()));
    }

    private static int crc(byte[] bytes, int count) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, count);
        return (int) crc.getValue();
    }

    @Test
    void aPictureIsReadThroughTheEventThatPointsToIt() {
        List<byte[]> written = new ArrayList<>();
        try (JournalWriter writer = journal().writer()) {
            FrameWriter frames = frames(writer, 1 << 20, 1 << 20);
            for (int i = 0; i < 20; i++) {
                byte[] picture = picture(1 + 997 * i, i);
                written.add(picture);
                append(writer, frames.write(picture, 640, 480, now.get()));
                append(writer, null);
            }
            assertThat(frames.kept()).isEqualTo(20);
            assertThat(read()).as("while it is written to").containsExactlyElementsOf(written);
        }
        assertThat(read()).containsExactlyElementsOf(written);
    }

    @Test
    void filesAreAsTheFormatDrawsThem() throws IOException {
        byte[] first = "a picture".getBytes(StandardCharsets.US_ASCII);
        byte[] second = "another!".getBytes(StandardCharsets.US_ASCII);
        try (JournalWriter writer = journal().writer()) {
            FrameWriter frames = frames(writer, 1 << 20, 1 << 20);
            KeptFrame one = Objects.requireNonNull(frames.write(first, 640, 480, 77));
            KeptFrame other = Objects.requireNonNull(frames.write(ByteBuffer.wrap(second), 0, 0, -1));
            JournalId id = Objects.requireNonNull(journal().id());
            assertThat(one)
                    .isEqualTo(new KeptFrame(id, writer.producer(), 0, 80, 9, crc(first, 9), KeptFrame.JPEG, 640, 480));
            assertThat(other.offset()).isEqualTo(64 + 16 + 16 + 16);

            byte[] bytes = Files.readAllBytes(file(one));
            ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(new String(bytes, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("SLKF");
            assertThat(file.getInt(4)).isEqualTo(1);
            assertThat(java.util.HexFormat.of().formatHex(bytes, 8, 24)).isEqualTo(id.toString());
            assertThat(file.getLong(24)).isEqualTo(writer.producer());
            assertThat(file.getLong(32)).isZero();
            assertThat(file.getInt(40)).isEqualTo(CYCLE);
            assertThat(file.getInt(44)).isEqualTo(crc(bytes, 44));
            assertThat(bytes).hasSize(64 + 32 + 24).containsSequence(first);
            assertThat(java.util.Arrays.copyOfRange(bytes, 48, 64)).containsOnly(0);
            assertThat(file.getInt(64)).isEqualTo(9);
            assertThat(file.getInt(68)).isEqualTo(crc(first, 9));
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
        try (JournalWriter writer = journal().writer()) {
            FrameWriter frames = frames(writer, 1000, 1000);
            for (int i = 0; i < 9; i++) {
                written.add(picture(400, i)); // two in a file
                append(writer, frames.write(written.get(i), 0, 0, 0));
            }
            written.add(picture(5000, 9)); // more than a file should have
            KeptFrame large = frames.write(written.get(9), 0, 0, 0);
            assertThat(Objects.requireNonNull(large).file()).isEqualTo(5);
            append(writer, large);
            assertThat(names()).hasSize(6 + 1);
        }
        assertThat(read()).containsExactlyElementsOf(written);
        assertThat(names()).hasSize(6).noneMatch(name -> name.endsWith(".lock"));
    }

    @Test
    void whenACycleBeginsOnlyAFileThatIsNotSmallIsFollowedByAnother() throws IOException {
        try (JournalWriter writer = journal().writer()) {
            FrameWriter frames = frames(writer, 1 << 20, 1000);
            KeptFrame one = Objects.requireNonNull(frames.write(picture(400, 1), 0, 0, 0));
            append(writer, one);
            now.addAndGet(HOUR);
            KeptFrame two = Objects.requireNonNull(frames.write(picture(800, 2), 0, 0, 0));
            append(writer, two);
            assertThat(two.file()).as("was small").isZero();
            assertThat(lastCycle(two)).isEqualTo(CYCLE + 1);
            now.addAndGet(HOUR);
            KeptFrame three = Objects.requireNonNull(frames.write(picture(400, 3), 0, 0, 0));
            append(writer, three);
            assertThat(three.file()).isEqualTo(1);
            assertThat(lastCycle(two)).isEqualTo(CYCLE + 1);
            assertThat(lastCycle(three)).isEqualTo(CYCLE + 2);
        }
    }

    @Test
    void theLastCycleIsThatOfTheEventAlsoWhenACycleBeganAfterThePictureWasWritten() throws IOException {
        try (JournalWriter writer = journal().writer()) {
            FrameWriter frames = frames(writer, 500, 500);
            KeptFrame one = Objects.requireNonNull(frames.write(picture(400, 1), 0, 0, 0));
            KeptFrame two = Objects.requireNonNull(frames.write(picture(400, 2), 0, 0, 0));
            assertThat(lastCycle(one)).isEqualTo(CYCLE);
            now.addAndGet(5 * HOUR);
            append(writer, null);
            assertThat(lastCycle(two)).as("no event points into it").isEqualTo(CYCLE);
            append(writer, two);
            assertThat(lastCycle(two)).isEqualTo(CYCLE + 5);
            EventBatch batch = new EventBatch();
            KeptFrame three = Objects.requireNonNull(frames.write(picture(400, 3), 0, 0, 0));
            now.addAndGet(HOUR);
            batch.add(draft.clear().capturedNanos(0).keptFrame(two));
            batch.add(draft.clear().capturedNanos(0).keptFrame(three));
            batch.add(draft.clear().capturedNanos(0));
            writer.append(batch);
            assertThat(lastCycle(two)).isEqualTo(CYCLE + 6);
            assertThat(lastCycle(three)).isEqualTo(CYCLE + 6);
        }
    }

    @Test
    void whatIsInAnotherJournalIsNotHere() {
        KeptFrame kept;
        try (JournalWriter writer = journal().writer()) {
            kept = Objects.requireNonNull(frames(writer, 500, 500).write(picture(400, 1), 0, 0, 0));
            append(writer, kept);
        }
        Journal other = Journal.open(temp.resolve("other"));
        try (JournalWriter writer = other.writer();
                JournalReader reader = journal().reader()) {
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
        try (JournalWriter writer = journal().writer()) {
            FrameWriter frames = frames(writer, 500, 500);
            assertThatThrownBy(() -> frames.write(new byte[0], 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> frames.write(ByteBuffer.allocate((64 << 20) + 1), 0, 0, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("64 MiB");
            assertThatThrownBy(() -> frames.write(new byte[1], -1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> frames(writer, 1, 1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void filesHaveThePermissionsOfTheJournal() throws IOException {
        try (JournalWriter writer =
                journal().writer(WriterOptions.DEFAULT.permissions(PosixFilePermissions.fromString("rw-rw-r--")))) {
            KeptFrame kept = Objects.requireNonNull(frames(writer, 500, 500).write(picture(400, 1), 0, 0, 0));
            Path file = file(kept);
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
