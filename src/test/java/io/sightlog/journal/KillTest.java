package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.event.EventDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random instants over 1 to 4 writers and 3 named consumers, from the start of a process on, in the middle of
 * appends and with the lock held, while cycles change: all of them in Java, or in Java, C and Python by chance. With {@code
 * -Dsightlog.long=true} 1,000 times, and 800 times.
 */
@Tag("slow")
final class KillTest {
    private static final int ROUNDS = Boolean.getBoolean("sightlog.long") ? 20 : 1;
    private static final int FOREIGN_ROUNDS = Boolean.getBoolean("sightlog.long") ? 16 : 1;
    private static final int KILLS = 50;
    private static final int MOST_WRITERS = 4;
    private static final int CONSUMERS = 3;
    private static final long MS = 1_000_000;

    @TempDir
    Path temp;

    private final long seed = Seeds.of(KillTest.class);
    private final Random random = new Random(seed);

    private List<KillLanguage> languages = List.of(KillLanguage.JAVA);
    private final Map<KillLanguage, Integer> killed = new EnumMap<>(KillLanguage.class);
    private int killedWriters;
    private int acknowledgedWriters;
    private int handledConsumers;

    private Path directory;
    private Roll roll;
    private final List<Child> running = new ArrayList<>();
    private final List<Child> writers = new ArrayList<>();
    private final List<List<Child>> consumers = new ArrayList<>();

    /** A process that is to be killed at an instant given from its start, or from the first event it has logged. */
    private final class Child {
        final int consumer;
        final Path log;
        final Process process;
        final KillLanguage language;
        final boolean early;
        private final Path errors;
        private final long delayNanos;
        private long killAt;

        Child(int consumer, int run, KillChild.Pace pace) throws IOException, InterruptedException {
            this.consumer = consumer;
            this.language = languages.get(random.nextInt(languages.size()));
            this.log = temp.resolve((consumer < 0 ? "writer-" : "consumer-") + directory.getFileName() + "-" + run);
            this.errors = Path.of(log + ".err");
            this.early = random.nextInt(5) == 0;
            long longest = early ? 700 : consumer >= 0 ? 1200 : pace == KillChild.Pace.STORM ? 100 : 400;
            this.delayNanos = (long) (random.nextDouble() * longest * MS);
            List<String> command = consumer < 0
                    ? language.writer(
                            List.of(
                                    directory.toString(),
                                    log.toString(),
                                    roll.name(),
                                    Integer.toString(run),
                                    pace.name(),
                                    List.of("none", "none", "interval=10ms", "every-event")
                                            .get(random.nextInt(4)),
                                    Long.toString(random.nextLong())),
                            random)
                    : language.consumer(List.of(directory.toString(), log.toString(), "consumer-" + consumer));
            process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
            killAt = early ? System.nanoTime() + delayNanos : Long.MAX_VALUE;
        }

        /** Also when it has killed itself already. */
        boolean isDue() throws IOException {
            if (language == KillLanguage.C && !process.isAlive() && process.exitValue() == 137) {
                return true;
            }
            assertThat(process.isAlive())
                    .as("%s: %s", log.getFileName(), process.isAlive() ? "" : Files.readString(errors))
                    .isTrue();
            if (killAt == Long.MAX_VALUE && KillLog.hasBegun(log)) {
                killAt = System.nanoTime() + delayNanos;
            }
            return killAt != Long.MAX_VALUE && System.nanoTime() >= killAt;
        }

        void kill() throws InterruptedException, IOException {
            process.destroyForcibly();
            killed.merge(language, 1, Integer::sum);
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            boolean begun = KillLog.hasBegun(log);
            killedWriters += consumer < 0 ? 1 : 0;
            acknowledgedWriters += consumer < 0 && begun ? 1 : 0;
            handledConsumers += consumer >= 0 && begun ? 1 : 0;
            assertThat(process.exitValue())
                    .as("%s: %s", log.getFileName(), Files.readString(errors))
                    .isEqualTo(137);
        }
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whateverIsKilledWhenWhatWasAcknowledgedIsThereOnce() throws Exception {
        killInRounds(ROUNDS);
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void writersInJavaCAndPythonAreKilledAndWhatWasAcknowledgedIsThereOnce() throws Exception {
        ForeignPrograms.need("gcc");
        ForeignPrograms.need("python3");
        languages = List.of(KillLanguage.values());
        killInRounds(FOREIGN_ROUNDS);
    }

    private void killInRounds(int rounds) throws Exception {
        long start = System.nanoTime();
        long events = 0;
        int kills = 0;
        int unacknowledged = 0;
        int repeated = 0;
        int cycles = 0;
        long slowest = 0;
        for (int round = 0; round < rounds; round++) {
            directory = temp.resolve("q" + round);
            roll = round % 4 == 3 ? Roll.MINUTELY : Roll.SECONDLY;
            kills += killAll();
            slowest = Math.max(slowest, nanosToGoOn());
            AppendedEvents there = AppendedEvents.of(directory);
            unacknowledged += there.unacknowledged(logs(writers));
            for (int i = 0; i < CONSUMERS; i++) {
                repeated += there.repeated("consumer-" + i, logs(consumers.get(i)));
            }
            there.checkSearches(random);
            there.checkFiles();
            events += there.count();
            cycles += Journal.open(directory).files().size() - 1;
            cleanUp();
        }
        System.out.printf(
                Locale.ROOT,
                "KillTest: %d kills %s, %d of them of writers, of which %d had acknowledged something, %d of consumers that had handled "
                        + "something, %d events in %d cycles, %d appends there that were not acknowledged any more, "
                        + "%d events repeated to consumers, afterwards a writer goes on within %d ms; %d s%n",
                kills,
                killed,
                killedWriters,
                acknowledgedWriters,
                handledConsumers,
                events,
                cycles,
                unacknowledged,
                repeated,
                slowest / MS,
                (System.nanoTime() - start) / 1_000_000_000);
        // four of five children are killed once they have begun, or nothing would be shown
        assertThat(acknowledgedWriters)
                .as("kills of writers that had acknowledged")
                .isGreaterThan(killedWriters / 3);
        assertThat(handledConsumers)
                .as("kills of consumers that had handled")
                .isGreaterThan((kills - killedWriters) / 3);
    }

    private int killAll() throws Exception {
        running.clear();
        writers.clear();
        consumers.clear();
        try {
            for (int i = 0; i < CONSUMERS; i++) {
                consumers.add(new ArrayList<>());
                consume(i);
            }
            int kills = 0;
            int wanted = 1;
            while (kills < KILLS) {
                while (running.size() - CONSUMERS < wanted) {
                    write();
                }
                for (Child child : List.copyOf(running)) {
                    if (child.isDue()) {
                        child.kill();
                        kills++;
                        running.remove(child);
                        if (child.consumer >= 0) {
                            consume(child.consumer);
                        } else {
                            wanted = 1 + random.nextInt(MOST_WRITERS);
                        }
                    }
                }
                Thread.sleep(1);
            }
            return kills + running.size();
        } finally {
            for (Child child : running) {
                child.kill();
            }
        }
    }

    private void write() throws IOException, InterruptedException {
        Child child =
                new Child(-1, writers.size(), KillChild.Pace.values()[random.nextInt(KillChild.Pace.values().length)]);
        writers.add(child);
        running.add(child);
    }

    private void consume(int number) throws IOException, InterruptedException {
        int run = consumers.stream().mapToInt(List::size).sum();
        Child child = new Child(number, run, KillChild.Pace.STEADY);
        consumers.get(number).add(child);
        running.add(child);
    }

    /** How long another writer takes to append after all that. */
    private long nanosToGoOn() {
        long start = System.nanoTime();
        try (JournalWriter writer = Journal.open(directory).writer()) {
            writer.append(KillChild.fill(new EventDraft().capturedNanos(0), writers.size(), 0));
        }
        return System.nanoTime() - start;
    }

    private static List<Path> logs(List<Child> children) {
        return children.stream().map(child -> child.log).toList();
    }

    private void cleanUp() throws IOException {
        for (Path parent : List.of(directory, temp)) {
            try (var files = Files.walk(parent, parent == temp ? 1 : 9)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
