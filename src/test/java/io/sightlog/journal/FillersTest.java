package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sightlog.event.EventDraft;
import io.sightlog.inspect.Verification;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the next writer lays over the holes that a loss of power has left, in Java and in C. */
class FillersTest {
    private static final int ROUNDS = Boolean.getBoolean("sightlog.long") ? 1000 : 25;
    private static final int SECTOR = 512;

    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft();

    private record Seen(TreeMap<Long, Long> frames, List<String> errors) {}

    /** Excerpts of a cycle that goes on, of any sizes, a batch among ten. */
    private Path journal(String name, int excerpts, Random random) {
        Path directory = temp.resolve(name);
        try (JournalWriter writer = Journal.open(directory).writer(Roll.DAILY)) {
            EventBatch batch = new EventBatch();
            for (int i = 0; i < excerpts; i++) {
                if (random.nextInt(10) == 0) {
                    batch.clear();
                    batch.add(frame(10_000 + i, random));
                    batch.add(frame(20_000 + i, random));
                    writer.append(batch);
                } else {
                    writer.append(frame(i, random));
                }
            }
        }
        return directory;
    }

    private EventDraft frame(long frame, Random random) {
        return draft.clear().frame(frame, 0).section(40_000, new byte[random.nextInt(600)]);
    }

    private static Path file(Path directory) {
        JournalDirectory files = new JournalDirectory(directory);
        int[] cycles = files.cycles(Roll.DAILY);
        return files.cycleFile(Roll.DAILY, cycles[cycles.length - 1]);
    }

    /** Of the events that readers get, by their positions: index and place in one number. */
    private static Seen seen(Path directory) {
        Seen seen = new Seen(new TreeMap<>(), new ArrayList<>());
        try (JournalReader reader = Journal.open(directory).reader()) {
            boolean more = true;
            while (more) {
                try {
                    more = reader.next();
                    if (more) {
                        seen.frames.put(
                                reader.event().index() << 8 | reader.event().place(),
                                reader.event().frame());
                    }
                } catch (DamageException e) {
                    seen.errors.add(e.getMessage());
                }
            }
        }
        return seen;
    }

    /** Of the events that recover saves. */
    private static TreeSet<Long> saved(Path directory, Path into) {
        Journal damaged = Journal.openDamaged(directory);
        Recovery[] recovery = new Recovery[1];
        Verification verification = new Verification(
                damaged, finding -> {}, bytes -> {}, (event, placed) -> recovery[0].copy(event, placed));
        try (Recovery open = new Recovery(damaged, Roll.DAILY, into)) {
            recovery[0] = open;
            verification.run();
            open.finish();
        }
        return new TreeSet<>(seen(into).frames.values());
    }

    private static List<Finding> findings(Path directory) {
        List<Finding> findings = new ArrayList<>();
        new Verification(Journal.open(directory), null, null, findings::add, bytes -> {}).run();
        return findings;
    }

    /** What a writer does that finds that the machine was started anew. */
    private List<String> mend(Path directory, boolean inC) throws Exception {
        try (RandomAccessFile slots =
                new RandomAccessFile(new JournalDirectory(directory).writers().toFile(), "rw")) {
            slots.seek(16);
            slots.writeLong(7);
        }
        List<String> told = new ArrayList<>();
        if (inC) {
            Path program = ForeignPrograms.sanitized("writer_cases", "-Wno-unused-function");
            Process writer = new ProcessBuilder(program.toString(), "append", directory.toString(), "0", "2000")
                    .redirectErrorStream(true)
                    .start();
            told.addAll(
                    new String(writer.getInputStream().readAllBytes()).lines().toList());
            assertThat(writer.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(writer.exitValue()).as("%s", told).isZero();
        } else {
            Journal.open(directory)
                    .writer(WriterOptions.DEFAULT.notice(told::add))
                    .close();
        }
        return told;
    }

    /** Between the holes lies nothing of which the index or the file's header knows the number. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eventsBetweenTheHolesOfTwoLossesKeepTheirNumbers(boolean inC) throws Exception {
        Path directory = events("twice", 100);
        Recording.lose(file(directory), 70, 72);
        mend(directory, inC);
        try (JournalWriter writer = Journal.open(directory).writer()) {
            for (int i = 100; i < 120; i++) {
                writer.append(draft.clear().frame(i, 0));
            }
        }
        Recording.lose(file(directory), 110, 111);
        Seen seen = seen(directory);
        List<Long> expected = new ArrayList<>();
        for (long i = 0; i < 120; i++) {
            if (i / 3 * 3 != 69 || i == 69) {
                expected.add(i);
            }
        }
        expected.removeAll(List.of(70L, 71L, 72L, 110L, 111L));
        assertThat(seen.frames.values()).containsExactlyElementsOf(expected);
        seen.frames.forEach(
                (position, frame) -> assertThat((position >>> 8) & 0xffff_ffffL).isEqualTo(frame));
        assertThat(seen.errors).hasSize(2);
        assertThat(seen.errors.get(0)).contains("3 excerpts from 0x").endsWith("on were lost with a loss of power");
    }

    @Test
    void saysWhatIsLostAndWhatRecoverSaves() throws Exception {
        Path directory = events("said", 20);
        Recording.lose(file(directory), 5, 8, 12);
        String name = String.format("0x%x", Roll.index(new JournalDirectory(directory).cycles(Roll.DAILY)[0], 5));
        assertThat(mend(directory, false))
                .singleElement()
                .asString()
                .contains("the machine stopped before 8 appends to");
        assertThat(findings(directory)).hasSize(2).first().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Finding.Kind.STRUCTURE);
            assertThat(finding.text())
                    .isEqualTo(
                            "8 excerpts from " + name + " on were lost with a loss of power; 5 sound events lie there");
        });
        assertThat(saved(directory, temp.resolve("saved"))).hasSize(17).doesNotContain(5L, 8L, 12L);
        assertThat(mend(directory, false)).as("once").isEmpty();
    }

    /** The last event is gone, and with it the only one whose number the file knows. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatLiesBehindTheLastHoleIsSavedAndNoNumberIsGivenTwice(boolean inC) throws Exception {
        Path directory = events("behind", 20);
        Recording.lose(file(directory), 15, 19);
        List<String> told = mend(directory, inC);
        if (!inC) {
            assertThat(told)
                    .singleElement()
                    .asString()
                    .contains("before 5 appends")
                    .endsWith("but for 3 that sightlog" + " recover saves");
        }
        assertThat(saved(directory, temp.resolve("saved"))).hasSize(18).contains(16L, 17L, 18L);
        try (JournalWriter writer = Journal.open(directory).writer()) {
            assertThat(Roll.sequence(writer.append(draft.clear().frame(100, 0))))
                    .isEqualTo(20);
        }
        Seen seen = seen(directory);
        assertThat(seen.frames.lastEntry().getValue()).isEqualTo(100);
        assertThat(seen.frames).hasSize(16);
        assertThat(seen.errors).singleElement().asString().contains("5 excerpts from");
    }

    /** A writer died in an append, and then the power went: nobody was told of that event, and it is not missed. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasNotPublishedIsClearedWithoutAWord(boolean inC) throws Exception {
        Path directory = events("begun", 20);
        byte[] before = used(Files.readAllBytes(file(directory)));
        try (CycleFile file = CycleFile.tryOpen(file(directory), 0);
                RandomAccessFile out = new RandomAccessFile(file(directory).toFile(), "rw")) {
            Cursor cursor = file.start();
            cursor.to(19);
            byte[] event = new byte[4 + cursor.length()];
            out.seek(cursor.position());
            out.readFully(event);
            event[3] |= (byte) 0x80;
            out.write(event);
        }
        assertThat(mend(directory, inC)).isEmpty();
        assertThat(used(Files.readAllBytes(file(directory)))).isEqualTo(before);
    }

    /** Its events are whole, and have no headers of their own; they were one excerpt. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eventsOfABatchThatHasLostItsBeginningAreSaved(boolean inC) throws Exception {
        Path directory = events("batch", 10);
        try (JournalWriter writer = Journal.open(directory).writer()) {
            EventBatch batch = new EventBatch();
            for (int i = 100; i < 110; i++) {
                batch.add(draft.clear().frame(i, 0));
            }
            writer.append(batch);
            for (int i = 11; i < 30; i++) {
                writer.append(draft.clear().frame(i, 0));
            }
        }
        try (CycleFile file = CycleFile.tryOpen(file(directory), 0);
                RandomAccessFile out = new RandomAccessFile(file(directory).toFile(), "rw")) {
            Cursor cursor = file.start();
            cursor.to(10);
            out.seek(cursor.position());
            out.write(new byte[4 + BatchLayout.HEADER_BYTES + 4 * 10]);
        }
        TreeSet<Long> before = saved(directory, temp.resolve("before-batch"));
        assertThat(before).hasSize(39).contains(101L, 109L);
        assertThat(mend(directory, inC)).hasSize(inC ? 0 : 1);
        Seen seen = seen(directory);
        assertThat(seen.errors).singleElement().asString().contains("was lost with a loss of power");
        assertThat(seen.frames).hasSize(29);
        seen.frames.forEach(
                (position, frame) -> assertThat((position >>> 8) & 0xffff_ffffL).isEqualTo(frame));
        assertThat(saved(directory, temp.resolve("after-batch"))).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void coverMoreThanTheLargestDocument(boolean inC) throws Exception {
        Path directory = events("large", 5);
        try (JournalWriter writer = Journal.open(directory).writer()) {
            for (int i = 5; i < 30; i++) {
                int bytes = i == 6 || i == 29 ? 10 : 1_000_000;
                writer.append(draft.clear().frame(i, 0).section(40_000, new byte[bytes]));
            }
        }
        long[] lost = LongStream.range(5, 29).filter(i -> i != 6).toArray();
        Recording.lose(file(directory), lost);
        mend(directory, inC);
        Seen seen = seen(directory);
        assertThat(seen.frames.values()).containsExactly(0L, 1L, 2L, 3L, 4L, 29L);
        assertThat(seen.errors).singleElement().asString().contains("24 excerpts from");
        assertThat(saved(directory, temp.resolve("saved-large"))).hasSize(7).contains(6L);
    }

    /** It was not a loss of power that did that. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leaveADamagedFirstDocumentAlone(boolean inC) throws Exception {
        Path directory = events("first", 1);
        try (RandomAccessFile out = new RandomAccessFile(file(directory).toFile(), "rw")) {
            long root;
            try (CycleFile file = CycleFile.tryOpen(file(directory), 0)) {
                root = file.index2Index();
                out.seek(file.claimedPosition());
                out.write(new byte[60]);
            }
            out.seek(root + 2);
            int bits = out.read();
            out.seek(root + 2);
            out.write(bits ^ 8);
        }
        byte[] before = used(file(directory));
        Throwable refused = catchThrowable(() -> mend(directory, inC));
        if (!inC) {
            assertThat(refused).isInstanceOf(JournalException.class).hasMessageContaining("nothing of it was used");
        }
        assertThat(used(file(directory))).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leaveAHoleWithADamagedPageOfTheIndexAlone(boolean inC) throws Exception {
        Path directory = events("page", 100);
        long page;
        try (CycleFile file = CycleFile.tryOpen(file(directory), 0);
                RandomAccessFile out = new RandomAccessFile(file(directory).toFile(), "rw")) {
            page = file.page(0);
            out.seek(page + 3);
            int bits = out.read();
            out.seek(page + 3);
            out.write(bits ^ 0x20);
        }
        TreeMap<Long, Long> before = seen(directory).frames;
        mend(directory, inC);
        assertThat(seen(directory).frames).isEqualTo(before);
    }

    private Path events(String name, int events) {
        Path directory = journal(name, 0, new Random(1));
        try (JournalWriter writer = Journal.open(directory).writer()) {
            for (int i = 0; i < events; i++) {
                writer.append(draft.clear().frame(i, 0));
            }
        }
        return directory;
    }

    /**
     * Whatever was lost: no reader gets less or another number than before, recover saves the same, nothing is left that cannot be
     * followed, a second loss of power changes nothing, and a writer in C leaves the same bytes.
     */
    @Test
    void layOverAnyHoleWhatLosesNothing() throws Exception {
        long first = Long.getLong("sightlog.seed", System.nanoTime());
        System.out.println("FillersTest: -Dsightlog.seed=" + first);
        int holes = 0;
        int kept = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long seed = first + round;
            String when = "-Dsightlog.seed=" + seed;
            Random random = new Random(seed);
            Path directory = journal("java" + round, 20 + random.nextInt(400), random);
            TreeMap<Long, Long> truth = seen(directory).frames;
            lose(file(directory), random);
            Path inC = temp.resolve("c" + round);
            GoldenTest.copy(directory, inC);
            Seen before = seen(directory);
            TreeSet<Long> savedBefore = saved(directory, temp.resolve("before" + round));

            List<String> told = mend(directory, false);
            Seen after = seen(directory);
            assertThat(after.frames).as(when).isEqualTo(before.frames);
            assertThat(truth.entrySet()).as(when).containsAll(after.frames.entrySet());
            TreeSet<Long> saved = saved(directory, temp.resolve("after" + round));
            assertThat(saved)
                    .as("%s: %s", when, told)
                    .containsAll(savedBefore); // more where no word said that there is more
            after.errors.forEach(
                    error -> assertThat(error).as("%s: %s", when, told).doesNotContain("damaged at byte"));
            holes += (int) after.errors.stream()
                    .filter(error -> error.contains("with a loss of power"))
                    .count();
            kept += saved.size() - after.frames.size();

            byte[] mended = used(file(directory));
            mend(directory, false);
            assertThat(used(file(directory))).as(when).isEqualTo(mended);
            mend(inC, true);
            assertThat(used(file(inC))).as(when).isEqualTo(mended);
            for (Path done : List.of(directory, inC, temp.resolve("before" + round), temp.resolve("after" + round))) {
                GoldenTest.delete(done);
            }
        }
        System.out.println("FillersTest: " + ROUNDS + " journals, " + holes + " holes with " + kept + " sound events");
        assertThat(holes).isPositive();
        assertThat(kept).isPositive();
    }

    /** Of a file, what is ever used of it here. */
    private static byte[] used(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(1 << 20);
        }
    }

    private static byte[] used(byte[] file) {
        int used = file.length;
        while (used > 0 && file[used - 1] == 0) {
            used--;
        }
        return Arrays.copyOf(file, used);
    }

    /** Sectors of documents and of pages of the index, and now and then a few bytes, or what the header says of the last one. */
    private static void lose(Path path, Random random) throws IOException {
        long from;
        long to;
        long earlier;
        long number;
        try (CycleFile file = CycleFile.tryOpen(path, 0)) {
            Cursor cursor = file.start();
            cursor.to(0);
            from = cursor.position();
            file.toEnd(cursor);
            to = cursor.position();
            number = random.nextLong(cursor.sequence());
            cursor.to(number);
            earlier = cursor.position();
        }
        switch (random.nextInt(6)) {
            case 0, 1 -> writePosition(path, earlier, number);
            case 2 -> Recording.lose(path, documents(path) - 1);
            case 3 -> writePosition(path, 0, 0);
            default -> {}
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            for (int places = 1 + random.nextInt(6); places > 0; places--) {
                long at = from + random.nextLong(to - from);
                int size = (1 + random.nextInt(4)) * SECTOR;
                if (random.nextInt(4) == 0) {
                    size = 4 * (1 + random.nextInt(40));
                } else {
                    at = at / SECTOR * SECTOR;
                }
                at = Math.max(from, at / 4 * 4);
                file.seek(at);
                file.write(new byte[(int) Math.min(size, to - at)]);
            }
        }
    }

    private static long documents(Path path) {
        try (CycleFile file = CycleFile.tryOpen(path, 0)) {
            Cursor cursor = file.start();
            cursor.toEnd();
            return cursor.sequence();
        }
    }

    /** The page of the header is as it was when that was the last document. */
    private static void writePosition(Path path, long position, long number) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            byte[] head = new byte[512];
            file.readFully(head);
            ByteBuffer bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
            int field =
                    new String(head, StandardCharsets.ISO_8859_1).indexOf("writePosition") + "writePosition".length();
            while (bytes.get(field) != (byte) 0x8d) {
                field++;
            }
            int values = (field + 1 + 7) / 8 * 8 + 16;
            file.seek(values);
            file.writeLong(Long.reverseBytes(position));
            file.writeLong(Long.reverseBytes(position << 32 | number));
        }
    }

    /**
     * Any part of what was not synced when the power goes again, or a writer dies, in the middle of it: no event gets another
     * number, and the next writer ends it.
     */
    @Test
    void canBeInterruptedAnywhere() throws Exception {
        long first = Long.getLong("sightlog.seed", System.nanoTime());
        System.out.println("FillersTest: -Dsightlog.seed=" + first);
        int mixed = 0;
        for (int round = 0; round < ROUNDS / 3; round++) {
            String when = "-Dsightlog.seed=" + (first + round);
            Random random = new Random(first + round);
            Path directory = journal("whole" + round, 20 + random.nextInt(200), random);
            TreeMap<Long, Long> truth = seen(directory).frames;
            lose(file(directory), random);
            TreeMap<Long, Long> before = seen(directory).frames;
            TreeSet<Long> saved = saved(directory, temp.resolve("saved" + round));
            List<byte[]> states = new ArrayList<>();
            states.add(used(file(directory)));
            Path copy = temp.resolve("copy" + round);
            GoldenTest.copy(directory, copy);
            AfterReboot.mend(
                    new JournalDirectory(directory),
                    Roll.DAILY,
                    new Device() {
                        @Override
                        public void sync(RandomAccessFile file, Path path) throws IOException {
                            states.add(used(path));
                        }

                        @Override
                        public void syncDirectory(Path folder) {}
                    },
                    told -> {});
            states.add(used(file(directory)));
            for (int i = 1; i < states.size(); i++) {
                for (int kept = 0; kept < 3; kept++) {
                    try (RandomAccessFile out = new RandomAccessFile(file(copy).toFile(), "rw")) {
                        out.write(mixed(states.get(i - 1), states.get(i), kept, random));
                    }
                    String what = when + ", step " + i + ", pages " + kept;
                    notOtherwise(seen(copy).frames, truth, what);
                    mend(copy, false);
                    TreeMap<Long, Long> after = seen(copy).frames;
                    notOtherwise(after, truth, what);
                    assertThat(after.keySet()).as(what).containsAll(before.keySet());
                    assertThat(saved(copy, temp.resolve("again" + round)))
                            .as(what)
                            .containsAll(saved);
                    GoldenTest.delete(temp.resolve("again" + round));
                    countsOn(copy, what);
                    mixed++;
                }
            }
            for (Path done : List.of(directory, copy, temp.resolve("saved" + round))) {
                GoldenTest.delete(done);
            }
        }
        System.out.println("FillersTest: interrupted " + mixed + " times");
    }

    /** What is there has the numbers it had. */
    private static void notOtherwise(TreeMap<Long, Long> frames, TreeMap<Long, Long> truth, String what) {
        frames.forEach(
                (position, frame) -> assertThat(truth.get(position)).as(what).isEqualTo(frame));
    }

    /** The next event has the number that a walk leads to, and the index is right. */
    private void countsOn(Path directory, String what) {
        long count;
        try (CycleFile file = CycleFile.tryOpen(file(directory), 0)) {
            Cursor cursor = file.start();
            cursor.toEnd();
            count = cursor.sequence();
        }
        try (JournalWriter writer = Journal.open(directory).writer()) {
            assertThat(Roll.sequence(writer.append(draft.clear().frame(50_000, 0))))
                    .as(what)
                    .isEqualTo(count);
        }
        assertThat(findings(directory))
                .as(what)
                .noneMatch(finding -> finding.kind() == Finding.Kind.INDEX || finding.kind() == Finding.Kind.COUNTER);
    }

    /** Sectors of one state and of the next one; all of the next, at last. */
    private static byte[] mixed(byte[] before, byte[] after, int kept, Random random) {
        byte[] mixed = before.clone();
        for (int at = 0; at < mixed.length; at += SECTOR) {
            if (kept == 2 || random.nextInt(3) > kept) {
                System.arraycopy(after, at, mixed, at, Math.min(SECTOR, mixed.length - at));
            }
        }
        return mixed;
    }
}
