package io.sightlog.journal;

import static io.sightlog.journal.FrameJournal.HOUR;
import static io.sightlog.journal.FrameJournal.picture;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.KeptFrame;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.frames.FrameLimits;
import io.sightlog.journal.internal.os.Device;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on the device, and in which order it came there: a picture, then the event that points at it. */
class FrameDurabilityTest {
    @TempDir
    Path temp;

    private FrameJournal journal;
    private final Kept device = new Kept();

    @BeforeEach
    void place() {
        journal = new FrameJournal(temp.resolve("q"));
    }

    /** Remembers what files had in them when they were synced last. */
    private static final class Kept implements Device {
        final Map<Path, byte[]> content = new ConcurrentHashMap<>();
        final List<String> order = new CopyOnWriteArrayList<>();
        volatile String failing = "nothing fails";

        @Override
        public void sync(RandomAccessFile file, Path path) throws IOException {
            order.add(path.getFileName().toString());
            if (path.toString().endsWith(failing)) {
                throw new IOException("Input/output error");
            }
            if (path.toString().endsWith(".frames")) {
                content.put(path, Files.readAllBytes(path));
            }
        }

        @Override
        public void syncDirectory(Path directory) {
            order.add(directory.getFileName() + "/");
        }

        boolean has(Path file, KeptFrame frame, byte[] picture) {
            byte[] there = content.getOrDefault(file, new byte[0]);
            int from = (int) frame.offset();
            return there.length >= from + picture.length
                    && Arrays.equals(there, from, from + picture.length, picture, 0, picture.length);
        }
    }

    private JournalWriter writer(Durability durability) {
        return Inside.writer(
                new JournalDirectory(journal.directory),
                WriterOptions.DEFAULT.durability(durability),
                journal.now::get,
                device);
    }

    @Test
    void atEveryEventAPictureIsKeptBeforeItsEventIsAppended() {
        try (JournalWriter writer = writer(Durability.EVERY_EVENT)) {
            FrameWriter frames = journal.frames(writer, 2000);
            for (int i = 0; i < 12; i++) {
                device.order.clear();
                KeptFrame kept = FrameJournal.write(frames, 500, i);
                assertThat(device.has(journal.file(kept), kept, picture(500, i)))
                        .isTrue();
                if (i % 3 == 0) {
                    assertThat(kept.file()).isEqualTo(i / 3);
                    assertThat(device.order)
                            .as("a file that is found only by its name")
                            .containsSequence(kept.journal() + "/", "frames/", "q/");
                }
                journal.append(writer, kept);
            }
        }
    }

    @Test
    void atEveryEventWhatKeepsAPictureFromBeingPrunedIsKeptWithTheEvent() throws IOException {
        try (JournalWriter writer = writer(Durability.EVERY_EVENT)) {
            FrameWriter frames = journal.frames(writer, 2000);
            KeptFrame kept = FrameJournal.write(frames, 500, 1);
            journal.now.addAndGet(HOUR);
            device.order.clear();
            journal.append(writer, kept);
            byte[] there = Files.readAllBytes(journal.file(kept));
            assertThat(device.content.get(journal.file(kept))).isEqualTo(there);
            assertThat(device.order.stream().filter(name -> !name.startsWith(".draft-")))
                    .first()
                    .asString()
                    .endsWith(".frames");
            assertThat(device.order).last().asString().endsWith(".cq4");
        }
    }

    @Test
    void atAnIntervalThePicturesOfAllEventsAreKeptThatAre() {
        List<KeptFrame> kept = new ArrayList<>();
        List<Long> indexes = new ArrayList<>();
        int known = 0;
        try (JournalWriter writer = writer(Durability.interval(Duration.ofMillis(1)))) {
            FrameWriter frames = journal.frames(writer, 2000);
            while (known < 50) {
                KeptFrame one = FrameJournal.write(frames, 500, kept.size());
                kept.add(one);
                indexes.add(journal.append(writer, one));
                Position durable = journal.journal().durable();
                while (known < kept.size() && durable != null && indexes.get(known) <= durable.index()) {
                    expectKept(kept.get(known), known);
                    known++;
                }
            }
        }
        for (int i = known; i < kept.size(); i++) {
            expectKept(kept.get(i), i);
        }
    }

    private void expectKept(KeptFrame kept, int seed) {
        assertThat(device.has(journal.file(kept), kept, picture(500, seed)))
                .as("picture %d", seed)
                .isTrue();
    }

    @Test
    void withoutDurabilityNothingIsWaitedFor() {
        try (JournalWriter writer = writer(Durability.NONE)) {
            journal.append(writer, journal.frames(writer, 2000), 500, 1);
        }
        assertThat(device.order).isEmpty();
        assertThat(journal.pictures()).containsExactly(picture(500, 1));
    }

    @Test
    void aDeviceThatCannotKeepPicturesEndsThemAndNotTheEvents() {
        List<String> told = new ArrayList<>();
        try (JournalWriter writer = writer(Durability.EVERY_EVENT)) {
            long[] ticks = {0};
            FrameWriter frames = writer.frames(
                    FrameLimits.DEFAULT, FrameJournal.MUCH_ROOM, () -> ticks[0], new FrameWriter.Listener() {
                        @Override
                        public void stopped(String why) {
                            told.add(why);
                        }

                        @Override
                        public void resumed(long notKept) {
                            told.add("resumed");
                        }
                    });
            device.failing = ".frames";
            assertThat(frames.write(picture(500, 1), 0, 0, 0)).isNull();
            journal.append(writer, null);
            assertThat(told).containsExactly("Input/output error");
            device.failing = "nothing fails";
            ticks[0] += 20_000_000_000L;
            KeptFrame kept = Objects.requireNonNull(frames.write(picture(500, 2), 0, 0, 0));
            journal.append(writer, kept);
            assertThat(told).last().isEqualTo("resumed");
        }
        assertThat(journal.pictures()).containsExactly(picture(500, 2));
    }
}
