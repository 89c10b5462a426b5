package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.internal.format.Cycles;
import io.sightlog.journal.internal.format.ExcerptIndex;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ReaderEdgesTest {
    private static final long HOUR = 3_600_000_000_000L;

    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private final AtomicLong now = new AtomicLong(1_700_000_000_000_000_000L);

    private Journal journal() {
        return Journal.open(temp.resolve("q"), now::get);
    }

    private void append(long from, long to) {
        try (JournalWriter writer = journal().writer()) {
            for (long frame = from; frame < to; frame++) {
                writer.append(
                        draft.clear().capturedNanos(0).source("/photos/dog.jpg").frame(frame, 0));
            }
        }
    }

    @Test
    void aClosedReaderRefusesToGoOn() {
        append(0, 3);
        JournalReader reader = journal().reader("alarm");
        assertThat(reader.next()).isTrue();
        reader.close();
        assertThatThrownBy(reader::next)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(reader::handled)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> reader.seek(Start.OLDEST)).isInstanceOf(IllegalStateException.class);
        reader.close();
    }

    @Test
    void aHandlerThatClosesItsReaderLeavesItsEventUnhandled() {
        append(0, 3);
        JournalReader reader = journal().reader("alarm");
        assertThatThrownBy(() -> reader.poll(event -> reader.close(), 10)).hasMessageContaining("closed");
        try (JournalReader again = journal().reader("alarm")) {
            assertThat(again.next()).isTrue();
            assertThat(again.event().frame()).isZero();
        }
    }

    @Test
    void anEventThatWasKeptTooLongShowsNothing() {
        append(0, 1);
        Event kept;
        try (JournalReader reader = journal().reader()) {
            assertThat(reader.next()).isTrue();
            kept = reader.event();
        }
        assertThat(kept.detectionCount()).isZero();
        assertThat(kept.source()).isEmpty();
        assertThat(kept.frame()).isZero();
        assertThatThrownBy(kept::kind).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anInterruptedThreadReadsOn() {
        try (JournalReader reader = journal().reader("alarm")) {
            assertThat(reader.next()).isFalse();
            append(0, 3);
            try {
                Thread.currentThread().interrupt();
                assertThat(reader.poll(event -> {}, 1)).isEqualTo(1);
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                try (JournalReader other = journal().reader("other")) {
                    assertThat(other.poll(event -> {}, 10)).isEqualTo(3);
                }
                assertThat(journal().consumers()).hasSize(2);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
            assertThat(reader.poll(event -> {}, 10)).isEqualTo(2);
        }
    }

    @Test
    void askingForTheLagLeavesNoFileOpen() throws IOException {
        append(0, 3);
        Path descriptors = Path.of("/proc/self/fd");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.isDirectory(descriptors));
        try (JournalReader reader = journal().reader()) {
            assertThat(reader.remaining()).isEqualTo(3);
            long before = openIn(descriptors);
            for (int i = 0; i < 20; i++) {
                assertThat(reader.remaining()).isEqualTo(3);
                assertThat(reader.lastAppendedNanos()).isEqualTo(now.get());
            }
            assertThat(openIn(descriptors))
                    .as("the library may still be closing the writer's")
                    .isLessThanOrEqualTo(before);
        }
    }

    private long openIn(Path descriptors) throws IOException {
        try (var files = Files.list(descriptors)) {
            return files.filter(file -> {
                        try {
                            return Files.readSymbolicLink(file).startsWith(temp);
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aDamagedIndexCostsTimeAndNothingElse() throws IOException {
        append(0, 2000);
        Path file = journal().files().get(0);
        byte[] start = Files.readAllBytes(file);
        String text = new String(start, 0, 1 << 20, StandardCharsets.ISO_8859_1);
        int lastIndex = boundLong(start, text.indexOf("lastIndex") + 9);
        int page = boundArray(start, text.indexOf("index", text.indexOf("index2index") + 11) + 5);
        long position4 =
                ByteBuffer.wrap(start).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong(page + 32);

        int writePosition = boundArray(start, text.indexOf("writePosition") + 13);
        write(file, writePosition, 12); // not where an event is, so that the index is asked
        write(file, lastIndex, 1L << 60);
        assertThat(from(new Start.Last(3))).containsExactly(1997L, 1998L, 1999L);
        assertThat(from(new Start.At(new Position(index(1500), 0)))).hasSize(500);

        write(file, lastIndex, 2048);
        write(file, page + 32, position4 + 16); // in the middle of an event, where its size looks like a header
        assertThat(from(new Start.At(new Position(index(1100), 0)))).hasSize(900);
        assertThat(from(new Start.At(new Position(index(1024), 0)))).hasSize(976);
    }

    private long index(long sequence) {
        return ExcerptIndex.of(Cycles.at(Roll.HOURLY, now.get() / 1_000_000), sequence);
    }

    private static int boundLong(byte[] file, int from) {
        int at = from;
        while (file[at] != (byte) 0xa7) {
            at++;
        }
        return at + 1;
    }

    private static int boundArray(byte[] file, int from) {
        int at = from;
        while (file[at] != (byte) 0x8d) {
            at++;
        }
        return at + 17;
    }

    private static void write(Path file, long at, long value) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(at);
            raw.writeLong(Long.reverseBytes(value));
        }
    }

    private List<Long> from(Start start) {
        List<Long> frames = new ArrayList<>();
        try (JournalReader reader = journal().reader(start)) {
            reader.poll(event -> frames.add(event.frame()), 10_000);
        }
        return frames;
    }

    @Test
    void aStartThatCannotBeIsRefused() {
        assertThatThrownBy(() -> new Start.Last(-1)).hasMessageContaining("-1");
        append(0, 1);
        now.addAndGet(HOUR);
        assertThat(from(new Start.Last(0))).isEmpty();
    }
}
