package io.sightlog.journal;

import static io.sightlog.journal.FrameJournal.picture;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.KeptFrame;
import io.sightlog.inspect.Diagnosis;
import io.sightlog.inspect.Symptom;
import io.sightlog.journal.internal.frames.FrameLimits;
import io.sightlog.journal.internal.frames.FrameRoom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures end before the room does, say so once, and begin again; events go on. */
class FrameRoomTest {
    private static final long SECOND = 1_000_000_000;

    @TempDir
    Path temp;

    private FrameJournal journal;
    private final List<String> told = new ArrayList<>();
    private long ticks;
    private long usable = 2000;

    private final FrameWriter.Listener listener = new FrameWriter.Listener() {
        @Override
        public void stopped(String why) {
            told.add("stopped: " + why);
        }

        @Override
        public void resumed(long notKept) {
            told.add("resumed after " + notKept);
        }
    };

    @BeforeEach
    void place() {
        journal = new FrameJournal(temp.resolve("q"));
    }

    private FrameWriter frames(JournalWriter writer, FrameRoom.Look look) {
        return writer.frames(new FrameLimits(1 << 20, 1 << 20), look, () -> ticks, listener);
    }

    private FrameRoom megabytes() {
        return new FrameRoom(usable * 1_000_000, 1_000 * 1_000_000L);
    }

    @Test
    void belowTheReserveNoPicturesAreKeptUntilThereIsATenthMore() {
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = frames(writer, this::megabytes);
            assertThat(frames.write(picture(100, 1), 0, 0, 0)).isNotNull();
            usable = 999;
            assertThat(frames.write(picture(100, 2), 0, 0, 0))
                    .as("looked at once a second")
                    .isNotNull();
            ticks += SECOND;
            for (int i = 0; i < 3; i++) {
                assertThat(frames.write(picture(100, 3), 0, 0, 0)).isNull();
                journal.append(writer, null);
            }
            assertThat(frames.isStopped()).isTrue();
            assertThat(told)
                    .containsExactly("stopped: 999 MB are free on its device, and 1,000 MB are reserved for events");
            usable = 1_099;
            ticks += SECOND;
            assertThat(frames.write(picture(100, 4), 0, 0, 0))
                    .as("not enough to go on")
                    .isNull();
            usable = 1_100;
            assertThat(frames.write(picture(100, 5), 0, 0, 0))
                    .as("not looked at yet")
                    .isNull();
            ticks += SECOND;
            assertThat(frames.write(picture(100, 6), 0, 0, 0)).isNotNull();
            assertThat(frames.isStopped()).isFalse();
            assertThat(told).hasSize(2).last().isEqualTo("resumed after 5");
            usable = 1_000;
            ticks += SECOND;
            assertThat(frames.write(picture(100, 7), 0, 0, 0))
                    .as("not short yet")
                    .isNotNull();
            assertThat(frames.kept()).isEqualTo(4);
            assertThat(frames.keptBytes()).isEqualTo(400);
        }
        assertThat(told).hasSize(2);
    }

    @Test
    void manyBytesAreReasonToLookBeforeASecondIsOver() {
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = frames(writer, this::megabytes);
            frames.write(picture(100, 1), 0, 0, 0);
            usable = 10;
            int kept = 0;
            while (frames.write(picture(1 << 20, 2), 0, 0, 0) != null) {
                kept++;
                assertThat(kept).isLessThan(20);
            }
            assertThat(kept).isEqualTo(16);
        }
    }

    @Test
    void aDeviceThatCannotBeAskedStopsPicturesAndNotEvents() {
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = frames(writer, () -> {
                throw new IOException("gone");
            });
            assertThat(frames.write(picture(100, 1), 0, 0, 0)).isNull();
            journal.append(writer, null);
            assertThat(told).containsExactly("stopped: gone");
        }
    }

    @Test
    void aLinkInPlaceOfTheFolderIsNotFollowed() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        try (JournalWriter writer = journal.journal().writer()) {
            Files.createSymbolicLink(journal.directory.resolve("frames"), outside);
            FrameWriter frames = frames(writer, FrameJournal.MUCH_ROOM);
            assertThat(frames.write(picture(100, 1), 0, 0, 0)).isNull();
            assertThat(told).singleElement().asString().contains("frames is a link, and none is followed");
            assertThat(outside).isEmptyDirectory();
            Files.delete(journal.directory.resolve("frames"));
            assertThat(frames.write(picture(100, 1), 0, 0, 0))
                    .as("tried again later")
                    .isNull();
            ticks += 10 * SECOND;
            assertThat(frames.write(picture(100, 1), 0, 0, 0)).isNotNull();
            assertThat(told).last().isEqualTo("resumed after 2");
        }
    }

    @Test
    void whatIsReservedIsATwentiethOfTheDeviceAndAGibibyteAtLeast() throws IOException {
        long total = Files.getFileStore(temp).getTotalSpace();
        FrameRoom room = FrameRoom.at(temp).room();
        assertThat(room.reserveBytes()).isEqualTo(Math.max(1L << 30, total / 20));
        assertThat(room.usableBytes()).isPositive().isLessThan(total);
    }

    /** With room for events, on a device that has none for a whole picture. */
    @Test
    @Tag("slow")
    void aPictureThatDoesNotFitLeavesNothingAndTheNextOneTakesItsPlace() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 8192)) {
            journal = new FrameJournal(disk.journal());
            List<byte[]> written = new ArrayList<>();
            Random random = new Random(1);
            KeptFrame last;
            try (JournalWriter writer = journal.journal().writer(Roll.DAILY)) {
                FrameWriter frames = frames(writer, FrameJournal.MUCH_ROOM);
                keep(writer, frames, 50_000, written);
                disk.fillUpTo(100);
                long before = Files.size(journal.file(keep(writer, frames, 10_000, written)));
                int refused = 0;
                for (int i = 0; i < 20; i++) {
                    ticks += 10 * SECOND;
                    refused += frames.write(picture(200_000 + random.nextInt(100_000), 9), 0, 0, 0) == null ? 1 : 0;
                    journal.append(writer, null);
                }
                assertThat(refused).isEqualTo(20);
                assertThat(told).singleElement().asString().isEqualTo("stopped: No space left on device");
                last = Objects.requireNonNull(keepAgain(writer, frames, written));
                assertThat(Files.size(journal.file(last))).isEqualTo(before + 16 + 10_000);
                assertThat(told).last().isEqualTo("resumed after 20");
                assertThat(Diagnosis.of(journal.journal(), journal.now::get).symptoms())
                        .extracting(Symptom::text)
                        .anyMatch(text -> text.startsWith("no frames are kept for now: 0 MB are free"));
                disk.empty();
                for (int i = 0; i < 5; i++) {
                    keep(writer, frames, 200_000, written);
                }
            }
            assertThat(journal.pictures()).containsExactlyElementsOf(written);
        }
    }

    private KeptFrame keepAgain(JournalWriter writer, FrameWriter frames, List<byte[]> written) {
        ticks += 10 * SECOND;
        return keep(writer, frames, 10_000, written);
    }

    private KeptFrame keep(JournalWriter writer, FrameWriter frames, int bytes, List<byte[]> written) {
        written.add(picture(bytes, written.size()));
        return journal.append(writer, frames, bytes, written.size() - 1);
    }

    /** The real reserve is more than such a device has. */
    @Test
    @Tag("slow")
    void onASmallDeviceEventsHaveAllOfIt() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 4096)) {
            journal = new FrameJournal(disk.journal());
            try (JournalWriter writer = journal.journal().writer(Roll.DAILY)) {
                FrameWriter frames = writer.frames(listener);
                assertThat(frames.write(picture(1000, 1), 0, 0, 0)).isNull();
                journal.append(writer, null);
                assertThat(told).singleElement().asString().contains("1,073 MB are reserved for events");
                assertThat(journal.names()).isEmpty();
            }
            assertThat(journal.journal().frameStatus().isShort()).isTrue();
        }
    }
}
