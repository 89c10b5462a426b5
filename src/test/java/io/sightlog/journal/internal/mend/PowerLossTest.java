package io.sightlog.journal.internal.mend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.Seeds;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.Durability;
import io.sightlog.journal.ForeignPrograms;
import io.sightlog.journal.Inside;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Rebooted;
import io.sightlog.journal.Roll;
import io.sightlog.journal.Start;
import io.sightlog.journal.WriterOptions;
import io.sightlog.journal.internal.append.AppendInside;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.os.Device;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a loss of power leaves, simulated: of each file the pages that were synced, and of the others each by chance as it was at
 * the last sync or as it is now; names that were not synced may be missing.
 */
final class PowerLossTest {
    private static final int PAGE = 4096;
    private static final int KEPT_BYTES = 2 << 20;
    private static final long MINUTE = 60_000_000_000L;
    private static final int LOSSES = Boolean.getBoolean("sightlog.long") ? 300 : 6;
    /** Once the first page of an index was gone; once synced events stood behind a hole in the index. */
    private static final long[] KNOWN = {17_760_460_711_587L, 17_760_460_711_595L};

    @TempDir
    Path temp;

    private final AtomicLong now = new AtomicLong(1_700_000_000_000_000_000L);
    private final EventDraft draft = new EventDraft().capturedNanos(0);

    /** Remembers what a device would have. */
    private static final class Recorder implements Device {
        final Map<Object, byte[]> synced = new HashMap<>();
        final Set<Path> names = new HashSet<>();
        int syncs;
        boolean fails;

        @Override
        public synchronized void sync(RandomAccessFile file, Path path) throws IOException {
            if (fails) {
                throw new IOException("Input/output error");
            }
            syncs++;
            synced.put(key(path), content(path));
        }

        @Override
        public synchronized void syncDirectory(Path directory) throws IOException {
            if (Files.exists(directory)) {
                try (Stream<Path> files = Files.list(directory)) {
                    files.forEach(names::add);
                }
            }
        }

        /** What is there when the power comes back is on the device. */
        void adopt(Path journal) throws IOException {
            try (Stream<Path> files = Files.walk(journal)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    names.add(file);
                    if (!Files.isDirectory(file)) {
                        synced.put(key(file), content(file));
                    }
                }
            }
        }

        static Object key(Path path) throws IOException {
            return Files.getAttribute(path, "unix:ino"); // whatever its name was then
        }

        static byte[] content(Path path) throws IOException {
            try (InputStream file = Files.newInputStream(path)) {
                return file.readNBytes(KEPT_BYTES); // it may be cut while we read
            }
        }

        /** The same journal after the power has come back. */
        synchronized void lose(Path journal, Path after, Random random) throws IOException {
            try (Stream<Path> files = Files.walk(journal)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Path copy = after.resolve(journal.relativize(file));
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(copy);
                    } else if (names.contains(file) || random.nextBoolean()) {
                        loseFile(file, copy, random);
                    }
                }
            }
        }

        private void loseFile(Path file, Path copy, Random random) throws IOException {
            byte[] old = synced.getOrDefault(key(file), new byte[0]);
            byte[] content = content(file);
            int keepNew = random.nextInt(3); // none, some or all of what was not synced
            for (int at = 0; at < content.length; at += PAGE) {
                int to = Math.min(at + PAGE, content.length);
                if (keepNew == 0 || (keepNew == 1 && random.nextBoolean())) {
                    Arrays.fill(content, at, to, (byte) 0);
                    if (at < old.length) {
                        System.arraycopy(old, at, content, at, Math.min(to, old.length) - at);
                    }
                }
            }
            if (file.getFileName().toString().equals("sightlog.writers")) {
                Arrays.fill(content, 16, 24, (byte) 7); // the machine was started anew
            }
            try (RandomAccessFile out = new RandomAccessFile(copy.toFile(), "rw")) {
                out.write(content);
                out.setLength(Files.size(file));
            }
        }
    }

    private JournalWriter writer(Path directory, Durability durability, Device device) {
        WriterOptions options = WriterOptions.DEFAULT.roll(Roll.MINUTELY).durability(durability);
        return Inside.writer(new JournalDirectory(directory), options, now::get, device);
    }

    private void append(JournalWriter writer, long frame, Random random) {
        writer.append(draft.clear().capturedNanos(0).frame(frame, 0).section(40_000, new byte[random.nextInt(3000)]));
        now.addAndGet(random.nextInt(100) == 0 ? MINUTE : 1000);
    }

    /** Of all events that readers get. */
    private List<Long> frames(Path directory) {
        List<Long> frames = new ArrayList<>();
        try (JournalReader reader = Journal.open(directory, now::get).reader()) {
            boolean more = true;
            while (more) {
                try {
                    more = reader.next();
                    if (more) {
                        frames.add(reader.event().frame());
                    }
                } catch (DamageException e) {
                    more = e.canGoOn(); // torn, and told
                }
            }
        }
        return frames;
    }

    private static long seed() {
        return Seeds.of(PowerLossTest.class);
    }

    /** Appends with and without waiting for the device, loses power, and does so again with what is left. */
    @Tag("slow")
    @Test
    void everyEventIsThereAfterALossOfPowerAndSoAreThoseAppendedLater() throws IOException {
        long first = seed();
        for (int loss = 0; loss < LOSSES + KNOWN.length; loss++) {
            long seed = loss < LOSSES ? first + loss : KNOWN[loss - LOSSES];
            Random random = new Random(seed);
            Path directory =
                    Files.createDirectories(temp.resolve("loss" + loss)).resolve("q");
            Recorder device = new Recorder();
            List<Long> acknowledged = new ArrayList<>();
            long frame = 0;
            for (int life = 0; life < 3; life++) {
                int events = 1 + random.nextInt(150);
                JournalWriter durable = writer(directory, Durability.EVERY_EVENT, device);
                JournalWriter careless = writer(directory, Durability.NONE, device);
                for (int i = 0; i < events; i++) {
                    append(durable, frame, random);
                    acknowledged.add(frame++);
                }
                int unsynced = random.nextInt(80);
                for (int i = 0; i < unsynced; i++) {
                    append(careless, 1_000_000 + frame++, random);
                }
                Path after = temp.resolve("loss" + loss + "-" + life).resolve("q");
                device.lose(directory, after, random);
                durable.close();
                careless.close();
                directory = after;
                device = new Recorder();
                device.adopt(directory);
                assertThat(durable(frames(directory)))
                        .as("seed %d, life %d", seed, life)
                        .isEqualTo(acknowledged);
            }
            try (JournalWriter last = writer(directory, Durability.NONE, device)) {
                for (int i = 0; i < 300; i++) { // over places of an index that may be stale
                    append(last, frame, random);
                    acknowledged.add(frame++);
                }
            }
            assertThat(durable(frames(directory))).as("seed %d", seed).isEqualTo(acknowledged);
            indexIsRight(directory, seed);
        }
    }

    /** Of what was appended with every event synced. */
    private static List<Long> durable(List<Long> frames) {
        return frames.stream().filter(frame -> frame < 1_000_000).toList();
    }

    /** The first writer after the loss is one in C: it sets right what one in Java does. */
    @Tag("slow")
    @Test
    void aWriterInCFindsAfterALossOfPowerWhatOneInJavaFinds() throws Exception {
        Path program = ForeignPrograms.sanitized("writer_cases", "-Wno-unused-function");
        long first = seed();
        for (int loss = 0; loss < LOSSES; loss++) {
            Random random = new Random(first + loss);
            Path directory = temp.resolve("c-loss" + loss).resolve("q");
            Recorder device = new Recorder();
            List<Long> acknowledged = new ArrayList<>();
            now.set(System.currentTimeMillis() / 60_000 * MINUTE
                    - 30 * MINUTE); // the writer in C has a clock of its own
            Files.createDirectories(directory);
            try (JournalWriter durable = writer(directory, Durability.EVERY_EVENT, device);
                    JournalWriter careless = writer(directory, Durability.NONE, device)) {
                for (long frame = 0; frame < 1 + random.nextInt(150); frame++) {
                    append(durable, frame, random);
                    acknowledged.add(frame);
                }
                for (int i = random.nextInt(80); i > 0; i--) {
                    append(careless, 1_000_000, random);
                }
                device.lose(directory, temp.resolve("in-c" + loss), new Random(first + loss));
                device.lose(directory, temp.resolve("in-java" + loss), new Random(first + loss));
            }
            Process inC = new ProcessBuilder(
                            program.toString(),
                            "append",
                            temp.resolve("in-c" + loss).toString(),
                            "300",
                            "2000")
                    .inheritIO()
                    .start();
            assertThat(inC.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(inC.exitValue()).isZero();
            try (JournalWriter last =
                    Journal.open(temp.resolve("in-java" + loss)).writer()) {
                for (long frame = 1000; frame < 1300; frame++) {
                    last.append(draft.clear().capturedNanos(0).frame(frame, 0));
                }
            }
            List<Long> found = frames(temp.resolve("in-c" + loss));
            assertThat(found).as("seed %d", first + loss).isEqualTo(frames(temp.resolve("in-java" + loss)));
            assertThat(found.stream().filter(f -> f < 1000).toList()).isEqualTo(acknowledged);
            indexIsRight(temp.resolve("in-c" + loss), first + loss);
        }
    }

    /** A walk and the index lead to the same. */
    private void indexIsRight(Path directory, long seed) {
        Journal journal = Journal.open(directory, now::get);
        List<Long> indices = new ArrayList<>();
        List<Long> found = new ArrayList<>();
        try (JournalReader reader = journal.reader()) {
            boolean more = true;
            while (more) {
                try {
                    more = reader.next();
                    if (more) {
                        indices.add(reader.event().index());
                        found.add(reader.event().frame());
                    }
                } catch (DamageException e) {
                    more = e.canGoOn();
                }
            }
        }
        for (int i = 0; i < indices.size(); i += 7) {
            try (JournalReader reader = journal.reader(new Start.At(new Position(indices.get(i), 0)))) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.event().frame())
                        .as("seed %d at %x", seed, indices.get(i))
                        .isEqualTo(found.get(i));
            }
        }
    }

    @Test
    void anIntervalKeepsWhatWasAppendedBeforeIt() throws Exception {
        Random random = new Random(seed());
        Path directory = temp.resolve("q");
        Recorder device = new Recorder();
        long durable;
        Path after = temp.resolve("after").resolve("q");
        try (JournalWriter writer = writer(directory, Durability.interval(Duration.ofMillis(20)), device)) {
            for (long frame = 0; frame < 500; frame++) {
                append(writer, frame, random);
            }
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (!new Position(writer.lastIndex(), 0)
                    .equals(Journal.open(directory).durable())) {
                assertThat(System.nanoTime()).as("it is durable in time").isLessThan(deadline);
            }
            for (long frame = 500; frame < 600; frame++) {
                append(writer, frame, random);
            }
            device.lose(directory, after, random);
            durable = writer.lastIndex();
        }
        assertThat(Journal.open(directory).durable()).as("closing waits").isEqualTo(new Position(durable, 0));
        assertThat(frames(after)).startsWith(LongStream.range(0, 500).boxed().toArray(Long[]::new));
    }

    @Test
    void everyEventWaitsForTheDeviceAndNoneDoesNot() {
        Recorder device = new Recorder();
        try (JournalWriter writer = writer(temp.resolve("q"), Durability.EVERY_EVENT, device)) {
            writer.append(draft);
            for (int i = 0; i < 10; i++) {
                int before = device.syncs;
                writer.append(draft);
                assertThat(device.syncs).isEqualTo(before + 1);
            }
            assertThat(Journal.open(temp.resolve("q")).durable()).isEqualTo(writer.lastPosition());
        }
        Recorder unused = new Recorder();
        try (JournalWriter writer = writer(temp.resolve("other"), Durability.NONE, unused)) {
            writer.append(draft);
        }
        assertThat(unused.syncs).isZero();
        assertThat(Journal.open(temp.resolve("other")).durable()).isNull();
    }

    @Test
    void aDeviceThatHasFailedIsNotTriedAgain() throws Exception {
        for (Durability durability : List.of(Durability.EVERY_EVENT, Durability.interval(Duration.ofMillis(5)))) {
            Recorder device = new Recorder();
            Path directory = temp.resolve(durability.text().substring(0, 5));
            JournalWriter writer = writer(directory, durability, device);
            writer.append(draft);
            device.fails = true;
            assertThatThrownBy(() -> {
                        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
                        while (System.nanoTime() < deadline) {
                            writer.append(draft);
                        }
                    })
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("has failed to keep")
                    .hasMessageContaining("Input/output error");
            device.fails = false;
            long sequence = writer.nextSequence();
            int syncs = device.syncs;
            assertThatThrownBy(() -> writer.append(draft)).hasMessageContaining("has failed to keep");
            assertThat(writer.nextSequence()).isEqualTo(sequence);
            assertThatThrownBy(writer::close).hasMessageContaining("has failed to keep");
            assertThat(device.syncs).isEqualTo(syncs);
            try (JournalReader reader = Journal.open(directory).reader()) {
                assertThat(reader.poll(event -> {}, 1_000_000))
                        .as("nothing is lost")
                        .isEqualTo((int) sequence);
            }
        }
    }

    @Test
    void aCycleThatWasOnlyBegunHasLostNothing() throws IOException {
        Path directory = temp.resolve("q");
        try (JournalWriter writer = Journal.open(directory).writer(Roll.HOURLY)) {
            writer.append(draft);
        }
        JournalDirectory files = new JournalDirectory(directory);
        int last = files.cycles(Roll.HOURLY)[0];
        try (JournalIdentity identity = JournalIdentity.open(files)) {
            AppendInside.createCycle(files, identity, Roll.HOURLY, last + 1);
        }
        Files.delete(files.writers()); // nobody knows any more whether the machine was started since
        List<String> told = new ArrayList<>();
        Journal.open(directory).writer(WriterOptions.DEFAULT.notice(told::add)).close();
        assertThat(told).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFirstPageThatIsLostWithThePowerIsWrittenAnewAndItsEventsStay(boolean inC) throws Exception {
        Path directory = temp.resolve("q");
        try (JournalWriter writer = Journal.open(directory).writer(Roll.DAILY)) {
            for (long frame = 0; frame < 700; frame++) {
                writer.append(draft.clear().capturedNanos(0).frame(frame, 0));
            }
        }
        JournalDirectory files = new JournalDirectory(directory);
        Path file = files.cycleFile(Roll.DAILY, files.cycles(Roll.DAILY)[0]);
        try (RandomAccessFile cycle = new RandomAccessFile(file.toFile(), "rw")) {
            cycle.write(new byte[PAGE]);
        }
        assertThatThrownBy(() -> Journal.open(directory).writer())
                .as("the machine has not stopped: it is damage")
                .hasMessageContaining("has lost its header");
        Rebooted.reboot(directory);
        Rebooted.write(directory, inC, 1);
        assertThat(frames(directory))
                .isEqualTo(LongStream.concat(LongStream.range(0, 700), LongStream.of(1000))
                        .boxed()
                        .toList());
        now.set(System.currentTimeMillis() * 1_000_000L);
        indexIsRight(directory, 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFirstPageOfAnOlderCycleIsWrittenAnewToo(boolean inC) throws Exception {
        Path directory = temp.resolve("q");
        now.set(System.currentTimeMillis() * 1_000_000L - 5 * 1440 * MINUTE);
        try (JournalWriter writer = Journal.open(directory, now::get).writer(Roll.DAILY)) {
            for (long frame = 0; frame < 150; frame++) {
                writer.append(draft.clear().capturedNanos(0).frame(frame, 0));
                now.addAndGet(frame % 50 == 49 ? 1440 * MINUTE : 1);
            }
        }
        JournalDirectory files = new JournalDirectory(directory);
        int[] cycles = files.cycles(Roll.DAILY);
        assertThat(cycles).hasSize(3);
        try (RandomAccessFile cycle =
                new RandomAccessFile(files.cycleFile(Roll.DAILY, cycles[0]).toFile(), "rw")) {
            cycle.write(new byte[PAGE]);
        }
        Rebooted.reboot(directory);
        Rebooted.write(directory, inC, 0);
        assertThat(frames(directory)).isEqualTo(LongStream.range(0, 150).boxed().toList());
    }

    @Test
    void levelsHaveNames() {
        for (String text : List.of("none", "every-event", "interval=100ms")) {
            assertThat(Durability.parse(text).text()).isEqualTo(text);
        }
        assertThat(Durability.parse("interval=2s").interval()).isEqualTo(Duration.ofSeconds(2));
        for (String text : List.of("", "always", "interval", "interval=0ms", "interval=5h", "interval=7200s")) {
            assertThatThrownBy(() -> Durability.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
