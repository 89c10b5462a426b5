package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.Seeds;
import io.sightlog.event.EventDraft;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.audit.Finding;
import io.sightlog.journal.internal.format.Cycles;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.FormatInside;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.Metadata;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clocks that jump an hour back and forth, differ between writers, and follow neither order nor cycles. */
@Tag("slow")
final class ClockTest {
    private static final long MINUTE = 60_000_000_000L;
    private static final long HOUR = 60 * MINUTE;
    private static final int EVENTS = 3_000;

    @TempDir
    Path temp;

    private final long seed = Seeds.of(ClockTest.class);
    private final Random random = new Random(seed);
    private final AtomicLong one = new AtomicLong(1_700_000_000_000_000_000L);
    private final AtomicLong other = new AtomicLong(one.get() - HOUR);

    @Test
    void anHourBackAndForthChangesNeitherOrderNorWhatIsFound() {
        Path directory = temp.resolve("q");
        List<Position> positions = new ArrayList<>();
        List<Long> stamps = new ArrayList<>();
        EventDraft draft = new EventDraft().capturedNanos(0);
        Journal journal = Journal.open(directory, one::get);
        JournalWriter mine = journal.writer(Roll.MINUTELY);
        JournalWriter behind = Journal.open(directory, other::get).writer();
        try (JournalReader live = journal.reader()) {
            for (int i = 0; i < EVENTS; i++) {
                one.addAndGet(step());
                other.addAndGet(step());
                if (i % 500 == 499) { // also over a new start
                    mine.close();
                    mine = journal.writer();
                }
                (i % 3 == 0 ? behind : mine)
                        .append(draft.clear().capturedNanos(0).frame(i, 0));
                assertThat(live.next()).as("event %d", i).isTrue();
                assertThat(live.event().frame()).isEqualTo(i);
                positions.add(new Position(live.event().index(), 0));
                stamps.add(live.event().appendedNanos());
                int cycle = ExcerptIndex.cycle(live.event().index());
                assertThat(Cycles.at(Roll.MINUTELY, stamps.get(i) / 1_000_000))
                        .as("a stamp is in its cycle")
                        .isEqualTo(cycle);
            }
        } finally {
            mine.close();
            behind.close();
        }
        assertThat(stamps).as("seed %d", seed).isSorted();
        assertThat(positions).isSorted().doesNotHaveDuplicates();
        for (int i = 0; i < EVENTS; i += 11) {
            assertFirst(journal, new Start.Time(stamps.get(i)), positions, first(stamps, stamps.get(i)));
            assertFirst(journal, new Start.Time(stamps.get(i) + 1), positions, first(stamps, stamps.get(i) + 1));
            assertFirst(journal, new Start.At(positions.get(i)), positions, i);
        }
        List<Finding> damage = new ArrayList<>();
        new Verification(journal, null, null, damage::add, bytes -> {}).run();
        assertThat(damage).filteredOn(Finding::isDamage).isEmpty();
    }

    /** Mostly less than a second, now and then an hour to either side. */
    private long step() {
        return random.nextInt(100) == 0
                ? random.nextBoolean() ? HOUR : -HOUR
                : random.nextInt(10) == 0 ? MINUTE / 2 : random.nextInt(1000);
    }

    private static int first(List<Long> stamps, long nanos) {
        int at = 0;
        while (at < stamps.size() && stamps.get(at) < nanos) {
            at++;
        }
        return at;
    }

    @Test
    void aNewestCycleBeyondAllDatesIsRefusedAndHarmsNothing() throws IOException {
        Path directory = temp.resolve("q");
        JournalDirectory files = new JournalDirectory(directory);
        try (JournalWriter writer = Journal.open(directory, one::get).writer(Roll.DAILY)) {
            writer.append(new EventDraft().capturedNanos(0));
            long newest = highestCycle(files, Integer.MAX_VALUE);
            assertThatThrownBy(() -> writer.append(new EventDraft().capturedNanos(0)))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("its newest cycle, 2147483647, is beyond all dates");
            highestCycle(files, newest);
            writer.append(new EventDraft().capturedNanos(0));
        }
        try (JournalReader reader = Journal.open(directory).reader()) {
            assertThat(reader.poll(event -> {}, 10)).isEqualTo(2);
        }
    }

    /** Sets it, and gives what it was. */
    private static long highestCycle(JournalDirectory files, long cycle) throws IOException {
        try (Metadata metadata = Objects.requireNonNull(Metadata.tryOpen(files));
                RandomAccessFile file = new RandomAccessFile(files.metadata().toFile(), "rw")) {
            file.seek(FormatInside.highestCycleOffset(metadata));
            long before = Long.reverseBytes(file.readLong());
            file.seek(FormatInside.highestCycleOffset(metadata));
            file.writeLong(Long.reverseBytes(cycle));
            return before;
        }
    }

    private static void assertFirst(Journal journal, Start start, List<Position> positions, int expected) {
        try (JournalReader reader = journal.reader(start)) {
            assertThat(reader.next()).as("%s", start).isEqualTo(expected < positions.size());
            if (expected < positions.size()) {
                assertThat(reader.event().index())
                        .as("%s", start)
                        .isEqualTo(positions.get(expected).index());
            }
        }
    }
}
