package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.internal.format.Cycles;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.MetadataWords;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.os.Proc;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionTest {
    private static final long HOUR = 3_600_000_000_000L;
    /** In the middle of an hour. */
    private static final long BEGIN = 1_700_001_000_000_000_000L;

    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private final AtomicLong now = new AtomicLong(BEGIN);

    private Journal journal() {
        return Journal.open(temp.resolve("q"), now::get);
    }

    /** Cycle n gets the frames 10 n, 10 n + 1, 10 n + 2. */
    private void fill(int cycles) {
        try (JournalWriter writer = journal().writer()) {
            for (int cycle = 0; cycle < cycles; cycle++) {
                now.set(BEGIN + cycle * HOUR);
                append(writer, 10 * cycle, 10 * cycle + 1, 10 * cycle + 2);
            }
        }
    }

    private void append(JournalWriter writer, long... frames) {
        for (long frame : frames) {
            writer.append(draft.clear().capturedNanos(0).frame(frame, 0));
        }
    }

    private static List<Long> read(JournalReader reader, int limit) {
        List<Long> frames = new ArrayList<>();
        reader.poll(event -> frames.add(event.frame()), limit);
        return frames;
    }

    private List<Long> all() {
        try (JournalReader reader = journal().reader()) {
            return read(reader, 1000);
        }
    }

    private static Retention.Policy cycles(int count, String... ignored) {
        return new Retention.Policy(null, Long.MAX_VALUE, count, Set.of(ignored), false);
    }

    private int prune(Retention.Policy policy) {
        Retention retention = journal().retention();
        return retention.execute(retention.plan(policy));
    }

    @Test
    void aPlanChangesNothing() {
        fill(4);
        Retention.Plan plan = journal().retention().plan(cycles(1));
        assertThat(plan.cycles()).hasSize(3);
        assertThat(plan.cycles())
                .allSatisfy(cycle -> assertThat(cycle.excerpts()).isEqualTo(3));
        assertThat(plan.obstacles()).isEmpty();
        assertThat(all()).hasSize(12);
        assertThat(journal().directory().resolve("sightlog.pruned")).doesNotExist();
    }

    @Test
    void theOldestGoAndTheNewestStays() {
        fill(4);
        assertThat(prune(cycles(3))).isEqualTo(1);
        assertThat(all()).startsWith(10L).hasSize(9);
        assertThat(prune(cycles(1))).isEqualTo(2);
        assertThat(all()).containsExactly(30L, 31L, 32L);
        assertThat(prune(cycles(1))).isZero();
        assertThat(prune(new Retention.Policy(null, 0, 1, Set.of(), true))).isZero();
        assertThat(all()).containsExactly(30L, 31L, 32L);
    }

    @Test
    void agesCountFromTheEndOfACycle() {
        fill(4); // it is half past three, in hours of this test
        assertThat(prune(new Retention.Policy(Duration.ofMinutes(151), Long.MAX_VALUE, 9, Set.of(), false)))
                .isZero();
        assertThat(prune(new Retention.Policy(Duration.ofMinutes(150), Long.MAX_VALUE, 9, Set.of(), false)))
                .isEqualTo(1);
        assertThat(all()).startsWith(10L);
    }

    @Test
    void sizesAreBlocksOnDisk() throws IOException {
        fill(4);
        long apparent = 0;
        long taken = 0;
        for (Path file : journal().files().subList(0, 4)) {
            apparent += Files.size(file);
            taken += Disk.bytesOnDisk(file);
        }
        Retention.Plan all = journal().retention().plan(Retention.Policy.KEEP_ALL);
        assertThat(all.keptBytes()).isEqualTo(taken);
        assertThat(apparent).as("sparse").isGreaterThan(2 * taken);
        assertThat(prune(new Retention.Policy(null, taken, 9, Set.of(), false))).isZero();
        assertThat(prune(new Retention.Policy(null, taken - 1, 9, Set.of(), false)))
                .isEqualTo(1);
    }

    @Test
    void whatAConsumerHasNotReadStaysUnlessItIsIgnored() {
        fill(4);
        try (JournalReader reader = journal().reader("alarm")) {
            assertThat(read(reader, 4)).endsWith(10L);
        }
        Retention.Plan plan = journal().retention().plan(cycles(1));
        assertThat(plan.cycles()).hasSize(1);
        assertThat(plan.obstacles()).singleElement().asString().contains("\"alarm\"", "has not read it");
        assertThat(journal().retention().plan(cycles(1, "other")).cycles()).hasSize(1);
        assertThat(journal().retention().plan(cycles(1, "alarm")).cycles()).hasSize(3);
        assertThat(journal()
                        .retention()
                        .plan(new Retention.Policy(null, Long.MAX_VALUE, 1, Set.of(), true))
                        .cycles())
                .hasSize(3);
        assertThat(prune(cycles(1))).isEqualTo(1);
        assertThat(prune(cycles(1, "alarm"))).isEqualTo(2);
    }

    @Test
    void aConsumerThatHasReadNothingKeepsEverything() {
        journal().reader("early").close();
        fill(3);
        assertThat(prune(cycles(1))).isZero();
        assertThat(all()).hasSize(9);
    }

    @Test
    void aConsumerThatHadReadAllOfACycleHasMissedNothingOfIt() {
        fill(3);
        try (JournalReader reader = journal().reader("alarm")) {
            read(reader, 6); // to the last event of the second cycle
        }
        assertThat(prune(cycles(1))).isEqualTo(2);
        try (JournalReader reader = journal().reader("alarm")) {
            assertThat(reader.missed()).isNull();
            assertThat(read(reader, 9)).containsExactly(20L, 21L, 22L);
            assertThat(reader.missed()).isNull();
        }
    }

    @Test
    void aConsumerThatWasPassedOverSaysHowMuchItHasMissed() {
        fill(4);
        try (JournalReader reader = journal().reader("alarm")) {
            read(reader, 2);
        }
        journal().reader("never").close();
        assertThat(prune(cycles(2, "alarm", "never"))).isEqualTo(2);
        try (JournalReader reader = journal().reader("alarm")) {
            Missed skipped = Objects.requireNonNull(reader.missed());
            assertThat(skipped.excerpts()).isEqualTo(4);
            assertThat(ExcerptIndex.sequence(skipped.from().index())).isEqualTo(2);
            assertThat(read(reader, 1)).containsExactly(20L);
        }
        try (JournalReader reader = journal().reader("never")) {
            assertThat(Objects.requireNonNull(reader.missed()).excerpts()).isEqualTo(6);
        }
        try (JournalReader reader = journal().reader("alarm")) {
            assertThat(reader.missed()).as("told once").isNull();
        }
    }

    @Test
    void aConsumerInTheMiddleOfTheLastBatchHasMissedTheRestOfIt() {
        EventBatch batch = new EventBatch();
        for (long frame = 0; frame < 3; frame++) {
            batch.add(draft.clear().capturedNanos(0).frame(frame, 0));
        }
        try (JournalWriter writer = journal().writer()) {
            writer.append(batch);
            now.addAndGet(HOUR);
            append(writer, 10);
        }
        for (int read = 2; read <= 3; read++) {
            try (JournalReader reader = journal().reader("reads" + read)) {
                read(reader, read);
            }
        }
        assertThat(prune(cycles(1))).isZero();
        assertThat(prune(cycles(1, "reads2"))).isEqualTo(1);
        try (JournalReader reader = journal().reader("reads2")) {
            assertThat(Objects.requireNonNull(reader.missed()).excerpts()).isEqualTo(1);
            assertThat(read(reader, 9)).containsExactly(10L);
        }
        try (JournalReader reader = journal().reader("reads3")) {
            assertThat(reader.missed()).isNull();
        }
    }

    @Test
    void aReaderThatIsOvertakenReadsItsFileToTheEndAndSaysWhatItMissed() {
        fill(5);
        try (JournalReader reader = journal().reader();
                JournalReader next = journal().reader()) {
            assertThat(read(reader, 1)).containsExactly(0L);
            assertThat(read(next, 4)).endsWith(10L);
            assertThat(prune(cycles(3))).isEqualTo(2);
            assertThat(read(reader, 2)).containsExactly(1L, 2L);
            assertThat(reader.missed()).isNull();
            assertThat(read(reader, 1)).containsExactly(20L);
            assertThat(Objects.requireNonNull(reader.missed()).excerpts()).isEqualTo(3);
            assertThat(read(next, 3)).containsExactly(11L, 12L, 20L);
            assertThat(next.missed()).as("only what it had read is gone").isNull();
        }
    }

    @Test
    void aPositionThatIsGoneIsTold() {
        fill(3);
        Position gone = new Position(ExcerptIndex.of(Cycles.at(Roll.HOURLY, BEGIN / 1_000_000), 1), 0);
        prune(cycles(1));
        try (JournalReader reader = journal().reader(new Start.At(gone))) {
            assertThat(Objects.requireNonNull(reader.missed()).excerpts()).isEqualTo(5);
            assertThat(reader.missed().from()).isEqualTo(gone);
            assertThat(read(reader, 1)).containsExactly(20L);
        }
    }

    @Test
    void aTimeThatIsGoneIsTold() {
        fill(3);
        prune(cycles(1));
        try (JournalReader reader = journal().reader(new Start.Time(BEGIN + 1))) {
            assertThat(Objects.requireNonNull(reader.missed()).excerpts()).isEqualTo(3);
            assertThat(read(reader, 1)).containsExactly(20L);
        }
        try (JournalReader reader = journal().reader(new Start.Time(BEGIN))) {
            assertThat(Objects.requireNonNull(reader.missed()).excerpts()).isEqualTo(6);
        }
        for (long since : new long[] {BEGIN + HOUR + 1, BEGIN + 2 * HOUR, BEGIN + 9 * HOUR}) {
            try (JournalReader reader = journal().reader(new Start.Time(since))) {
                assertThat(reader.missed()).isNull();
            }
        }
        try (JournalReader reader = journal().reader()) {
            assertThat(reader.missed()).as("the oldest there is").isNull();
        }
    }

    @Test
    void withoutALineForItTheNumberIsUnknown() throws IOException {
        fill(3);
        try (JournalReader reader = journal().reader("alarm")) {
            read(reader, 2);
        }
        prune(cycles(1, "alarm"));
        Files.writeString(journal().directory().resolve("sightlog.pruned"), "torn 1 2\n-4 7 1 1 1 1\n9");
        try (JournalReader reader = journal().reader("alarm")) {
            assertThat(Objects.requireNonNull(reader.missed()).excerpts()).isEqualTo(-1);
            assertThat(reader.missed().toString()).contains("an unknown number of events");
        }
    }

    @Test
    void writersThatAreOpenGoOnAndNewOnesOpen() {
        try (JournalWriter open = journal().writer()) {
            for (int cycle = 0; cycle < 4; cycle++) {
                now.set(BEGIN + cycle * HOUR);
                append(open, 10 * cycle);
            }
            assertThat(prune(cycles(1))).isEqualTo(3);
            append(open, 31);
            try (JournalWriter other = journal().writer()) {
                append(other, 32);
                now.addAndGet(HOUR);
                append(other, 40);
            }
            append(open, 41);
            now.addAndGet(2 * HOUR);
            append(open, 60);
            assertThat(prune(cycles(2))).isEqualTo(1);
            append(open, 61);
        }
        try (JournalWriter writer = journal().writer()) {
            append(writer, 62);
        }
        assertThat(all()).containsExactly(40L, 41L, 60L, 61L, 62L);
        assertThat(journal().directory().toFile().list((dir, name) -> name.endsWith(".discard")))
                .isEmpty();
    }

    @Test
    void aWriterDeletesAtEachChangeOfCycleAndNeverWhatIsUnread() {
        List<Retention.Plan> plans = new ArrayList<>();
        try (JournalReader late = journal().reader("late");
                JournalWriter writer = journal().writer(WriterOptions.DEFAULT.retention(cycles(2), (plan, failure) -> {
                    assertThat(failure).isNull();
                    plans.add(plan);
                }))) {
            for (int cycle = 0; cycle < 4; cycle++) {
                now.set(BEGIN + cycle * HOUR);
                append(writer, 10 * cycle, 10 * cycle + 1);
            }
            assertThat(journal().files()).hasSize(4 + 1);
            assertThat(plans).hasSize(4);
            assertThat(plans.get(3).obstacles()).singleElement().asString().contains("\"late\"");
            read(late, 8);
            now.addAndGet(HOUR);
            append(writer, 40);
            assertThat(journal().files()).hasSize(2 + 1);
        }
        assertThat(all()).containsExactly(30L, 31L, 40L);
    }

    @Test
    void roomIsMadeOneCycleAtATime() {
        fill(3);
        journal().reader("early").close();
        Retention retention = journal().retention();
        List<Path> cycles = journal().files();
        assertThat(retention.oldestCycle().drop(false)).isNull();
        assertThat(retention.oldestCycle().drop(true)).isEqualTo(cycles.get(0));
        assertThat(retention.oldestCycle().drop(true)).isEqualTo(cycles.get(1));
        assertThat(retention.oldestCycle().drop(true)).as("the newest stays").isNull();
        assertThat(all()).containsExactly(20L, 21L, 22L);
    }

    @Test
    void aCycleWithoutAnEndMarkStays() throws IOException {
        fill(3);
        Path first = journal().files().get(0);
        long end;
        try (CycleFile file = Objects.requireNonNull(CycleFile.tryOpen(first, 0))) {
            CycleCursor cursor = file.start();
            cursor.toEnd();
            end = cursor.position();
        }
        try (RandomAccessFile raw = new RandomAccessFile(first.toFile(), "rw")) {
            raw.seek(end);
            raw.writeInt(0);
        }
        Retention.Plan plan = journal().retention().plan(cycles(1));
        assertThat(plan.cycles()).isEmpty();
        assertThat(plan.obstacles()).singleElement().asString().contains("no end mark");
    }

    @Test
    void nothingGoesWhileAnotherHoldsTheWriteLock() {
        fill(3);
        try (MetadataWords words = MetadataWords.open(new JournalDirectory(temp.resolve("q")), "prune")) {
            words.lock();
            try {
                assertThatThrownBy(() -> prune(cycles(1)))
                        .isInstanceOf(JournalException.class)
                        .hasMessageContaining(
                                "held by process " + ProcessHandle.current().pid());
            } finally {
                words.unlock();
            }
        }
        assertThat(all()).hasSize(9);
        assertThat(prune(cycles(1))).isEqualTo(2);
    }

    /** Nobody can tell what such a consumer has still to read: it may be all of it. */
    @ParameterizedTest
    @ValueSource(strings = {"other bytes", "cut", "a folder"})
    void aConsumerWhosePositionIsDamagedKeepsEverything(String damage) throws IOException {
        fill(4);
        try (JournalReader reader = journal().reader("alarm")) {
            read(reader, 100);
        }
        assertThat(journal().retention().plan(cycles(1)).cycles()).hasSize(3);
        Path position = position("alarm");
        switch (damage) {
            case "other bytes" -> {
                byte[] bytes = Files.readAllBytes(position);
                Arrays.fill(bytes, (byte) 0x55);
                Files.write(position, bytes);
            }
            case "cut" -> Files.write(position, Arrays.copyOf(Files.readAllBytes(position), 20));
            default -> {
                Files.delete(position);
                Files.createDirectory(position);
            }
        }
        Retention.Plan plan = journal().retention().plan(cycles(1));
        assertThat(plan.cycles()).isEmpty();
        assertThat(plan.obstacles()).singleElement().asString().contains("\"alarm\"", position.toString());
        assertThat(prune(cycles(1))).isZero();
        assertThat(journal().retention().oldestCycle().drop(false)).isNull();
        assertThat(all()).hasSize(12);
        assertThat(prune(cycles(1, "alarm"))).as("ignored").isEqualTo(3);
    }

    /** A link to itself, which the system does not open, not even for root. */
    @Test
    void nothingGoesWhileTheFileOfAConsumerCannotBeRead() throws IOException {
        fill(4);
        try (JournalReader reader = journal().reader("alarm")) {
            read(reader, 100);
        }
        Path position = position("alarm");
        Files.delete(position);
        Files.createSymbolicLink(position, position.getFileName());
        assertThatThrownBy(() -> prune(cycles(1)))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining(position.toString());
        assertThatThrownBy(() -> journal().retention().oldestCycle().drop(false))
                .isInstanceOf(FileAccessException.class);
        assertThat(all()).hasSize(12);
        assertThat(prune(cycles(1, "alarm"))).as("ignored").isEqualTo(3);
    }

    private Path position(String consumer) {
        return journal().directory().resolve("consumers").resolve(consumer + ".position");
    }

    /** In the order in which the kernel saw it: a death between the two must not leave a cycle gone and nothing said of it. */
    @Test
    void theLineOfACycleIsWrittenBeforeItsFileGoes() throws Exception {
        assumeTrue(Proc.LINUX, "elsewhere a folder is only looked at now and then");
        fill(4);
        for (int kept = 3; kept >= 2; kept--) { // the log is made by the first, and is there for the second
            String oldest = journal().files().get(0).getFileName().toString();
            List<String> seen = new ArrayList<>();
            try (WatchService watch = temp.getFileSystem().newWatchService()) {
                journal()
                        .directory()
                        .register(
                                watch,
                                StandardWatchEventKinds.ENTRY_CREATE,
                                StandardWatchEventKinds.ENTRY_MODIFY,
                                StandardWatchEventKinds.ENTRY_DELETE);
                assertThat(prune(cycles(kept))).isEqualTo(1);
                Files.createFile(journal().directory().resolve("watched-" + kept));
                while (!seen.contains("ENTRY_CREATE watched-" + kept)) {
                    WatchKey key = Objects.requireNonNull(watch.poll(30, TimeUnit.SECONDS));
                    key.pollEvents().forEach(event -> seen.add(event.kind() + " " + event.context()));
                    key.reset();
                }
            }
            assertThat(seen).containsSubsequence("ENTRY_MODIFY sightlog.pruned", "ENTRY_DELETE " + oldest);
        }
    }
}
