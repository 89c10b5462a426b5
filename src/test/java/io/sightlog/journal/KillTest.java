package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.inspect.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random instants over 1 to 4 writers and 3 named consumers, from the start of a process on, in the middle of
 * appends and with the lock held, while cycles change: all of them in Java, or in Java, C and Python by chance. With {@code
 * -Dsightlog.long=true} 1,000 times, and 400 times.
 */
final class KillTest {
    private static final int ROUNDS = Boolean.getBoolean("sightlog.long") ? 20 : 1;
    private static final int FOREIGN_ROUNDS = Boolean.getBoolean("sightlog.long") ? 8 : 1;
    private static final int KILLS = 50;
    private static final int MOST_WRITERS = 4;
    private static final int CONSUMERS = 3;
    private static final int SEARCHES = 60;
    private static final long MS = 1_000_000;

    @TempDir
    Path temp;

    private final long seed = Long.getLong("sightlog.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private List<KillLanguage> languages = List.of(KillLanguage.JAVA);
    private final Map<KillLanguage, Integer> killed = new EnumMap<>(KillLanguage.class);

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
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as("%s: %s", log.getFileName(), Files.readString(errors))
                    .isEqualTo(137);
        }
    }

    /** What the journal has, event by event. */
    private static final class Truth {
        int count;
        long[] index = new long[1 << 16];
        long[] identity = new long[1 << 16];
        long[] stamp = new long[1 << 16];
        /** By run, the index of each of its frames. */
        final List<long[]> runs = new ArrayList<>();

        final List<Integer> frames = new ArrayList<>();

        void add(io.sightlog.event.Event event) {
            if (count == index.length) {
                index = Arrays.copyOf(index, 2 * count);
                identity = Arrays.copyOf(identity, 2 * count);
                stamp = Arrays.copyOf(stamp, 2 * count);
            }
            index[count] = event.index();
            identity[count] = KillChild.identity(event);
            stamp[count] = event.appendedNanos();
            assertThat(count == 0 || stamp[count] >= stamp[count - 1])
                    .as("stamps go forward")
                    .isTrue();
            count++;
            int run = KillChild.check(event);
            while (runs.size() <= run) {
                runs.add(new long[16]);
                frames.add(0);
            }
            int frame = frames.get(run);
            if (event.frame() != frame || event.sequence() != frame) {
                throw new AssertionError("run " + run + " goes on with frame " + event.frame() + ", sequence "
                        + event.sequence() + " behind " + frame + " events");
            }
            if (frame == runs.get(run).length) {
                runs.set(run, Arrays.copyOf(runs.get(run), 2 * frame));
            }
            runs.get(run)[frame] = event.index();
            frames.set(run, frame + 1);
        }

        Position position(int i) {
            return new Position(index[i], (int) (identity[i] & 0xffff));
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
        System.out.println("KillTest: -Dsightlog.seed=" + seed);
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
            Truth truth = truth();
            unacknowledged += checkWriters(truth);
            repeated += checkConsumers(truth);
            checkSearches(truth);
            checkFiles(truth);
            events += truth.count;
            cycles += Journal.open(directory).files().size() - 1;
            cleanUp();
        }
        System.out.printf(
                Locale.ROOT,
                "KillTest: %d kills %s, %d events in %d cycles, %d appends there that were not acknowledged any more, "
                        + "%d events repeated to consumers, afterwards a writer goes on within %d ms; %d s%n",
                kills,
                killed,
                events,
                cycles,
                unacknowledged,
                repeated,
                slowest / MS,
                (System.nanoTime() - start) / 1_000_000_000);
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
            writer.append(KillChild.fill(new EventDraft(), writers.size(), 0));
        }
        return System.nanoTime() - start;
    }

    private Truth truth() {
        Truth truth = new Truth();
        try (JournalReader reader = Journal.open(directory).reader()) {
            while (reader.next()) {
                truth.add(reader.event());
            }
        }
        return truth;
    }

    /** @return how many appends are there that nobody was told of */
    private int checkWriters(Truth truth) throws IOException {
        int unacknowledged = 0;
        for (int run = 0; run < writers.size(); run++) {
            long[] log = KillLog.read(writers.get(run).log);
            int there = run < truth.frames.size() ? truth.frames.get(run) : 0;
            int acknowledged = 0;
            for (int i = 0; i < log.length; i += 2) {
                int frame = (int) log[i + 1];
                assertThat(frame).isEqualTo(acknowledged);
                acknowledged += KillChild.eventsAt(frame);
                assertThat(there).as("events of run %d", run).isGreaterThanOrEqualTo(acknowledged);
                for (int k = frame; k < acknowledged; k++) {
                    if (truth.runs.get(run)[k] != log[i]) {
                        throw new AssertionError("frame " + k + " of run " + run + " was acknowledged at 0x"
                                + Long.toHexString(log[i]) + " and is at 0x"
                                + Long.toHexString(truth.runs.get(run)[k]));
                    }
                }
            }
            assertThat(there - acknowledged)
                    .as("what run %d has beside what was acknowledged: nothing, or one append", run)
                    .isIn(0, KillChild.eventsAt(acknowledged));
            unacknowledged += there > acknowledged ? 1 : 0;
        }
        return unacknowledged;
    }

    /** @return how many events came twice, at most one for each kill */
    private int checkConsumers(Truth truth) throws IOException {
        int repeated = 0;
        for (int i = 0; i < CONSUMERS; i++) {
            int[] at = {0};
            for (Child run : consumers.get(i)) {
                long[] log = KillLog.read(run.log);
                if (log.length > 0 && at[0] > 0 && isAt(truth, at[0] - 1, log[0], log[1])) {
                    at[0]--;
                    repeated++;
                }
                for (int k = 0; k < log.length; k += 2) {
                    expect(truth, at[0]++, log[k], log[k + 1]);
                }
            }
            boolean[] first = {true};
            try (JournalReader rest = Journal.open(directory).reader("consumer-" + i)) {
                EventHandler handler = event -> {
                    long identity = KillChild.identity(event);
                    if (first[0] && at[0] > 0 && isAt(truth, at[0] - 1, event.index(), identity)) {
                        at[0]--;
                    }
                    first[0] = false;
                    expect(truth, at[0]++, event.index(), identity);
                };
                while (rest.poll(handler, 1000) > 0) {
                    // goes on to the end
                }
            }
            assertThat(at[0]).as("events that consumer %d saw", i).isEqualTo(truth.count);
        }
        return repeated;
    }

    private static boolean isAt(Truth truth, int i, long index, long identity) {
        return i < truth.count && truth.index[i] == index && truth.identity[i] == identity;
    }

    private static void expect(Truth truth, int i, long index, long identity) {
        if (!isAt(truth, i, index, identity)) {
            throw new AssertionError("a consumer got 0x" + Long.toHexString(index) + " in place of event " + i);
        }
    }

    private void checkSearches(Truth truth) {
        Journal journal = Journal.open(directory);
        for (int i = 0; i < SEARCHES; i++) {
            int any = random.nextInt(truth.count);
            assertFirst(journal, new Start.At(truth.position(any)), truth, any);
            assertFirst(journal, new Start.Time(truth.stamp[any]), truth, firstAt(truth, truth.stamp[any]));
            assertFirst(journal, new Start.Time(truth.stamp[any] + 1), truth, firstAt(truth, truth.stamp[any] + 1));
            int last = 1 + random.nextInt(Math.min(truth.count, 1000));
            assertFirst(journal, new Start.Last(last), truth, truth.count - last);
        }
    }

    private static int firstAt(Truth truth, long nanos) {
        int at = Arrays.binarySearch(truth.stamp, 0, truth.count, nanos);
        if (at < 0) {
            return -at - 1;
        }
        while (at > 0 && truth.stamp[at - 1] == nanos) {
            at--;
        }
        return at;
    }

    private static void assertFirst(Journal journal, Start start, Truth truth, int expected) {
        try (JournalReader reader = journal.reader(start)) {
            boolean is = reader.next();
            assertThat(is).as("%s", start).isEqualTo(expected < truth.count);
            if (is) {
                assertThat(new Position(reader.event().index(), reader.event().place()))
                        .as("%s", start)
                        .isEqualTo(truth.position(expected));
            }
        }
    }

    private void checkFiles(Truth truth) throws IOException {
        List<Finding> damage = new ArrayList<>();
        Verification verification = new Verification(
                Journal.open(directory),
                null,
                null,
                finding -> {
                    if (finding.isDamage()) {
                        damage.add(finding);
                    }
                },
                bytes -> {});
        verification.run();
        assertThat(damage).isEmpty();
        assertThat(verification.events()).isEqualTo(truth.count);
        assertThat(verification.salvageable()).isZero();
        try (var files = Files.list(directory)) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.contains("discard"));
        }
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
