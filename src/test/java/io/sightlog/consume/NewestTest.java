package io.sightlog.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.Damageable;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Retention;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NewestTest {
    @TempDir
    Path temp;

    private static Start newest(Journal journal, Selection selection, long wanted) {
        return new Newest(journal, selection, () -> false).start(wanted);
    }

    private static <T> List<T> last(List<T> all, int count) {
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    private static List<Long> frames(Journal journal, Start start) {
        List<Long> frames = new ArrayList<>();
        try (JournalReader reader = journal.reader(start)) {
            while (reader.next()) {
                frames.add(reader.event().frame());
            }
        }
        return frames;
    }

    private static void append(Journal journal, long from, long to) {
        try (JournalWriter writer = journal.writer()) {
            EventDraft draft = new EventDraft();
            for (long i = from; i < to; i++) {
                writer.append(draft.clear().capturedNanos(i).frame(i, 0).source(i % 1000 == 0 ? "rare" : "often"));
            }
        }
    }

    @Test
    void areTheLastOnesHoweverManyAreWantedOverBatchesAndFiles() throws IOException {
        Damageable journal = new Damageable(temp);
        for (int n = 0; n <= journal.truth.size() + 2; n++) {
            assertThat(journal.read(newest(journal.journal(), Selection.ALL, n)).lines())
                    .as("newest %d", n)
                    .isEqualTo(last(journal.truth, n));
        }
    }

    @Test
    void areThoseThatMatch() throws IOException {
        Damageable journal = new Damageable(temp);
        Selection cats = Selection.ALL.detections(List.of("cat"), 0, true);
        List<String> truth = journal.truth.stream()
                .filter(line -> line.contains("\"label\":\"cat\""))
                .toList();
        for (int n = 1; n <= truth.size(); n++) {
            List<String> from = journal.read(newest(journal.journal(), cats, n)).lines();
            assertThat(from.get(0)).as("newest %d", n).isEqualTo(truth.get(truth.size() - n));
        }
        assertThat(newest(journal.journal(), cats, truth.size() + 1)).isEqualTo(Start.OLDEST);
    }

    @Test
    void lieBeforeTheEndOfTheRange() throws IOException {
        Damageable journal = new Damageable(temp);
        for (int end = 0; end < journal.truth.size(); end++) {
            Start to = new Start.At(journal.positions.get(end));
            Selection range = Selection.ALL.range(null, to, Selection.By.APPENDED);
            assertThat(journal.read(newest(journal.journal(), range, 2)).lines().get(0))
                    .as("to event %d", end)
                    .isEqualTo(journal.truth.get(Math.max(0, end - 1)));
        }
    }

    @Test
    void areTheLastThatCanBeReadWhateverIsDamaged() throws IOException {
        long seed = Long.getLong("sightlog.seed", System.nanoTime());
        System.out.println("NewestTest: seed " + seed);
        Random random = new Random(seed);
        Damageable journal = new Damageable(temp);
        List<Path> files;
        try (var all = Files.list(journal.directory)) {
            files = all.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
        for (int round = 0; round < 100; round++) {
            Path file = files.get(random.nextInt(files.size()));
            byte[] sound = Files.readAllBytes(file);
            byte[] damaged = sound.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(file, damaged);
            Damageable.Got all = journal.read(Start.OLDEST);
            int n = 1 + random.nextInt(all.lines().size() + 3);
            Damageable.Got got = journal.read(newest(journal.journal(), Selection.ALL, n));
            assertThat(got.lines())
                    .as("seed %d, round %d, newest %d", seed, round, n)
                    .isEqualTo(last(all.lines(), n));
            if (n > all.lines().size()) {
                assertThat(got.errors()).as("seed %d, round %d", seed, round).isEqualTo(all.errors());
            }
            Files.write(file, sound);
        }
    }

    @Test
    void areFoundWithoutReadingTheRest() {
        Journal journal = Journal.open(temp.resolve("q"));
        append(journal, 0, 100_000);
        AtomicLong looks = new AtomicLong();
        Start ten = new Newest(journal, Selection.ALL, () -> looks.incrementAndGet() < 0).start(10);

        assertThat(frames(journal, ten)).hasSize(10).last().isEqualTo(99_999L);
        assertThat(looks).hasValueLessThan(200);

        looks.set(0);
        Selection rare = Selection.ALL.events(Glob.of("rare"), null, null);
        Start two = new Newest(journal, rare, () -> looks.incrementAndGet() < 0).start(2);
        assertThat(frames(journal, two).get(0)).isEqualTo(98_000L);
        assertThat(looks).hasValueLessThan(20_000);
    }

    @Test
    void areAllThatAreLeftOfAPrunedJournal() throws IOException {
        Damageable journal = new Damageable(temp);
        Retention retention = journal.journal().retention();
        retention.execute(retention.plan(new Retention.Policy(null, Long.MAX_VALUE, 1, Set.of("alarm"), false)));
        List<String> left = journal.read(Start.OLDEST).lines();

        assertThat(left).hasSizeBetween(1, journal.truth.size() - 1);
        assertThat(journal.read(newest(journal.journal(), Selection.ALL, 40)).lines())
                .isEqualTo(left);
        assertThat(journal.read(newest(journal.journal(), Selection.ALL, 3)).lines())
                .isEqualTo(last(left, 3));
    }

    @Test
    void areAtLeastSoManyWhileOthersAppend() throws InterruptedException {
        Journal journal = Journal.open(temp.resolve("q"));
        append(journal, 0, 1000);
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            for (long i = 1000; !stop.get(); i += 100) {
                append(journal, i, i + 100);
            }
        });
        writer.start();
        try {
            for (int round = 0; round < 50; round++) {
                List<Long> frames = frames(journal, newest(journal, Selection.ALL, 100));
                assertThat(frames).hasSizeGreaterThanOrEqualTo(100);
                assertThat(frames.get(0)).isEqualTo(frames.get(99) - 99);
            }
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    @Test
    void areTheEndWhenNoneAreWantedAndTheStartWhereThereIsNoJournal() {
        Journal nothing = Journal.open(temp.resolve("nothing"));
        assertThat(newest(nothing, Selection.ALL, 0)).isEqualTo(Start.END);
        assertThat(newest(nothing, Selection.ALL, 3)).isEqualTo(Start.OLDEST);
    }
}
