package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.journal.audit.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every bit of a small journal is flipped, and every file cut to every length: whoever reads gets the right data, or an error
 * that says where; never wrong data, a hang, or a crash. With {@code -Dsightlog.long=true} really every one, else a sample
 * (its seed is printed).
 */
@Tag("slow")
class EveryBitTest {
    private static final boolean LONG = Boolean.getBoolean("sightlog.long");
    private static final int SAMPLED_FLIPS = 1_500;
    private static final int SAMPLED_CUTS = 500;
    /** One of so many is given to recover, which opens a new journal each time. */
    private static final int RECOVERED = LONG ? 200 : 60;
    /** Of the bytes that are 0 in pages of an index, one in so many has its bits flipped in the long form. */
    private static final int ZEROS = 16;

    @TempDir
    Path temp;

    private final long seed = Seeds.of(EveryBitTest.class);
    private final Random random = new Random(seed);
    private Damageable journal;
    private int trials;
    private int told;

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void everyFlippedBitGivesTheRightDataOrAnError() throws IOException {
        journal = new Damageable(temp);
        List<Path> files = journal.files();
        for (Path file : files) {
            byte[] sound = Files.readAllBytes(file);
            int used = used(file, sound);
            for (long bit = 0; bit < used * 8L; bit++) {
                if (LONG ? isDull(sound, (int) (bit / 8)) : random.nextInt(files.size() * used * 8) >= SAMPLED_FLIPS) {
                    continue;
                }
                byte[] damaged = sound.clone();
                damaged[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
                trial(file, sound, damaged, "bit " + bit % 8 + " of byte " + bit / 8);
            }
        }
        report("flipped");
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void everyFileThatIsCutGivesTheRightDataOrAnError() throws IOException {
        journal = new Damageable(temp);
        List<Path> files = journal.files();
        for (Path file : files) {
            byte[] sound = Files.readAllBytes(file);
            int used = used(file, sound);
            for (int length = 0; length < used; length++) {
                if (LONG ? isDull(sound, length) : random.nextInt(files.size() * used) >= SAMPLED_CUTS) {
                    continue;
                }
                trial(file, sound, java.util.Arrays.copyOf(sound, length), "cut to " + length);
            }
        }
        report("cut");
    }

    private boolean isDull(byte[] sound, int at) {
        for (int i = Math.max(0, at - 8); i < Math.min(sound.length, at + 8); i++) {
            if (sound[i] != 0) {
                return false;
            }
        }
        return random.nextInt(ZEROS) != 0;
    }

    private static int used(Path file, byte[] content) {
        int used = content.length;
        while (used > 0 && content[used - 1] == 0) {
            used--;
        }
        return Math.min(content.length, used + 16);
    }

    private void trial(Path file, byte[] sound, byte[] damaged, String what) throws IOException {
        Files.write(file, damaged);
        try {
            look(file.getFileName() + ", " + what);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(file.getFileName() + ", " + what + ", seed " + seed + ": " + e, e);
        } finally {
            Files.write(file, sound);
        }
    }

    private void look(String when) throws IOException {
        trials++;
        int events = journal.truth.size();
        Damageable.Got all = journal.read(Start.OLDEST);
        journal.assertNothingWrong(all, when);
        boolean lost = all.lines().size() < events;
        List<Finding> findings = null;
        if (lost) {
            assertThat(all.errors()).as(when).isNotEmpty();
        }
        Position middle = journal.positions.get(random.nextInt(events));
        for (Start start : List.of(new Start.Last(3), new Start.At(middle), new Start.Time(stamp(middle)))) {
            Damageable.Got some = journal.read(start);
            journal.assertNothingWrong(some, when + " from " + start);
            if (some.errors().isEmpty()) {
                int first = start instanceof Start.Last
                        ? events - 3
                        : start instanceof Start.Time time ? firstAt(time.nanos()) : journal.positions.indexOf(middle);
                assertThat(some.positions())
                        .as(when + " from " + start)
                        .isEqualTo(journal.positions.subList(first, events));
            }
        }
        Damageable.Got alarm = journal.readAsAlarm();
        if (alarm.errors().isEmpty()) {
            assertThat(alarm.positions()).as(when + " as alarm").containsAll(journal.positions.subList(20, events));
        }
        findings = journal.verify();
        if (!all.errors().isEmpty() || lost) {
            told++;
            assertThat(findings).as(when + ": a reader is told " + all.errors()).isNotEmpty();
        }
        if (random.nextInt(RECOVERED) == 0) {
            List<String> truth = Damageable.content(journal.truth);
            List<String> saved = journal.recover();
            assertThat(truth).as(when).containsAll(saved);
            assertThat(saved)
                    .as(when)
                    .containsAll(Damageable.content(all.lines()))
                    .doesNotHaveDuplicates();
        }
    }

    private int firstAt(long nanos) {
        int first = 0;
        while (stamp(journal.positions.get(first)) < nanos) {
            first++;
        }
        return first;
    }

    private long stamp(Position position) {
        String line = journal.truth.get(journal.positions.indexOf(position));
        return Long.parseLong(line.replaceFirst("(?s).*\"appendedNanos\":\"(\\d+)\".*", "$1"));
    }

    private void report(String how) {
        System.out.println(trials + " times " + how + ", a reader was told of damage " + told + " times, seed " + seed);
        assertThat(told).isGreaterThan(trials / 20);
    }
}
