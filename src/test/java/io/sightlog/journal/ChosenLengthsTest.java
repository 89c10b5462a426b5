package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

/**
 * Two or more damaged places, with lengths that were chosen to lead astray. What readers of all three languages give is compared with
 * a plain search of the file for sound events: none whose number the file still says is passed over. The seed is printed. What once led
 * readers astray is in {@code src/test/resources/cases/chosen-lengths.cases}.
 */
@Tag("slow")
class ChosenLengthsTest {
    private static final boolean LONG = Boolean.getBoolean("sightlog.long");
    private static final int ROUNDS = LONG ? 100 : 3;
    private static final int EACH = 30;
    private static final int EXCERPTS = LengthsJournal.EXCERPTS;
    private static final int SPACING = 16;

    @TempDir
    Path temp;

    private final long seed = Long.getLong("sightlog.seed", LONG ? System.nanoTime() : 3);
    private final Random random = new Random(seed);

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

    private static List<String> concat(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    // The journal

    private void record() throws IOException {
        sound = temp.resolve("sound");
        LengthsJournal.record(sound, random);
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
