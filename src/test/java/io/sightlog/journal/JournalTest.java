package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.Memory;
import io.sightlog.journal.internal.format.ExcerptIndex;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Test;

/** What is appended is read, in order and whole, across cycles. */
class JournalTest extends JournalFixture {
    @Test
    void readsWhatWasAppendedInOrder() {
        try (JournalWriter writer = journal().writer()) {
            for (long i = 0; i < 3000; i++) {
                writer.append(frame(i));
            }
        }
        try (JournalReader reader = journal().reader()) {
            long[] expected = {0};
            while (reader.poll(
                            event -> {
                                assertThat(event.sequence()).isEqualTo(expected[0]);
                                assertThat(event.frame()).isEqualTo(expected[0]);
                                assertThat(event.source()).isEqualTo("/photos/" + expected[0] % 7 + ".jpg");
                                assertThat(event.classId(0)).isEqualTo((int) (expected[0] % 20));
                                assertThat(event.w(0)).isEqualTo(3f);
                                expected[0]++;
                            },
                            64)
                    > 0) {
                // until the end
            }
            assertThat(expected[0]).isEqualTo(3000);
        }
    }

    @Test
    void seesTheSameAsTheQueuesOwnTailer() {
        Random random = new Random(42);
        try (JournalWriter writer = journal().writer()) {
            for (long i = 0; i < 2000; i++) {
                frame(i);
                for (int d = random.nextInt(200); d > 0; d--) {
                    draft.detection(d, random.nextFloat(), d, d, d, d, d);
                }
                writer.append(draft);
                now.addAndGet(random.nextLong(HOUR / 300));
            }
        }
        try (JournalReader reader = journal().reader();
                SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(temp.resolve("q"))
                        .readOnly(true)
                        .build();
                ExcerptTailer tailer = queue.createTailer()) {
            int cycles = 1;
            int lastCycle = 0;
            int count = 0;
            while (true) {
                try (DocumentContext document = tailer.readingDocument()) {
                    if (!document.isPresent()) {
                        break;
                    }
                    assertThat(reader.next()).isTrue();
                    assertThat(reader.event().index()).isEqualTo(document.index());
                    Bytes<?> bytes = document.wire().bytes();
                    assertThat((long) reader.event().totalBytes()).isEqualTo(bytes.readRemaining());
                    byte[] theirs = bytes.toByteArray();
                    byte[] ours = new byte[theirs.length];
                    Memory.copy(reader.event().address(), ours, 0, ours.length);
                    assertThat(ours).isEqualTo(theirs);
                    int cycle = ExcerptIndex.cycle(document.index());
                    cycles += count > 0 && cycle != lastCycle ? 1 : 0;
                    lastCycle = cycle;
                    count++;
                }
            }
            assertThat(reader.next()).isFalse();
            assertThat(count).isEqualTo(2000);
            assertThat(cycles).isGreaterThan(2);
        }
    }

    @Test
    void followsAcrossRollsAndGrowthOfFiles() {
        try (JournalWriter writer = journal().writer();
                JournalReader reader = journal().reader()) {
            long appended = 0;
            long read = 0;
            for (int round = 0; round < 6; round++) {
                for (int i = 0; i < 700; i++) {
                    frame(appended++);
                    for (int d = 0; d < 2000; d++) {
                        draft.detection(d, 0.25f, d, d, d, d, d);
                    }
                    writer.append(draft);
                }
                List<Long> frames = frames(reader);
                assertThat(frames).isEqualTo(range(read, appended));
                read = appended;
                if (round == 3) {
                    now.addAndGet(3 * HOUR); // cycles without a file between
                }
            }
        }
    }

    @Test
    void readsEventsUpToTheLimitAndRefusesLargerOnes() {
        try (JournalWriter writer = journal().writer();
                JournalReader reader = journal().reader()) {
            for (int i = 0; i < 12; i++) { // 12 x 3 MB and 12 x almost 16 MB cross several blocks
                frame(i);
                for (int d = 1; d < 100_000; d++) {
                    draft.detection(d, 0.25f, d, d, d, d, d);
                }
                writer.append(draft);
                assertThat(reader.next()).isTrue();
                assertThat(reader.event().detectionCount()).isEqualTo(100_000);
                writer.append(frame(i).section(99, new byte[(16 << 20) - 8192]));
                assertThat(reader.next()).isTrue();
                assertThat(reader.event().frame()).isEqualTo(i);
            }
            frame(12).section(99, new byte[16 << 20]);
            assertThatThrownBy(() -> writer.append(draft)).hasMessageContaining("at most 16773120 bytes");
            assertThat(writer.nextSequence()).isEqualTo(24);
            writer.append(frame(13));
            assertThat(reader.next()).isTrue();
            assertThat(reader.event().sequence()).isEqualTo(24);
        }
    }

    @Test
    void beginsWhereItIsTold() {
        List<Position> positions = new ArrayList<>();
        List<Long> stamps = new ArrayList<>();
        try (JournalWriter writer = journal().writer()) {
            for (int i = 0; i < 1500; i++) {
                positions.add(new Position(writer.append(frame(i)), 0));
                stamps.add(now.get());
                now.addAndGet(i % 500 == 499 ? 2 * HOUR : 1000);
            }
        }
        for (int n : new int[] {0, 1, 255, 256, 257, 499, 500, 501, 999, 1000, 1499}) {
            assertThat(from(new Start.At(positions.get(n)))).as("at %s", n).isEqualTo(range(n, 1500));
            assertThat(from(new Start.Time(stamps.get(n)))).as("time of %s", n).isEqualTo(range(n, 1500));
            assertThat(from(new Start.Time(stamps.get(n) + 1)))
                    .as("after %s", n)
                    .isEqualTo(range(n + 1, 1500));
            assertThat(from(new Start.Last(n))).as("last %s", n).isEqualTo(range(1500 - n, 1500));
        }
        assertThat(from(new Start.Last(10_000))).isEqualTo(range(0, 1500));
        assertThat(from(Start.END)).isEmpty();
        assertThat(from(new Start.Time(0))).hasSize(1500);
        assertThat(from(new Start.Time(Long.MAX_VALUE))).isEmpty();
        assertThat(from(new Start.At(new Position(0, 0)))).hasSize(1500);
        Position last = positions.get(1499);
        assertThatThrownBy(() -> from(new Start.At(new Position(last.index() + 2, 0))))
                .hasMessageContaining("no event at " + new Position(last.index() + 2, 0));
        assertThatThrownBy(() -> from(new Start.At(new Position(last.index() + (5L << 32), 0))))
                .isInstanceOf(JournalException.class);
    }

    @Test
    void stampsNeverRunBackwardsWhenTheClockDoes() {
        try (JournalWriter writer = journal().writer()) {
            writer.append(frame(0));
            now.addAndGet(-5 * HOUR);
            writer.append(frame(1));
            now.addAndGet(HOUR);
        }
        try (JournalWriter writer = journal().writer()) {
            writer.append(frame(2));
            now.addAndGet(6 * HOUR);
            writer.append(frame(3));
        }
        long[] last = {0};
        try (JournalReader reader = journal().reader()) {
            int count = reader.poll(
                    event -> {
                        assertThat(event.appendedNanos()).isGreaterThanOrEqualTo(last[0]);
                        last[0] = event.appendedNanos();
                    },
                    100);
            assertThat(count).isEqualTo(4);
        }
    }

    @Test
    void stampsGoOnBehindTheLastEventWhenTheSignalFileIsLost() throws IOException {
        try (JournalWriter writer = journal().writer()) {
            writer.append(frame(0));
        }
        Files.delete(temp.resolve("q/sightlog.signal"));
        now.addAndGet(-3 * HOUR);
        try (JournalWriter writer = journal().writer()) {
            writer.append(frame(1));
        }
        try (JournalReader reader = journal().reader()) {
            assertThat(frames(reader)).isEqualTo(range(0, 2));
        }
    }

    @Test
    void closedFilesAreCutToWhatTheyUseAndStayReadable() throws IOException {
        try (JournalWriter writer = journal().writer();
                JournalReader open = journal().reader()) {
            for (int i = 0; i < 100; i++) {
                writer.append(frame(i));
            }
            assertThat(open.poll(event -> {}, 50)).isEqualTo(50);
            now.addAndGet(HOUR);
            writer.append(frame(100));
            List<Path> files = journal().files();
            assertThat(Files.size(files.get(0))).isLessThan(128 << 10);
            assertThat(Files.size(files.get(1))).isEqualTo(80L << 20);
            assertThat(frames(open)).isEqualTo(range(50, 101));
        }
        assertThat(from(Start.OLDEST)).isEqualTo(range(0, 101));
    }

    @Test
    void aDamagedEventIsAnErrorThatNamesItsPositionAndTheRestIsRead() throws IOException {
        long third = 0;
        try (JournalWriter writer = journal().writer()) {
            for (int i = 0; i < 5; i++) {
                long index = writer.append(frame(i));
                third = i == 2 ? index : third;
            }
        }
        Path file = journal().files().get(0);
        byte[] start = new byte[1 << 17];
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.readFully(start);
            String text = new String(start, java.nio.charset.StandardCharsets.ISO_8859_1);
            int at = text.indexOf("/photos/2.jpg");
            raw.seek(at + 8);
            raw.write('3');
        }
        try (JournalReader reader = journal().reader()) {
            assertThat(reader.poll(event -> {}, 2)).isEqualTo(2);
            Position damaged = new Position(third, 0);
            assertThatThrownBy(reader::next)
                    .isInstanceOfSatisfying(DamageException.class, e -> {
                        assertThat(e.position()).isEqualTo(damaged);
                        assertThat(e.canGoOn()).isTrue();
                    })
                    .hasMessageContaining(damaged.toString())
                    .hasMessageContaining("checksum");
            assertThat(frames(reader)).isEqualTo(range(3, 5));
        }
    }

    @Test
    void somethingElseIsNotAJournal() throws IOException {
        Path file = Files.writeString(temp.resolve("f"), "x");
        assertThatThrownBy(() -> Journal.open(file)).hasMessageContaining("is not a journal");
        assertThatThrownBy(() -> Journal.open(temp)).hasMessageContaining("is not a journal");
        Path queue = Files.createDirectory(temp.resolve("g"));
        Files.write(queue.resolve("metadata.cq4t"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        assertThatThrownBy(() -> Journal.open(queue).reader().next()).hasMessageContaining("is not a journal");
    }
}
