package io.sightlog.journal.internal.mend;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.GoldenTest;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWithHoles;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Rebooted;
import io.sightlog.journal.Roll;
import io.sightlog.journal.audit.Finding;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.os.Device;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fillers over holes at random, in Java and in C, also interrupted. The seed is printed. */
@Tag("slow")
class RandomFillersTest {
    private static final int ROUNDS = Boolean.getBoolean("sightlog.long") ? 1000 : 25;

    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private JournalWithHoles holed;

    @BeforeEach
    void inTemp() {
        holed = new JournalWithHoles(temp);
    }

    /**
     * Whatever was lost: no reader gets less or another number than before, recover saves the same, nothing is left that cannot be
     * followed, a second loss of power changes nothing, and a writer in C leaves the same bytes.
     */
    @Test
    void layOverAnyHoleWhatLosesNothing() throws Exception {
        long first = Seeds.of(RandomFillersTest.class);
        int holes = 0;
        int kept = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long seed = first + round;
            String when = "-Dsightlog.seed=" + seed;
            Random random = new Random(seed);
            Path directory = holed.journal("java" + round, 20 + random.nextInt(400), random);
            TreeMap<Long, Long> truth = JournalWithHoles.seen(directory).frames();
            JournalWithHoles.lose(JournalWithHoles.file(directory), random);
            Path inC = temp.resolve("c" + round);
            GoldenTest.copy(directory, inC);
            JournalWithHoles.Seen before = JournalWithHoles.seen(directory);
            TreeSet<Long> savedBefore = JournalWithHoles.saved(directory, temp.resolve("before" + round));

            List<String> told = Rebooted.mend(directory, false);
            JournalWithHoles.Seen after = JournalWithHoles.seen(directory);
            assertThat(after.frames()).as(when).isEqualTo(before.frames());
            assertThat(truth.entrySet()).as(when).containsAll(after.frames().entrySet());
            TreeSet<Long> saved = JournalWithHoles.saved(directory, temp.resolve("after" + round));
            assertThat(saved)
                    .as("%s: %s", when, told)
                    .containsAll(savedBefore); // more where no word said that there is more
            after.errors()
                    .forEach(error -> assertThat(error).as("%s: %s", when, told).doesNotContain("damaged at byte"));
            holes += (int) after.errors().stream()
                    .filter(error -> error.contains("with a loss of power"))
                    .count();
            kept += saved.size() - after.frames().size();

            byte[] mended = JournalWithHoles.used(JournalWithHoles.file(directory));
            Rebooted.mend(directory, false);
            assertThat(JournalWithHoles.used(JournalWithHoles.file(directory)))
                    .as(when)
                    .isEqualTo(mended);
            Rebooted.mend(inC, true);
            assertThat(JournalWithHoles.used(JournalWithHoles.file(inC)))
                    .as(when)
                    .isEqualTo(mended);
            for (Path done : List.of(directory, inC, temp.resolve("before" + round), temp.resolve("after" + round))) {
                GoldenTest.delete(done);
            }
        }
        System.out.println(
                "RandomFillersTest: " + ROUNDS + " journals, " + holes + " holes with " + kept + " sound events");
        assertThat(holes).isPositive();
        assertThat(kept).isPositive();
    }

    /**
     * Any part of what was not synced when the power goes again, or a writer dies, in the middle of it: no event gets another
     * number, and the next writer ends it.
     */
    @Test
    void canBeInterruptedAnywhere() throws Exception {
        long first = Seeds.of(RandomFillersTest.class);
        int mixed = 0;
        for (int round = 0; round < ROUNDS / 3; round++) {
            mixed += interrupted(first + round, false);
        }
        System.out.println("RandomFillersTest: interrupted " + mixed + " times");
    }

    /**
     * Damage that readers pass lies in front of a hole, and the file says of its last document where it was in the hole: fillers that
     * are open must not show that it is another one now, or the numbers in front do not agree.
     */
    @ParameterizedTest
    @ValueSource(longs = {1100007, 9714634620997L})
    void canBeInterruptedBehindDamageThatReadersPass(long seed) throws Exception {
        assertThat(interrupted(seed, false)).isPositive();
    }

    /** Here a second loss of power would take events that readers had before, were the last sync left out. */
    @Test
    void areOnTheDeviceBeforeTheFileSaysSo() throws Exception {
        assertThat(interrupted(4, false)).isPositive();
    }

    /** As behind damage that readers pass, and with the same bytes. */
    @Test
    void areEndedByAWriterInC() throws Exception {
        assertThat(interrupted(1100007, true)).isPositive();
    }

    /**
     * @param inC whether a writer in C ends them, too
     * @return how often
     */
    private int interrupted(long seed, boolean inC) throws Exception {
        int mixed = 0;
        String when = "-Dsightlog.seed=" + seed;
        Random random = new Random(seed);
        Path directory = holed.journal("whole" + seed, 20 + random.nextInt(200), random);
        TreeMap<Long, Long> truth = JournalWithHoles.seen(directory).frames();
        JournalWithHoles.lose(JournalWithHoles.file(directory), random);
        TreeMap<Long, Long> before = JournalWithHoles.seen(directory).frames();
        TreeSet<Long> saved = JournalWithHoles.saved(directory, temp.resolve("saved" + seed));
        List<byte[]> states = new ArrayList<>();
        states.add(JournalWithHoles.used(JournalWithHoles.file(directory)));
        Path copy = temp.resolve("copy" + seed);
        GoldenTest.copy(directory, copy);
        PowerLossRepair.mend(
                new JournalDirectory(directory),
                Roll.DAILY,
                new Device() {
                    @Override
                    public void sync(RandomAccessFile file, Path path) throws IOException {
                        states.add(JournalWithHoles.used(path));
                    }

                    @Override
                    public void syncDirectory(Path folder) {}
                },
                told -> {});
        states.add(JournalWithHoles.used(JournalWithHoles.file(directory)));
        for (int i = 1; i < states.size(); i++) {
            for (int kept = 0; kept < 3; kept++) {
                try (RandomAccessFile out =
                        new RandomAccessFile(JournalWithHoles.file(copy).toFile(), "rw")) {
                    out.write(mixed(states.get(i - 1), states.get(i), kept, random));
                }
                String what = when + ", step " + i + ", pages " + kept;
                notOtherwise(JournalWithHoles.seen(copy).frames(), truth, what);
                byte[] endedInC = inC ? endedInC(JournalWithHoles.file(copy), copy) : null;
                Rebooted.mend(copy, false);
                if (inC) {
                    assertThat(endedInC).as(what).isEqualTo(JournalWithHoles.used(JournalWithHoles.file(copy)));
                }
                TreeMap<Long, Long> after = JournalWithHoles.seen(copy).frames();
                notOtherwise(after, truth, what);
                assertThat(after.keySet()).as(what).containsAll(before.keySet());
                assertThat(JournalWithHoles.saved(copy, temp.resolve("again" + seed)))
                        .as(what)
                        .containsAll(saved);
                GoldenTest.delete(temp.resolve("again" + seed));
                countsOn(copy, what);
                mixed++;
            }
        }
        for (Path done : List.of(directory, copy, temp.resolve("saved" + seed))) {
            GoldenTest.delete(done);
        }
        return mixed;
    }

    /** What a writer in C leaves. The file is then as it was. */
    private static byte[] endedInC(Path file, Path directory) throws Exception {
        byte[] was = JournalWithHoles.used(file);
        Rebooted.mend(directory, true);
        byte[] ended = JournalWithHoles.used(file);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(was);
        }
        return ended;
    }

    /** What is there has the numbers it had. */
    private static void notOtherwise(TreeMap<Long, Long> frames, TreeMap<Long, Long> truth, String what) {
        frames.forEach(
                (position, frame) -> assertThat(truth.get(position)).as(what).isEqualTo(frame));
    }

    /** The next event has the number that a walk leads to, and the index is right. */
    private void countsOn(Path directory, String what) {
        long count;
        try (CycleFile file = CycleFile.tryOpen(JournalWithHoles.file(directory), 0)) {
            CycleCursor cursor = file.start();
            count = JournalWithHoles.walked(cursor);
        }
        try (JournalWriter writer = Journal.open(directory).writer()) {
            assertThat(ExcerptIndex.sequence(
                            writer.append(draft.clear().capturedNanos(0).frame(50_000, 0))))
                    .as(what)
                    .isEqualTo(count);
        }
        assertThat(JournalWithHoles.findings(directory))
                .as(what)
                .noneMatch(finding -> finding.kind() == Finding.Kind.INDEX || finding.kind() == Finding.Kind.COUNTER);
    }

    /** Sectors of one state and of the next one; all of the next, at last. */
    private static byte[] mixed(byte[] before, byte[] after, int kept, Random random) {
        byte[] mixed = before.clone();
        for (int at = 0; at < mixed.length; at += JournalWithHoles.SECTOR) {
            if (kept == 2 || random.nextInt(3) > kept) {
                System.arraycopy(after, at, mixed, at, Math.min(JournalWithHoles.SECTOR, mixed.length - at));
            }
        }
        return mixed;
    }
}
