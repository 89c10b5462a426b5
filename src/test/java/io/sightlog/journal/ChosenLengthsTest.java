package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two or more damaged places, with lengths that were chosen to lead astray. What readers of all three languages give is compared with
 * a plain search of the file for sound events: none whose number the file still says is passed over. The seed is printed.
 */
@Tag("slow")
class ChosenLengthsTest {
    private static final boolean LONG = Boolean.getBoolean("sightlog.long");
    private static final int ROUNDS = LONG ? 100 : 3;
    private static final int EACH = 30;
    private static final int EXCERPTS = 150;
    private static final int SPACING = 16;

    @TempDir
    Path temp;

    private long seed = Long.getLong("sightlog.seed", System.nanoTime());
    private Random random = new Random(seed);

    /** An excerpt of the journal that is sound: where it is, and the number that it has. */
    private record Excerpt(int position, int bytes, int number) {
        int end() {
            return (position + 4 + bytes + 3) & ~3;
        }
    }

    private record Trial(Path journal, Set<Integer> expected, String what) {}

    private record Read(List<String> lines, List<String> errors) {}

    private List<String> c = List.of();
    private Path sound;
    private byte[] bytes;
    private final List<Excerpt> excerpts = new ArrayList<>();
    private final Map<String, String> truth = new HashMap<>();
    private int cycle;
    private int claims;

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noReaderPassesOverASoundEventWhoseNumberIsKnown() throws Exception {
        System.out.println("ChosenLengthsTest: -Dsightlog.seed=" + seed);
        record();
        build();
        int passed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<Trial> trials = new ArrayList<>();
            for (int i = 0; i < EACH; i++) {
                trials.add(trial(temp.resolve("trial-" + i)));
            }
            passed += check(trials, "round " + round);
        }
        System.out.println("ChosenLengthsTest: " + ROUNDS * EACH + " journals, " + passed / (ROUNDS * EACH)
                + " events of each could be known, of " + EXCERPTS);
    }

    /**
     * Each once had readers give wrong numbers, or pass over events: the number of a damaged event, how it was damaged, and the length that
     * was chosen; and what {@code writePosition} was made to say. The journal's sizes are those of the seed.
     */
    @ParameterizedTest
    @MethodSource
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatOnceLedReadersAstrayDoesNotAnyMore(long of, List<String> damages) throws Exception {
        seed = of;
        random = new Random(of);
        record();
        build();
        List<Trial> trials = new ArrayList<>();
        for (String damage : damages) {
            trials.add(trial(temp.resolve("trial-" + trials.size()), damage));
        }
        check(trials, "fixed");
    }

    static List<Arguments> whatOnceLedReadersAstrayDoesNotAnyMore() {
        return List.of(
                Arguments.of(
                        2175346799409L,
                        List.of(
                                "30:0/10680 108:4/10630 52:2/9132 80:4/1344 48:6/124 last:24",
                                "52:2/9132 48:6/124 last:24")),
                Arguments.of(
                        1L,
                        List.of(
                                // an event that looks like a document without a number
                                "118:5/776 53:1/2568 88:6/928 87:3/16 115:6/448",
                                "8:7/34928 113:6/384 125:3/6280 146:5/1811 138:2/172 last:101",
                                "13:0/504 148:6/152 20:0/140 last:53",
                                "127:6/3166 129:5/128 122:6/324 last:121",
                                // one that leads over others and is the last one, writePosition says, but not the index
                                "31:6/5232 118:3/1236 103:3/144 4:2/10432 last:118",
                                "137:2/3412 139:5/988 last:137",
                                "97:7/24 112:2/4637 30:3/10469 135:4/3952 last:30",
                                "103:1/8012 24:5/4 9:2/6152 77:3/13818 last:9",
                                // one whose header and own word agree on a wrong length, where nothing after it could
                                // be reached
                                "140:2/28 133:1/6307 65:8/8225 74:4/1020 97:5/1696",
                                "104:8/5288 20:2/140 29:4/13320 116:6/3748 37:3/96",
                                "128:2/56 55:3/3467 10:6/14825 last:125",
                                "98:3/56 94:3/724 129:8/6419 last:45",
                                // likewise after a break, where numbers are counted back over it
                                "33:2/9904 38:2/528 39:3/6316 138:0/3204",
                                "78:6/124 141:2/380 142:7/2852 134:3/1176",
                                "88:2/588 70:8/664 86:6/1004 89:1/2737 128:4/3125",
                                // one of which was believed what is true of another walk
                                "143:6/2076 133:7/128 last:135")),
                Arguments.of(
                        12L,
                        List.of(
                                // one that became two, and another none, so that the number after both was right
                                "139:5/436 104:6/144 92:2/120 35:1/3884",
                                "47:3/4636 96:6/124 13:6/520 138:0/2808 7:3/120 last:76")));
    }

    private void build() throws Exception {
        c = List.of(ForeignPrograms.sanitized("read_journal", ForeignPrograms.WITH_LIBRARY)
                .toString());
        ForeignPrograms.need("python3");
    }

    /** Reads all of them in every language; how many events could be known. */
    private int check(List<Trial> trials, String round) throws Exception {
        List<String> python = List.of("python3", "src/test/python/read_journal.py");
        int passed = 0;
        int from = random.nextInt(EXCERPTS);
        List<String> start = List.of("--from", "0x" + Long.toHexString(ExcerptIndex.of(cycle, from)));
        Map<Path, Read> all = read(c, trials);
        Map<Path, Read> some = read(concat(c, start), trials);
        Map<Path, Read> inPython = read(python, trials);
        Map<Path, Read> someInPython = read(concat(python, start), trials);
        for (Trial trial : trials) {
            String when = trial.what + ", " + round + ", seed " + seed;
            Read java = java(trial.journal);
            check(java, trial, 0, when);
            assertThat(all.get(trial.journal)).as("C: %s", when).isEqualTo(java);
            assertThat(inPython.get(trial.journal)).as("Python: %s", when).isEqualTo(java);
            check(some.get(trial.journal), trial, from, "C from " + from + ": " + when);
            check(someInPython.get(trial.journal), trial, from, "Python from " + from + ": " + when);
            assertThat(consumed(trial.journal, java.lines.size()))
                    .as("a named consumer: %s", when)
                    .isEqualTo(java.lines);
            passed += trial.expected.size();
            GoldenTest.delete(trial.journal);
        }
        return passed;
    }

    /** As an adversary did it: the second place leads from the middle of one event to the middle of the next, up to the end. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsAppendedBehindTwoDamagedPlacesIsRead(boolean inC) throws Exception {
        Path journal = new JournalWithHoles(temp).events("q", 40);
        write(journal, places -> {
            ByteBuffer first = ByteBuffer.allocate(16);
            Arrays.fill(first.array(), (byte) 0xff);
            places.write(12, 0, word(places.bytes(12) + 16));
            places.write(12, 8, word(0x58585858));
            places.write(10, 0, first);
        });
        assertThat(JournalWithHoles.seen(journal).frames()).hasSize(37);
        Rebooted.write(journal, inC, 3);
        JournalWithHoles.Seen seen = JournalWithHoles.seen(journal);
        assertThat(seen.frames()).hasSize(40);
        assertThat(seen.errors()).singleElement().asString().contains("3 excerpts");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWriterRefusesAFileWhoseEndReadersDoNotReach(boolean inC) throws Exception {
        if (inC) {
            ForeignPrograms.need("gcc");
        }
        Path journal = new JournalWithHoles(temp).events("q", 10);
        write(journal, places -> {
            places.write(5, 0, word(DocumentHeader.LENGTH));
            places.write(5, 8, word(0));
            places.claim(0); // the number of the last document is gone, and the index has none behind the break
        });
        byte[] before = JournalWithHoles.used(JournalWithHoles.file(journal));
        assertThatThrownBy(() -> Rebooted.write(journal, inC, 1))
                .hasMessageContaining("readers do not get to its end")
                .hasMessageContaining("sightlog recover --into NEW");
        assertThat(JournalWithHoles.used(JournalWithHoles.file(journal))).isEqualTo(before);
        assertThat(JournalWithHoles.saved(journal, temp.resolve("saved"))).hasSize(9);
    }

    private static ByteBuffer word(int value) {
        return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value);
    }

    /** Writes into documents by their numbers. */
    private record Places(CycleFile file, FileChannel channel) {
        void write(int number, int offset, ByteBuffer bytes) throws IOException {
            channel.write(bytes, at(number).position() + offset);
        }

        int bytes(int number) {
            return at(number).length();
        }

        void claim(long number) throws IOException {
            channel.write(ByteBuffer.allocate(8).putLong(0, number), file.writePositionAt() + 8);
        }

        private CycleCursor at(int number) {
            CycleCursor cursor = file.start();
            while (cursor.peek() == CycleCursor.DATA && cursor.sequence() < number) {
                cursor.advance();
            }
            return cursor;
        }
    }

    private interface Writing {
        void run(Places places) throws IOException;
    }

    private static void write(Path journal, Writing writing) throws IOException {
        Path path = JournalWithHoles.file(journal);
        try (CycleFile file = CycleFile.tryOpen(path, 0);
                FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            writing.run(new Places(file, channel));
        }
    }

    private static List<String> concat(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    // The journal

    private void record() throws IOException {
        sound = temp.resolve("sound");
        try (Recording to = new Recording(sound, Roll.MINUTELY)) {
            for (int i = 0; i < EXCERPTS; i++) {
                if (i % 40 == 20) {
                    to.excerpt(Recording.batch(List.of(
                            to.bytes(Recording.ALICE, to.draft().frame(i, 0)),
                            to.bytes(Recording.BOB, to.draft().frame(i, 1)))));
                } else {
                    int size = i % 3 == 0 ? 0 : random.nextInt(400);
                    to.append(Recording.ALICE, to.draft().frame(i, 0).section(40_000, new byte[size]));
                }
            }
        }
        Path file = file(sound);
        bytes = Files.readAllBytes(file);
        try (CycleFile opened = CycleFile.tryOpen(file, 0)) {
            CycleCursor cursor = opened.start();
            while (cursor.peek() == CycleCursor.DATA) {
                excerpts.add(new Excerpt((int) cursor.position(), cursor.length(), (int) cursor.sequence()));
                cursor.advance();
            }
            claims = (int) opened.writePositionAt();
        }
        assertThat(excerpts).hasSize(EXCERPTS);
        java(sound).lines.forEach(line -> truth.put(place(line), line));
        cycle = ExcerptIndex.cycle(
                Long.parseLong(place(java(sound).lines.get(0)).substring(2).split(":")[0], 16));
    }

    private static Path file(Path journal) throws IOException {
        try (Stream<Path> files = Files.list(journal)) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    // Damage

    private Trial trial(Path into) throws IOException {
        ByteBuffer damaged = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
        StringBuilder what = new StringBuilder();
        for (int places = 2 + random.nextInt(4); places > 0; places--) {
            damage(damaged, excerpts.get(random.nextInt(EXCERPTS)), what);
        }
        if (random.nextInt(5) == 0) {
            claim(damaged, excerpts.get(random.nextInt(EXCERPTS)), what);
        }
        return trial(into, damaged, what.toString());
    }

    private Trial trial(Path into, String damages) throws IOException {
        ByteBuffer damaged = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
        for (String damage : damages.split(" ")) {
            String[] words = damage.split("[:/]");
            if (words[0].equals("last")) {
                claim(damaged, excerpts.get(Integer.parseInt(words[1])), new StringBuilder());
            } else {
                Excerpt excerpt = excerpts.get(Integer.parseInt(words[0]));
                damage(damaged, excerpt, Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            }
        }
        return trial(into, damaged, damages);
    }

    private Trial trial(Path into, ByteBuffer damaged, String what) throws IOException {
        GoldenTest.copy(sound, into);
        Files.write(file(into), damaged.array());
        return new Trial(into, known(damaged), what);
    }

    private void claim(ByteBuffer in, Excerpt last, StringBuilder what) {
        in.putLong(claims, last.position).putLong(claims + 8, (long) last.position << 32 | last.number);
        what.append("last:").append(last.number);
    }

    private void damage(ByteBuffer in, Excerpt excerpt, StringBuilder what) {
        int length = chosen(excerpt);
        int kind = random.nextInt(9);
        what.append(excerpt.number)
                .append(":")
                .append(kind)
                .append("/")
                .append(length)
                .append(" ");
        damage(in, excerpt, kind, length);
    }

    private void damage(ByteBuffer in, Excerpt excerpt, int kind, int length) {
        int at = excerpt.position;
        switch (kind) {
            case 0, 1 -> in.putInt(at, length);
            case 2 -> in.putInt(at, length).putInt(at + 4 + 12, length); // also what the event says of itself
            case 3 -> in.putInt(at, length).putInt(at + 4 + 4, 0x58585858); // and nothing that it is one
            case 4 -> Arrays.fill(in.array(), at, at + 16, (byte) 0xff);
            case 5 -> in.putInt(at, random.nextBoolean() ? 0 : DocumentHeader.END_OF_CYCLE);
            case 6 -> in.putInt(at, length | DocumentHeader.METADATA).putInt(at + 4 + 4, 0);
            case 7 -> in.putInt(at + 4 + 12, length);
            default -> in.put(at + 30, (byte) (in.get(at + 30) ^ 1));
        }
    }

    /** One that leads to a document, into one, past the end, or anywhere. */
    private int chosen(Excerpt excerpt) {
        Excerpt other =
                excerpts.get(Math.min(EXCERPTS - 1, excerpt.number + random.nextInt(random.nextBoolean() ? 4 : 40)));
        return switch (random.nextInt(5)) {
            case 0, 1 -> Math.max(24, other.end() - excerpt.position - 4);
            case 2 -> Math.max(8, other.end() - excerpt.position - 4 + 4 * random.nextInt(20));
            case 3 -> 4 * random.nextInt(40);
            default -> random.nextInt(bytes.length - excerpt.position);
        };
    }

    // What can be known

    /** Numbers of sound excerpts from which sound ones lead to, or to which they lead from, one whose number the file says. */
    private Set<Integer> known(ByteBuffer in) {
        boolean[] whole = new boolean[EXCERPTS];
        excerpts.forEach(excerpt -> whole[excerpt.number] = isSound(in, excerpt));
        boolean[] first = new boolean[EXCERPTS];
        boolean[] last = new boolean[EXCERPTS];
        long position = in.getLong(claims);
        for (int i = 0; i < EXCERPTS; i++) {
            boolean says = i % SPACING == 0 || excerpts.get(i).position == position;
            first[i] = whole[i] && (i == 0 || first[i - 1]);
            last[i] = whole[i] && says;
        }
        for (int i = EXCERPTS - 2; i >= 0; i--) {
            last[i] |= whole[i] && last[i + 1];
        }
        Set<Integer> known = new HashSet<>();
        IntStream.range(0, EXCERPTS).filter(i -> first[i] || last[i]).forEach(known::add);
        return known;
    }

    /** By its bytes alone. */
    private boolean isSound(ByteBuffer in, Excerpt excerpt) {
        int at = excerpt.position + 4;
        boolean whole = in.getInt(excerpt.position) == excerpt.bytes
                && in.getInt(at + 4) == 0x474f4c53
                && in.getInt(at + 12) == excerpt.bytes;
        int end = in.get(at + 9) == 4 ? 24 + 4 * in.getInt(at + 16) : excerpt.bytes;
        CRC32C crc = new CRC32C();
        crc.update(in.array(), at + 4, whole ? end - 4 : 0);
        return whole && (int) crc.getValue() == in.getInt(at);
    }

    // What is read

    private void check(Read read, Trial trial, int from, String when) {
        Map<Integer, String> got = new TreeMap<>();
        for (String line : read.lines) {
            assertThat(line).as(when).isEqualTo(truth.get(place(line)));
            got.put(
                    (int) ExcerptIndex.sequence(
                            Long.parseLong(place(line).substring(2).split(":")[0], 16)),
                    line);
        }
        assertThat(got.keySet())
                .as(when)
                .containsAll(
                        trial.expected.stream().filter(number -> number >= from).toList());
        assertThat(got.keySet()).as(when).allMatch(number -> number >= from);
    }

    private static String place(String line) {
        return line.replaceAll("^\\{\"index\":\"(0x[0-9a-f]+)\",\"place\":(\\d+),.*\\R?", "$1:$2");
    }

    private static Read java(Path journal) throws IOException {
        Printed printed = Printed.of(Journal.open(journal), Start.OLDEST);
        return new Read(printed.lines().stream().map(String::strip).toList(), printed.errors());
    }

    /** By a named consumer that is opened anew now and then. */
    private List<String> consumed(Path journal, int events) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int times = 0; times < 4; times++) {
            try (JournalReader reader = Journal.open(journal).reader("alarm")) {
                int limit = times == 3 ? Integer.MAX_VALUE : random.nextInt(1 + events / 2);
                for (int i = 0; i < limit && next(reader); i++) {
                    lines.add(truth.getOrDefault(
                            "0x" + Long.toHexString(reader.event().index()) + ":"
                                    + reader.event().place(),
                            "none"));
                    reader.handled();
                }
            }
        }
        return lines;
    }

    private static boolean next(JournalReader reader) {
        while (true) {
            try {
                return reader.next();
            } catch (DamageException e) {
                assertThat(e.canGoOn()).isTrue();
            }
        }
    }

    private Map<Path, Read> read(List<String> program, List<Trial> trials) throws Exception {
        List<String> command = new ArrayList<>(program);
        trials.forEach(trial -> command.add(trial.journal.toString()));
        Path out = temp.resolve("out");
        Path errors = temp.resolve("errors");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        boolean ended = process.waitFor(2, TimeUnit.MINUTES);
        process.destroyForcibly().waitFor();
        assertThat(ended).as("%s ended, seed %d", program, seed).isTrue();
        assertThat(process.exitValue())
                .as("%s: %s", program, Files.readString(errors))
                .isIn(0, 1, 3);
        Map<Path, Read> all = new LinkedHashMap<>();
        List<String> lines = Files.readAllLines(out, StandardCharsets.UTF_8);
        List<String> told = Files.readAllLines(errors, StandardCharsets.UTF_8);
        for (Trial trial : trials) {
            String prefix = trial.journal + " ";
            all.put(
                    trial.journal,
                    new Read(
                            lines.stream()
                                    .filter(line -> line.startsWith(prefix + "{"))
                                    .map(line -> line.substring(prefix.length()))
                                    .toList(),
                            told.stream()
                                    .filter(line -> line.startsWith(prefix))
                                    .map(line ->
                                            line.substring(prefix.length()).replaceFirst("^(damaged [^ ]*): .*", "$1"))
                                    .toList()));
        }
        return all;
    }
}
