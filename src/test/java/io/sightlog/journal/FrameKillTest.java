package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.event.EventDraft;
import io.sightlog.event.KeptFrame;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.audit.Finding;
import io.sightlog.journal.internal.append.HoldingWriter;
import io.sightlog.journal.internal.frames.FrameLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random instants over producers that keep pictures, two at a time, while cycles change and are pruned: every event
 * that is there has its picture, whole, and each death leaves one picture without an event at most. 10 times; with {@code
 * -Dsightlog.long=true} 300 times.
 */
@Tag("slow")
final class FrameKillTest {
    private static final int KILLS = Boolean.getBoolean("sightlog.long") ? 300 : 10;
    private static final int AT_ONCE = 2;
    private static final int PRUNE_EVERY = 5;
    private static final int FILE_BYTES = 200_000;
    /** A file that has no more than this goes on in the next cycle. */
    private static final int CYCLE_BYTES = FILE_BYTES / 4;

    private static final int MOST_BYTES = 20_000;
    private static final int MEAN_BYTES = MOST_BYTES / 2;
    private static final long MS = 1_000_000;

    @TempDir
    Path temp;

    private final Random random = new Random(Seeds.of(FrameKillTest.class));
    private FrameJournal journal;

    /** A producer that is to be killed some time after it has logged its first picture, or after its start. */
    private final class Child {
        final Path log;
        final Process process;
        final int mostInBatch = random.nextInt(3) == 0 ? 3 : 1;
        private final boolean early = random.nextInt(5) == 0;
        private final long delayNanos = (long) (random.nextDouble() * (early ? 900 : 400) * MS);
        private long killAt;

        Child(int run) throws IOException {
            log = temp.resolve("log-" + run);
            List<String> command = HoldingWriter.java(
                    Producer.class,
                    journal.directory.toString(),
                    log.toString(),
                    List.of("none", "interval=10ms", "every-event").get(random.nextInt(3)),
                    Integer.toString(mostInBatch),
                    Long.toString(random.nextLong()));
            command.addAll(command.indexOf("-cp"), List.of("-Xmx128m"));
            process = new ProcessBuilder(command)
                    .redirectError(Path.of(log + ".err").toFile())
                    .start();
            killAt = early ? System.nanoTime() + delayNanos : Long.MAX_VALUE;
        }

        boolean isDue() throws IOException {
            assertThat(process.isAlive())
                    .as("%s", process.isAlive() ? "" : Files.readString(Path.of(log + ".err")))
                    .isTrue();
            if (killAt == Long.MAX_VALUE && KillLog.hasBegun(log)) {
                killAt = System.nanoTime() + delayNanos;
            }
            return killAt != Long.MAX_VALUE && System.nanoTime() - killAt >= 0;
        }

        void kill() throws InterruptedException {
            process.destroyForcibly();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    /**
     * Keeps pictures and appends their events as fast as it can, one by one or in batches; arguments: journal, log, durability, most events of
     * a batch, seed. Logs index and place of each event that was appended.
     */
    static final class Producer {
        private Producer() {}

        public static void main(String[] args) throws IOException {
            KillLog log = new KillLog(Path.of(args[1]));
            WriterOptions options = WriterOptions.DEFAULT.roll(Roll.SECONDLY).durability(Durability.parse(args[2]));
            int most = Integer.parseInt(args[3]);
            Random random = new Random(Long.parseLong(args[4]));
            JournalWriter writer = Journal.open(Path.of(args[0])).writer(options);
            FrameWriter frames = writer.frames(
                    new FrameLimits(FILE_BYTES, CYCLE_BYTES),
                    FrameJournal.MUCH_ROOM,
                    System::nanoTime,
                    FrameJournal.NEVER);
            EventDraft draft = new EventDraft();
            EventBatch batch = new EventBatch();
            int seed = random.nextInt(1 << 20);
            while (!Thread.interrupted()) {
                int events = 1 + random.nextInt(most);
                batch.clear();
                for (int i = 0; i < events; i++) {
                    int bytes = 1 + random.nextInt(MOST_BYTES);
                    draft.clear().capturedNanos(0).frame(seed, bytes);
                    draft.keptFrame(FrameJournal.write(frames, bytes, seed));
                    seed++;
                    batch.add(draft);
                }
                long index = events == 1 ? writer.append(draft) : writer.append(batch);
                for (int place = 0; place < events; place++) {
                    log.add(index, place);
                }
            }
            writer.close();
        }
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void everyEventHasItsPictureAndEachDeathLeavesFewWithout() throws Exception {
        journal = new FrameJournal(temp.resolve("q"));
        long start = System.nanoTime();
        List<Child> running = new ArrayList<>();
        List<Path> logs = new ArrayList<>();
        int kills = 0;
        int mostOrphans = 0;
        int pruned = 0;
        try {
            while (kills < KILLS) {
                while (running.size() < AT_ONCE) {
                    Child child = new Child(logs.size());
                    mostOrphans += child.mostInBatch;
                    logs.add(child.log);
                    running.add(child);
                }
                for (Child child : List.copyOf(running)) {
                    if (child.isDue()) {
                        child.kill();
                        running.remove(child);
                        kills++;
                        pruned += kills % PRUNE_EVERY == 0 ? prune() : 0;
                    }
                }
                Thread.sleep(1);
            }
        } finally {
            for (Child child : running) {
                child.kill();
            }
        }
        kills += running.size();
        check(logs, kills, mostOrphans, pruned, start);
    }

    /** Beside the other producer. One that was killed may hold the write lock, until the next one has started and follows it. */
    private int prune() {
        Retention retention = Journal.open(journal.directory).retention();
        try {
            return retention.execute(retention.plan(new Retention.Policy(null, Long.MAX_VALUE, 4, Set.of(), false)));
        } catch (JournalException e) {
            assertThat(e).hasMessageContaining("is held by process");
            return 0;
        }
    }

    private void check(List<Path> logs, int kills, int mostOrphans, int pruned, long start) throws IOException {
        Map<Long, Integer> places = new HashMap<>();
        long events = 0;
        try (JournalReader reader = Journal.open(journal.directory).reader();
                FrameReader frames = Journal.open(journal.directory).frames()) {
            while (reader.next()) {
                KeptFrame kept = Objects.requireNonNull(KeptFrame.of(reader.event()));
                assertThat(frames.read(kept))
                        .as("%s", kept)
                        .isEqualTo(FrameJournal.picture((int) reader.event().positionNanos(), (int)
                                reader.event().frame()));
                places.merge(reader.event().index(), 1, Integer::sum);
                events++;
            }
        }
        long oldest = places.keySet().stream().mapToLong(index -> index).min().orElse(0);
        long acknowledged = 0;
        for (Path log : logs) {
            long[] pairs = KillLog.read(log);
            for (int i = 0; i < pairs.length; i += 2) {
                if (pairs[i] >= oldest) {
                    assertThat(places.getOrDefault(pairs[i], 0)).isGreaterThan((int) pairs[i + 1]);
                    acknowledged++;
                }
            }
        }
        List<Finding> findings = new ArrayList<>();
        Verification verification =
                new Verification(Journal.open(journal.directory), null, null, findings::add, bytes -> {});
        verification.run();
        assertThat(findings.stream().filter(Finding::isDamage)).isEmpty();
        assertThat(findings.stream().filter(finding -> finding.kind() == Finding.Kind.FRAME_CYCLE))
                .isEmpty();
        assertThat(verification.frames()).isEqualTo(events).isPositive();
        assertThat(verification.framesNotHere()).isZero();
        assertThat(verification.orphanFrames())
                .as(
                        "one for each death, of those that batch as many as are in a batch; and those of pruned cycles in files that go on")
                .isLessThanOrEqualTo(mostOrphans + (pruned > 0 ? AT_ONCE * 2 * CYCLE_BYTES / MEAN_BYTES : 0));
        FrameUsage before = Journal.open(journal.directory).frameStatus().all();
        System.out.printf(
                Locale.ROOT,
                "FrameKillTest: %d kills, %d events with their pictures (%d acknowledged), %d cycles pruned, %d pictures without an event,"
                        + " %d files, %d s%n",
                kills,
                events,
                acknowledged,
                pruned,
                verification.orphanFrames(),
                before.files(),
                (System.nanoTime() - start) / 1_000_000_000);
        assertThat(acknowledged).isPositive();
        assertThat(pruned).isPositive();
        Journal.open(journal.directory).writer().close(); // frees what the last death left held
        prune();
        assertThat(Journal.open(journal.directory).frameStatus().unneeded()).isEqualTo(FrameUsage.NONE);
    }
}
