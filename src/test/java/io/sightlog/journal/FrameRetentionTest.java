package io.sightlog.journal;

import static io.sightlog.journal.FrameJournal.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.KeptFrame;
import io.sightlog.journal.internal.append.HoldingWriter;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.frames.FrameLimits;
import io.sightlog.journal.internal.os.Disk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kept frames go with the last cycle whose events point at them, neither earlier nor much later. */
class FrameRetentionTest {
    @TempDir
    Path temp;

    private FrameJournal journal;

    @BeforeEach
    void place() {
        journal = new FrameJournal(temp.resolve("q"));
    }

    /** In each cycle two pictures, in a file of its own. */
    private List<KeptFrame> fill(int cycles) {
        List<KeptFrame> kept = new ArrayList<>();
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 1 << 20, 1000);
            for (int cycle = 0; cycle < cycles; cycle++, journal.now.addAndGet(HOUR)) {
                kept.add(journal.append(writer, frames, 5000, 2 * cycle));
                journal.append(writer, frames, 5000, 2 * cycle + 1);
            }
        }
        return kept;
    }

    private static Retention.Policy cycles(int count) {
        return new Retention.Policy(null, Long.MAX_VALUE, count, Set.of(), false);
    }

    private static Retention.Policy bytes(long count) {
        return new Retention.Policy(null, count, Integer.MAX_VALUE, Set.of(), false);
    }

    private Retention.Plan prune(Retention.Policy policy) {
        Retention retention = journal.journal().retention();
        Retention.Plan plan = retention.plan(policy);
        assertThat(retention.execute(plan)).isEqualTo(plan.cycles().size());
        return plan;
    }

    @Test
    void eachCycleSaysWhatGoesWithIt() throws IOException {
        List<KeptFrame> kept = fill(4);
        long each = Disk.bytesOnDisk(journal.file(kept.get(0)));
        assertThat(each).isGreaterThanOrEqualTo(10_000);
        Retention.Plan plan = journal.journal().retention().plan(cycles(1));
        assertThat(plan.cycles())
                .hasSize(3)
                .allSatisfy(cycle -> assertThat(cycle.frames()).isEqualTo(new FrameUsage(1, each)));
        assertThat(plan.frames()).isEqualTo(new FrameUsage(3, 3 * each));
        assertThat(plan.keptFrames()).isEqualTo(new FrameUsage(1, each));
        assertThat(journal.names()).as("a plan changes nothing").hasSize(4);
        assertThat(journal.journal().retention().plan(Retention.Policy.KEEP_ALL).keptFrames())
                .isEqualTo(new FrameUsage(4, 4 * each))
                .isEqualTo(journal.journal().frameStatus().all());
    }

    @Test
    void framesGoWithTheirCyclesAndTheOthersAreStillFound() throws IOException {
        List<KeptFrame> kept = fill(4);
        prune(cycles(2));
        assertThat(journal.file(kept.get(0))).doesNotExist();
        assertThat(journal.file(kept.get(1))).doesNotExist();
        assertThat(journal.pictures())
                .containsExactly(
                        FrameJournal.picture(5000, 4),
                        FrameJournal.picture(5000, 5),
                        FrameJournal.picture(5000, 6),
                        FrameJournal.picture(5000, 7));
        assertThat(journal.journal().frames().read(kept.get(0))).isNull();
        prune(cycles(1));
        assertThat(journal.names()).hasSize(1);
    }

    @Test
    void aFileStaysUntilTheLastCycleThatPointsIntoItIsGone() throws IOException {
        KeptFrame kept;
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 1 << 20);
            kept = journal.append(writer, frames, 500, 1);
            journal.now.addAndGet(HOUR);
            journal.append(writer, frames, 500, 2); // into the same
            journal.now.addAndGet(HOUR);
            journal.append(writer, null);
        }
        assertThat(journal.journal().retention().plan(cycles(2)).frames()).isEqualTo(FrameUsage.NONE);
        prune(cycles(2));
        assertThat(journal.pictures()).containsExactly(FrameJournal.picture(500, 2));
        prune(cycles(1));
        assertThat(journal.file(kept)).doesNotExist();
    }

    @Test
    void keptFramesCountForTheSizeThatIsKept() throws IOException {
        List<KeptFrame> kept = fill(4);
        Retention.Plan all = journal.journal().retention().plan(Retention.Policy.KEEP_ALL);
        long each = Disk.bytesOnDisk(journal.file(kept.get(0)));
        long total = all.keptBytes() + 4 * each;
        assertThat(journal.journal().retention().plan(bytes(total)).cycles()).isEmpty();
        Retention.Plan less = journal.journal().retention().plan(bytes(total - 1));
        assertThat(less.cycles()).hasSize(1);
        assertThat(less.keptFrames().files()).isEqualTo(3);
    }

    @Test
    void aFileThatItsProducerStillUsesStaysHoweverOldItIs() throws IOException {
        try (JournalWriter idle = journal.journal().writer();
                JournalWriter busy = journal.journal().writer()) {
            FrameWriter frames = journal.frames(idle, 1 << 20);
            KeptFrame old = journal.append(idle, frames, 500, 1);
            for (int cycle = 0; cycle < 5; cycle++) {
                journal.now.addAndGet(HOUR);
                journal.append(busy, null);
            }
            Retention.Plan plan = prune(cycles(1));
            assertThat(plan.cycles()).hasSize(5);
            assertThat(plan.frames()).isEqualTo(FrameUsage.NONE);
            assertThat(journal.file(old)).exists();

            journal.append(idle, frames, 600, 2);
            assertThat(journal.pictures()).containsExactly(FrameJournal.picture(600, 2));
            journal.now.addAndGet(HOUR);
            journal.append(busy, null);
            prune(cycles(2));
            assertThat(journal.pictures()).containsExactly(FrameJournal.picture(600, 2));
        }
        prune(cycles(1));
        assertThat(journal.names()).isEmpty();
    }

    @Test
    void aFileThatIsPointedAtOnceMoreAfterAPlanWasMadeStays() throws IOException {
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 1 << 20);
            KeptFrame kept = journal.append(writer, frames, 500, 1);
            journal.now.addAndGet(HOUR);
            journal.append(writer, null);
            Retention retention = journal.journal().retention();
            Retention.Plan plan = retention.plan(cycles(1));
            journal.append(writer, kept); // points at it again, an hour later
            retention.execute(plan);
        }
        assertThat(journal.pictures()).containsExactly(FrameJournal.picture(500, 1));
    }

    @Test
    void theFileBeforeTheNewestIsLetGoOnceTwoCyclesHaveBegun() throws IOException {
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 600);
            KeptFrame first = journal.append(writer, frames, 500, 1);
            journal.append(writer, frames, 500, 2);
            journal.now.addAndGet(HOUR);
            journal.append(writer, null);
            prune(cycles(1));
            assertThat(journal.file(first))
                    .as("an event of its last picture might come still")
                    .exists();
            journal.now.addAndGet(HOUR);
            journal.append(writer, null);
            prune(cycles(1));
            assertThat(journal.file(first)).doesNotExist();
            assertThat(journal.names())
                    .as("the one that is written to, and the lock")
                    .hasSize(2);
        }
    }

    @Test
    void framesThatADeathLeftBehindGoWithTheNextPrune() throws IOException {
        List<KeptFrame> kept = fill(3);
        Path saved = Files.copy(journal.file(kept.get(0)), temp.resolve("saved"));
        prune(cycles(2));
        Files.copy(saved, journal.file(kept.get(0)), StandardCopyOption.COPY_ATTRIBUTES);
        Path lock = Files.createFile(journal.lock(kept.get(0)));
        FrameStatus status = journal.journal().frameStatus();
        assertThat(status.unneeded().files()).isEqualTo(1);
        assertThat(journal.journal().retention().plan(Retention.Policy.KEEP_ALL).frames())
                .isEqualTo(FrameUsage.NONE);
        Retention.Plan plan = prune(cycles(2));
        assertThat(plan.cycles()).isEmpty();
        assertThat(plan.frames()).isEqualTo(status.unneeded());
        assertThat(journal.file(kept.get(0))).doesNotExist();
        assertThat(lock).as("two files are left").exists();
        prune(cycles(1));
        Files.delete(journal.file(kept.get(2)));
        Files.copy(saved, journal.file(kept.get(0)));
        prune(cycles(1));
        assertThat(journal.names()).as("with the last file its lock goes").isEmpty();
    }

    @Test
    void aFileWithADamagedHeaderStays() throws IOException {
        List<KeptFrame> kept = fill(3);
        try (RandomAccessFile file =
                new RandomAccessFile(journal.file(kept.get(0)).toFile(), "rw")) {
            file.seek(41);
            file.write(0);
        }
        assertThat(journal.journal().frameStatus().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.text()).contains("header is damaged"));
        prune(cycles(1));
        assertThat(journal.file(kept.get(0))).exists();
        assertThat(journal.file(kept.get(1))).doesNotExist();
    }

    @Test
    void onlyTheDeadDoNotHoldTheirFiles() throws Exception {
        Process holder = new ProcessBuilder(HoldingWriter.java(Holder.class, journal.directory.toString()))
                .redirectError(temp.resolve("holder.err").toFile())
                .start();
        try {
            assertThat(holder.inputReader().readLine())
                    .as(() -> read(temp.resolve("holder.err")))
                    .isEqualTo("holds");
            journal.now.addAndGet(HOUR);
            try (JournalWriter writer = journal.journal().writer()) {
                journal.append(writer, null);
            }
            prune(cycles(1));
            assertThat(journal.names()).as("it lives").hasSize(2);
        } finally {
            holder.destroyForcibly();
        }
        assertThat(holder.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(journal.names()).as("it left its lock").hasSize(2);
        prune(cycles(1));
        assertThat(journal.names()).isEmpty();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Keeps a picture and waits to be killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws InterruptedException {
            FrameJournal journal = new FrameJournal(Path.of(args[0]));
            JournalWriter writer = journal.journal().writer();
            journal.append(writer, journal.frames(writer, 1 << 20), 500, 1);
            System.out.println("holds");
            Thread.sleep(TimeUnit.MINUTES.toMillis(5));
            writer.close();
        }
    }

    @Test
    void whoMayOnlyReadCannotKeepFramesFromBeingPruned() throws IOException {
        List<KeptFrame> kept = fill(2);
        try (FileChannel reader = FileChannel.open(journal.file(kept.get(0)), StandardOpenOption.READ)) {
            assertThat(reader.tryLock(0, Long.MAX_VALUE, true)).isNotNull();
            prune(cycles(1));
        }
        assertThat(journal.names()).hasSize(1);
    }

    @Test
    void aWriterThatKeepsOnlySoMuchHasItsOwnFramesGoToo() throws IOException {
        List<Retention.Plan> plans = new ArrayList<>();
        try (JournalWriter writer = journal.journal()
                .writer(WriterOptions.DEFAULT.retention(cycles(2), (plan, failure) -> {
                    assertThat(failure).isNull();
                    plans.add(plan);
                }))) {
            FrameWriter frames = journal.frames(writer, 1 << 20, 1000);
            for (int cycle = 0; cycle < 8; cycle++, journal.now.addAndGet(HOUR)) {
                journal.append(writer, frames, 5000, cycle);
                assertThat(journal.pictures()).hasSize(Math.min(cycle + 1, 2));
            }
            assertThat(journal.names()).hasSizeBetween(3, 4);
        }
        assertThat(plans).filteredOn(plan -> plan.frames().files() > 0).hasSizeGreaterThan(4);
    }

    @Test
    void ofTwoProducersEachHasItsOwnFiles() throws IOException {
        List<byte[]> written = new ArrayList<>();
        try (JournalWriter one = journal.journal().writer();
                JournalWriter other = journal.journal().writer()) {
            FrameWriter framesOfOne = journal.frames(one, 2000);
            FrameWriter framesOfOther = journal.frames(other, 3000);
            for (int i = 0; i < 20; i++) {
                written.add(FrameJournal.picture(400 + i, i));
                journal.append(i % 3 == 0 ? one : other, i % 3 == 0 ? framesOfOne : framesOfOther, 400 + i, i);
            }
        }
        assertThat(journal.pictures()).containsExactlyElementsOf(written);
        assertThat(journal.names().stream().map(name -> name.substring(0, 16)).distinct())
                .hasSize(2);
    }

    @Test
    void afterItsFilesWereDeletedUnderItAProducerBeginsAnotherOne() throws IOException {
        try (JournalWriter writer = journal.journal().writer()) {
            long[] ticks = {0};
            FrameWriter frames = writer.frames(
                    new FrameLimits(1 << 20, 1 << 20), FrameJournal.MUCH_ROOM, () -> ticks[0], FrameJournal.NEVER);
            KeptFrame lost = journal.append(writer, frames, 500, 1);
            Files.delete(journal.file(lost));
            Files.delete(journal.lock(lost));
            ticks[0] += 2_000_000_000L;
            KeptFrame next = journal.append(writer, frames, 500, 2);
            assertThat(next.file()).isEqualTo(1);
            assertThat(journal.file(next)).exists();
            assertThat(journal.lock(next)).exists();
            try (FrameReader reader = journal.journal().frames()) {
                assertThat(reader.read(lost)).isNull();
                assertThat(reader.read(next)).isEqualTo(FrameJournal.picture(500, 2));
            }
        }
    }

    @Test
    void aPictureThatNoEventPointsAtGoesWithTheCycleItWasWrittenIn() throws IOException {
        KeptFrame orphan;
        try (JournalWriter writer = journal.journal().writer()) {
            orphan = FrameJournal.write(journal.frames(writer, 1 << 20), 500, 1);
            journal.append(writer, null);
            journal.now.addAndGet(HOUR);
            journal.append(writer, null);
        }
        prune(cycles(1));
        assertThat(journal.file(orphan)).doesNotExist();
    }

    /** Two producers, one of which mostly sleeps, beside one who prunes all the time: an event that is there has its picture. */
    @Test
    @Timeout(120)
    void whoPrunesAllTheTimeTakesNoPictureOfAnEventThatIsThere() throws Exception {
        int cycles = 80;
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> pruned;
        try (JournalWriter busy = journal.journal().writer(Roll.SECONDLY);
                JournalWriter sleepy = journal.journal().writer(Roll.SECONDLY)) {
            FrameWriter many = journal.frames(busy, 3000, 1000);
            FrameWriter few = journal.frames(sleepy, 3000, 1000);
            journal.append(busy, many, 400, 0);
            pruned = CompletableFuture.supplyAsync(() -> pruneUntil(done));
            for (int cycle = 1; cycle < cycles; cycle++) {
                journal.now.addAndGet(1_000_000_000);
                for (int i = 0; i < 5; i++) {
                    journal.append(busy, many, 400, cycle);
                }
                if (cycle % 10 == 0) {
                    journal.append(sleepy, few, 400, cycle);
                    expectPicturesOfEventsThatStay();
                }
            }
        } finally {
            done.set(true);
        }
        assertThat(pruned.get(1, TimeUnit.MINUTES)).isGreaterThan(cycles / 2);
        assertThat(journal.pictures()).hasSizeBetween(10, 25);
        prune(cycles(1));
        assertThat(journal.names()).hasSizeLessThan(4);
    }

    /** A reader is handed events of a cycle that it has open, also when that is gone by then. */
    private void expectPicturesOfEventsThatStay() {
        try (JournalReader reader = journal.journal().reader();
                FrameReader frames = journal.journal().frames()) {
            while (reader.next()) {
                KeptFrame kept = Objects.requireNonNull(KeptFrame.of(reader.event()));
                int cycle = ExcerptIndex.cycle(reader.event().index());
                assertThat(frames.read(kept) != null
                                || Files.notExists(
                                        new JournalDirectory(journal.directory).cycleFile(Roll.SECONDLY, cycle)))
                        .as("%s of cycle %d", kept, cycle)
                        .isTrue();
            }
        }
    }

    private int pruneUntil(AtomicBoolean done) {
        int pruned = 0;
        boolean isLast;
        do {
            isLast = done.get(); // one more time when all has been written, however late this thread came to run
            Retention retention = journal.journal().retention();
            pruned += retention.execute(retention.plan(cycles(3)));
        } while (!isLast);
        return pruned;
    }
}
