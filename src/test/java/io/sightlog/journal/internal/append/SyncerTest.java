package io.sightlog.journal.internal.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.Durability;
import io.sightlog.journal.Inside;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Roll;
import io.sightlog.journal.WriterOptions;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.Signal;
import io.sightlog.journal.internal.os.Device;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is called durable is on the device by then: in what order the two happen. */
@Tag("alone")
final class SyncerTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path temp;

    private final AtomicLong now = new AtomicLong(1_700_000_000L * SECOND);
    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private final Recorder device = new Recorder();

    /**
     * What was asked of the device.
     *
     * @param durable what the journal said was durable when it was
     * @param events how many there were to read then
     */
    private record Sync(String what, long durable, int events) {}

    private final class Recorder implements Device {
        final List<Sync> syncs = new ArrayList<>();
        boolean fails;

        @Override
        public synchronized void sync(RandomAccessFile file, Path path) throws IOException {
            add(path.getFileName().toString());
        }

        @Override
        public synchronized void syncDirectory(Path path) throws IOException {
            add("folder");
        }

        private void add(String what) throws IOException {
            if (fails) {
                throw new IOException("Input/output error");
            }
            syncs.add(new Sync(what, Signal.durable(directory()), events()));
        }

        synchronized List<Sync> take() {
            List<Sync> taken = List.copyOf(syncs);
            syncs.clear();
            return taken;
        }
    }

    private JournalDirectory directory() {
        return new JournalDirectory(temp.resolve("q"));
    }

    private int events() {
        Journal journal = Journal.open(temp.resolve("q"));
        if (!journal.exists()) {
            return 0;
        }
        try (JournalReader reader = journal.reader()) {
            return reader.poll(event -> {}, 1000);
        }
    }

    private JournalWriter writer(Durability durability) {
        JournalWriter writer = Inside.writer(
                directory(), WriterOptions.DEFAULT.roll(Roll.SECONDLY).durability(durability), now::get, device);
        device.take();
        return writer;
    }

    private String cycle() {
        int[] cycles = directory().cycles(Roll.SECONDLY);
        return directory()
                .cycleFile(Roll.SECONDLY, cycles[cycles.length - 1])
                .getFileName()
                .toString();
    }

    @Test
    void anEventIsCalledDurableOnlyOnceTheDeviceHasIt() {
        long before = -1;
        try (JournalWriter writer = writer(Durability.EVERY_EVENT)) {
            for (int i = 1; i <= 9; i++) {
                if (i % 3 == 0) {
                    now.addAndGet(SECOND); // the next cycle: the one before it, the list of them and names come first
                }
                long index = writer.append(draft);
                List<Sync> syncs = device.take();
                assertThat(syncs).isNotEmpty();
                for (Sync sync : syncs) {
                    assertThat(sync.durable()).as("event %d: %s", i, syncs).isEqualTo(before);
                }
                assertThat(syncs.get(syncs.size() - 1)).isEqualTo(new Sync(cycle(), before, i));
                assertThat(Signal.durable(directory())).isEqualTo(index);
                before = index;
            }
        }
        assertThat(device.take()).as("nothing was left to do").isEmpty();
    }

    /** An interval that does not end within the test: what remains is brought to the device when the writer is closed. */
    @Test
    void likewiseWhenAWriterIsClosed() {
        long index;
        try (JournalWriter writer = writer(Durability.interval(Duration.ofHours(1)))) {
            index = writer.append(draft);
        }
        List<Sync> syncs = device.take();
        assertThat(syncs).isNotEmpty();
        for (Sync sync : syncs) {
            assertThat(sync.durable()).as("%s", syncs).isNegative();
        }
        assertThat(syncs.get(syncs.size() - 1)).isEqualTo(new Sync(cycle(), -1, 1));
        assertThat(Signal.durable(directory())).isEqualTo(index);
    }

    @Test
    void whatTheDeviceDidNotTakeIsNeverCalledDurable() {
        JournalWriter writer = writer(Durability.EVERY_EVENT);
        long index = writer.append(draft);
        device.fails = true;
        assertThatThrownBy(() -> writer.append(draft)).isInstanceOf(JournalException.class);
        assertThat(Signal.durable(directory())).isEqualTo(index);
        device.fails = false; // an error of the device is final
        assertThatThrownBy(() -> writer.append(draft)).isInstanceOf(JournalException.class);
        assertThatThrownBy(writer::close).isInstanceOf(JournalException.class);
        assertThat(Signal.durable(directory())).isEqualTo(index);
    }
}
