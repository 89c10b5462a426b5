package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.event.EventLayout;
import io.sightlog.journal.internal.append.AppendInside;
import io.sightlog.journal.internal.format.Cycles;
import io.sightlog.journal.internal.format.ExcerptIndex;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What writers that were killed leave behind harms nobody. */
@Tag("alone")
class DeadWritersTest {
    private static final long HOUR = 3_600_000_000_000L;

    /** At once, and what a busy machine takes; less than the 10 s that Chronicle Queue waits for a header. */
    private static final long SOON_NANOS = 8_000_000_000L;

    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private final AtomicLong now = new AtomicLong(1_700_000_000_000_000_000L);

    private Path directory() {
        return temp.resolve("q");
    }

    private Journal journal() {
        return Journal.open(directory(), now::get);
    }

    private void append(long... frames) {
        try (JournalWriter writer = journal().writer()) {
            for (long frame : frames) {
                writer.append(draft.clear().capturedNanos(0).frame(frame, 0));
            }
        }
    }

    private List<Long> from(Start start) {
        List<Long> frames = new ArrayList<>();
        try (JournalReader reader = journal().reader(start)) {
            reader.poll(event -> frames.add(event.frame()), 1000);
        }
        return frames;
    }

    /** What a death while the file of a cycle is made leaves: its size, and a header that is not complete. */
    private void unfinishedCycle(long nanos, int header) throws IOException {
        String name = Cycles.fileName(Roll.HOURLY, Cycles.at(Roll.HOURLY, nanos / 1_000_000));
        try (RandomAccessFile file =
                new RandomAccessFile(directory().resolve(name).toFile(), "rw")) {
            file.setLength(80L << 20);
            file.writeInt(Integer.reverseBytes(header));
        }
    }

    /** What a death between making a cycle's file and the first event in it leaves. */
    private void emptyCycle() {
        try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(directory())
                        .rollCycle(AppendInside.rollCycle(Roll.HOURLY))
                        .timeProvider(() -> now.get() / 1_000_000)
                        .build();
                ExcerptAppender appender = queue.createAppender();
                DocumentContext document = appender.writingDocument()) {
            document.rollbackOnClose();
        }
    }

    @Test
    void aJournalWhoseCreatorDiedInTheMiddleCanBeCreatedAgain() throws IOException {
        Files.createDirectories(directory());
        ByteBuffer bytes = ByteBuffer.allocate(131_072).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, 0x8000_0000).put(4, (byte) 0xb9);
        Files.write(directory().resolve("metadata.cq4t"), bytes.array());

        assertThat(journal().exists()).isFalse();
        append(1, 2);

        assertThat(from(Start.OLDEST)).containsExactly(1L, 2L);
    }

    @Test
    void aFileThatNeverGotItsHeaderIsPassed() throws IOException {
        append(1, 2);
        try (JournalReader reader = journal().reader()) {
            assertThat(reader.poll(event -> {}, 10)).isEqualTo(2);
            assertThat(reader.next()).isFalse();
            now.addAndGet(2 * HOUR);
            append(3, 4);
            unfinishedCycle(now.get() - HOUR, 0x8000_0000);
            assertThat(reader.next()).isTrue();
            assertThat(reader.event().frame()).isEqualTo(3);
        }
        assertThat(from(Start.OLDEST)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(from(new Start.Time(now.get() - 2 * HOUR + 1))).containsExactly(3L, 4L);
        assertThat(from(new Start.Time(now.get() + 1))).isEmpty();
        assertThat(from(new Start.Last(3))).containsExactly(2L, 3L, 4L);
    }

    @Test
    void aWriterOpensAtOnceBesideFilesThatNeverGotTheirHeader() throws IOException {
        long begin = now.get();
        append(1);
        now.addAndGet(4 * HOUR);
        append(2);
        unfinishedCycle(begin + HOUR, 0x8000_0000);
        unfinishedCycle(begin + 2 * HOUR, 0);
        unfinishedCycle(begin - HOUR, 0x8000_0000);
        now.addAndGet(HOUR);
        unfinishedCycle(now.get(), 0x8000_0000);
        long start = System.nanoTime();
        append(3);
        assertThat(System.nanoTime() - start).isLessThan(SOON_NANOS);
        now.addAndGet(HOUR);
        append(4);
        assertThat(from(Start.OLDEST)).containsExactly(1L, 2L, 3L, 4L);
        try (var files = Files.list(directory())) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.contains("discard") || name.contains("draft"));
        }
    }

    @Test
    void anOpenWriterMendsTheFileItRollsInto() throws IOException {
        try (JournalWriter writer = journal().writer()) {
            writer.append(draft.clear().capturedNanos(0).frame(1, 0));
            now.addAndGet(HOUR);
            unfinishedCycle(now.get(), 0x8000_0000);
            long start = System.nanoTime();
            writer.append(draft.clear().capturedNanos(0).frame(2, 0));
            assertThat(System.nanoTime() - start).isLessThan(SOON_NANOS);
        }
        assertThat(from(Start.OLDEST)).containsExactly(1L, 2L);
    }

    @Test
    void aFirstFileThatNeverGotItsHeaderIsPassed() throws IOException {
        append(1, 2);
        unfinishedCycle(now.get() - HOUR, 0);
        unfinishedCycle(now.get() + HOUR, 0);
        for (long hours = -1; hours < 2; hours++) {
            int cycle = Cycles.at(Roll.HOURLY, (now.get() + hours * HOUR) / 1_000_000);
            assertThat(from(new Start.At(new Position(ExcerptIndex.of(cycle, 0), 0))))
                    .as("%d hours", hours)
                    .hasSize(hours == 1 ? 0 : 2);
        }
        assertThat(from(Start.OLDEST)).containsExactly(1L, 2L);
        assertThat(from(new Start.Last(9))).containsExactly(1L, 2L);
        assertThat(from(new Start.Time(now.get()))).containsExactly(1L, 2L);
        assertThat(from(new Start.Time(now.get() + 1))).isEmpty();
    }

    @Test
    void timesAreFoundAcrossFilesWithoutEvents() {
        List<Long> stamps = new ArrayList<>();
        for (long cycle = 0; cycle < 9; cycle++) {
            if (cycle % 3 == 0) {
                append(cycle);
                stamps.add(now.get());
            } else {
                emptyCycle();
            }
            now.addAndGet(HOUR);
        }
        assertThat(from(Start.OLDEST)).containsExactly(0L, 3L, 6L);
        for (int i = 0; i < 3; i++) {
            List<Long> rest = List.of(0L, 3L, 6L).subList(i, 3);
            assertThat(from(new Start.Time(stamps.get(i)))).isEqualTo(rest);
            assertThat(from(new Start.Time(stamps.get(i) - 1))).isEqualTo(rest);
            assertThat(from(new Start.Time(stamps.get(i) + 1))).isEqualTo(rest.subList(1, rest.size()));
            assertThat(from(new Start.Last(3 - i))).isEqualTo(rest);
        }
    }

    @Test
    void aWriterThatAppendsNothingLeavesClosedFilesCut() throws IOException {
        try (JournalWriter writer = journal().writer()) {
            for (int i = 0; i < 4; i++) {
                writer.append(draft.clear().capturedNanos(0).frame(i, 0));
                now.addAndGet(HOUR);
            }
        }
        append();
        for (Path file : journal().files().subList(0, 3)) {
            assertThat(Files.size(file)).as(file.toString()).isLessThan(128 << 10);
        }
    }

    @Test
    void aDamagedLastStampDoesNotMoveTimeForLaterWriters() throws IOException {
        append(1, 2);
        Path file = journal().files().get(0);
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] start = new byte[1 << 17];
            raw.readFully(start);
            int last = -1;
            for (int i = 0; i + 4 < start.length; i += 4) {
                if (start[i] == 'S' && start[i + 1] == 'L' && start[i + 2] == 'O' && start[i + 3] == 'G') {
                    last = i - EventLayout.MAGIC_OFFSET;
                }
            }
            raw.seek(last + EventLayout.APPENDED_NANOS + 7);
            raw.write(0x20); // some fifty years later
        }
        now.addAndGet(1000);
        append(3);
        try (JournalReader reader = journal().reader(new Start.Last(1))) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.event().appendedNanos()).isEqualTo(now.get());
        }
    }
}
