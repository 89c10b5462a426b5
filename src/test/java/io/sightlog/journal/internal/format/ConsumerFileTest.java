package io.sightlog.journal.internal.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import io.sightlog.event.Memory;
import io.sightlog.journal.ConsumerStatus;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsumerFileTest {
    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft().capturedNanos(0);

    private Journal journal() {
        return Journal.open(temp.resolve("q"));
    }

    private void append(int events) {
        try (JournalWriter writer = journal().writer()) {
            for (int i = 0; i < events; i++) {
                writer.append(draft.clear().capturedNanos(0).frame(i, 0));
            }
        }
    }

    private Path file(String name) {
        return temp.resolve("q/consumers").resolve(name + ".position");
    }

    @Test
    void aConsumerBehindTheEndCanBeReset() throws IOException {
        append(1);
        JournalDirectory files = new JournalDirectory(journal().directory());
        long first;
        try (JournalReader reader = journal().reader()) {
            assertThat(reader.next()).isTrue();
            first = reader.event().index();
        }
        try (ConsumerFile held = ConsumerFile.hold(files, "alarm", NanoClock.SYSTEM)) {
            held.save(ConsumerFile.BEHIND, first + 2, 0, 1);
        }
        assertThatThrownBy(() -> journal().reader("alarm")).hasMessageContaining("past the end");
        assertThat(journal().consumers().get(0).beyondEnd()).isTrue();

        journal().resetConsumer("alarm", Start.OLDEST);

        try (JournalReader reader = journal().reader("alarm")) {
            assertThat(reader.poll(event -> {}, 3)).isEqualTo(1);
        }
    }

    @Test
    void filesOfOthersAreNotConsumers() throws IOException {
        append(1);
        journal().reader("alarm").close();
        Files.createFile(file(".alarm-copy"));
        Files.createFile(file("copy of alarm"));
        assertThat(journal().consumers()).extracting(ConsumerStatus::name).containsExactly("alarm");
    }

    @Test
    void aFirstPositionThatIsHalfWrittenCountsAsNone() throws IOException {
        append(2);
        journal().reader("alarm").close();
        try (RandomAccessFile raw = new RandomAccessFile(file("alarm").toFile(), "rw")) {
            raw.seek(64);
            raw.writeInt(0x12345678);
            raw.seek(128);
            raw.write(new byte[64]);
        }
        try (JournalReader reader = journal().reader("alarm")) {
            assertThat(reader.poll(event -> {}, 3)).isEqualTo(2);
        }
        try (RandomAccessFile raw = new RandomAccessFile(file("alarm").toFile(), "rw")) {
            raw.seek(64);
            raw.writeInt(0x12345678);
            raw.seek(128);
            raw.writeInt(0x12345678);
        }
        assertThatThrownBy(() -> journal().reader("alarm")).hasMessageContaining("neither of its two positions");
    }

    @Test
    void theLockOutlivesOtherViewsOfTheSameFileInThisProcess() throws IOException {
        append(1);
        Path locks = Path.of("/proc/locks");
        Assumptions.assumeTrue(Files.isReadable(locks));
        Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("q"));
        try (JournalReader reader = journal().reader("alarm")) {
            String inode = ":" + Files.getAttribute(file("alarm"), "unix:ino") + " ";
            assertThat(Files.readString(locks)).contains(inode);

            assertThatThrownBy(() -> Journal.open(link).reader("alarm")).hasMessageContaining("running already");
            assertThat(Files.readString(locks)).contains(inode);

            assertThat(Journal.open(link).consumers()).hasSize(1);
            assertThatThrownBy(() -> Journal.open(link).resetConsumer("alarm", Start.END))
                    .hasMessageContaining("running already");
            assertThat(Files.readString(locks)).contains(inode);
            assertThat(reader.next()).isTrue();
        }
    }

    @Test
    void whoMakesASharedFileAtTheSameTimeTakesNothingFromTheOther() throws Exception {
        int threads = 4;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier together = new CyclicBarrier(threads);
            for (int round = 0; round < 500; round++) {
                Path file = temp.resolve("shared" + round);
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    int own = 8 * i;
                    all.add(pool.submit(() -> {
                        together.await();
                        try (SharedFile shared = open(file)) {
                            Memory.putLong(shared.address() + own, 1);
                        }
                        return null;
                    }));
                }
                for (Future<?> one : all) {
                    one.get();
                }
                try (SharedFile shared = open(file)) {
                    for (int i = 0; i < threads; i++) {
                        assertThat(Memory.getLong(shared.address() + 8 * i))
                                .as("round " + round)
                                .isEqualTo(1);
                    }
                }
            }
        } finally {
            pool.shutdown();
        }
    }

    private SharedFile open(Path file) throws IOException {
        return SharedFile.open(new JournalDirectory(temp), file, SharedFile.BYTES, NewFile::create);
    }
}
