package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the C library makes of damaged journals, compiled so that every read out of bounds and everything undefined ends it:
 * the same events as Java, and damage told at the same places. The seed is printed.
 */
@Tag("slow")
class ForeignDamageTest {
    private static final boolean LONG = Boolean.getBoolean("sightlog.long");
    private static final int ROUNDS = LONG ? 200 : 8;
    /** Journals that one run of the program is given. */
    private static final int EACH = 20;

    private static final int EVENTS = 2_000;
    private static final int SECTOR = 512;
    private static final int LONGEST_SECONDS = 120;

    @TempDir
    Path temp;

    private final long seed = Long.getLong("sightlog.seed", LONG ? System.nanoTime() : 5);
    private final Random random = new Random(seed);

    /** @param journal all of them are its copies */
    private record Trial(Path journal, String what) {}

    private record Seen(String out, List<String> errors) {}

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void readsOfDamagedJournalsWhatJavaReads() throws Exception {
        Path program = ForeignPrograms.sanitized("read_journal", ForeignPrograms.WITH_LIBRARY);
        Damageable large = new Damageable(temp.resolve("large"), EVENTS);
        Damageable small = new Damageable(temp.resolve("small"));
        int told = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<Trial> trials = new ArrayList<>();
            for (int i = 0; i < EACH; i++) {
                Path source = switch (random.nextInt(4)) {
                    case 0 -> large.directory;
                    case 1 -> small.directory;
                    default -> Goldens.values()[random.nextInt(Goldens.values().length)].journal();
                };
                trials.add(damaged(source, temp.resolve("trial-" + i)));
            }
            for (String from : places(large)) {
                told += compare(program, trials, from, "round " + round + " from " + from + ", seed " + seed);
            }
            for (Trial trial : trials) {
                delete(trial.journal);
            }
        }
        System.out.println(ROUNDS * EACH + " damaged journals were read in C and in Java, " + told
                + " times with damage that was told, seed " + seed);
        assertThat(told).isPositive();
    }

    private List<String> places(Damageable journal) {
        Position middle = journal.positions.get(random.nextInt(journal.positions.size()));
        List<String> others = List.of(
                "end",
                "-" + random.nextInt(60),
                middle.toString(),
                Long.toString(Recording.BEGIN + random.nextInt(3_000) * 1_000_000L));
        return List.of("start", others.get(random.nextInt(others.size())));
    }

    private Trial damaged(Path source, Path into) throws IOException {
        GoldenTest.copy(source, into);
        List<Path> files;
        try (Stream<Path> all = Files.walk(into)) {
            files = all.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
        StringBuilder what = new StringBuilder(source.toString());
        Path file = files.get(random.nextInt(files.size()));
        byte[] bytes = Files.readAllBytes(file);
        for (int places = 1 + random.nextInt(4); places > 0 && bytes.length > 0; places--) {
            bytes = damaged(bytes, what);
        }
        Files.write(file, bytes);
        return new Trial(into, what + " in " + file.getFileName());
    }

    private byte[] damaged(byte[] bytes, StringBuilder what) {
        int used = bytes.length;
        while (used > 1 && bytes[used - 1] == 0) {
            used--;
        }
        int at = random.nextInt(used);
        int kind = random.nextInt(12);
        what.append(", kind ").append(kind).append(" at ").append(at);
        if (kind < 6) {
            bytes[at] ^= (byte) (1 << random.nextInt(8));
        } else if (kind < 8) {
            bytes[at] = (byte) random.nextInt();
        } else if (kind == 8) {
            Arrays.fill(bytes, at / SECTOR * SECTOR, Math.min(bytes.length, (at / SECTOR + 1) * SECTOR), (byte) 0);
        } else if (kind == 9) {
            for (int i = at; i < Math.min(bytes.length, at + SECTOR); i++) {
                bytes[i] = (byte) random.nextInt();
            }
        } else if (kind == 10) { // a word that leads somewhere, or nowhere
            int word = at & ~3;
            for (int i = 0; i < 4 && word + i < bytes.length; i++) {
                bytes[word + i] = (byte) (random.nextBoolean() ? 0xff : random.nextInt(used) >>> (8 * i));
            }
        } else {
            return Arrays.copyOf(bytes, at);
        }
        return bytes;
    }

    private int compare(Path program, List<Trial> trials, String from, String when) throws Exception {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--from", from));
        trials.forEach(trial -> command.add(trial.journal.toString()));
        Path out = temp.resolve("out");
        Path errors = temp.resolve("errors");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        String said = Files.readString(errors);
        assertThat(ended)
                .as("%s: ended within %d s: %s", when, LONGEST_SECONDS, trials)
                .isTrue();
        assertThat(process.exitValue()).as("%s: %s\n%s", when, trials, said).isIn(0, 1, 3);
        List<String> lines = Files.readAllLines(out);
        int told = 0;
        for (Trial trial : trials) {
            String prefix = trial.journal + " ";
            Seen c = new Seen(
                    String.join(
                            "\n",
                            ours(lines, prefix)
                                    .filter(line -> !line.startsWith("end "))
                                    .toList()),
                    ours(said.lines().toList(), prefix)
                            .map(line -> line.replaceFirst("^((?:damaged|missing) [^ ]*): .*", "$1"))
                            .map(ForeignDamageTest::briefly)
                            .toList());
            Seen java = java(trial.journal, from);
            assertThat(c).as("%s: %s, as Java reads it", when, trial.what).isEqualTo(java);
            told += java.errors.isEmpty() ? 0 : 1;
        }
        return told;
    }

    private static Stream<String> ours(List<String> lines, String prefix) {
        return lines.stream().filter(line -> line.startsWith(prefix)).map(line -> line.substring(prefix.length()));
    }

    /** What is not about a place is said in other words. */
    private static String briefly(String error) {
        return error.startsWith("damaged ") || error.startsWith("missing ") ? error : "failed";
    }

    private static Seen java(Path journal, String from) throws IOException {
        try (Journal open = Journal.open(journal)) {
            Printed printed = Printed.of(open, Starts.of(from));
            return new Seen(
                    String.join("\n", printed.text().lines().toList()),
                    printed.errors().stream().map(ForeignDamageTest::briefly).toList());
        } catch (JournalException e) {
            return new Seen("", List.of("failed"));
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
