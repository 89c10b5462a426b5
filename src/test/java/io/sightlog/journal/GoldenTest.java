package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link Goldens} says what they are, and how to make them anew. */
public class GoldenTest {
    @TempDir
    Path temp;

    @BeforeAll
    static void writeThemWhenAskedTo(@TempDir Path made) throws IOException {
        if (Boolean.getBoolean("golden.write")) {
            for (Goldens golden : Goldens.values()) {
                Path journal = made.resolve(golden.text());
                golden.record(journal);
                delete(golden.folder());
                copy(journal, golden.journal());
                Printed printed = Printed.of(Journal.open(golden.journal()), Start.OLDEST);
                Files.writeString(golden.folder().resolve("expected.ndjson"), printed.text());
                if (!printed.errors().isEmpty()) {
                    Files.write(golden.folder().resolve("expected.errors"), printed.errors());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void comesOutTheSameWhereverItIsMade(Goldens golden) throws IOException {
        Path made = temp.resolve("made");
        golden.record(made);
        TreeMap<String, byte[]> expected = content(golden.journal());
        TreeMap<String, byte[]> actual = content(made);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, bytes) -> assertThat(actual.get(name)).as(name).isEqualTo(bytes));
    }

    @ParameterizedTest
    @EnumSource
    void givesWhatIsExpectedAndIsNotWrittenTo(Goldens golden) throws IOException {
        TreeMap<String, byte[]> before = content(golden.journal());
        Path copy = temp.resolve("read-only");
        copy(golden.journal(), copy);
        readOnly(copy, true);
        for (Path journal : List.of(golden.journal(), copy)) {
            Printed printed = Printed.of(Journal.open(journal), Start.OLDEST);
            assertThat(printed.text()).isEqualTo(expected(golden, "expected.ndjson"));
            assertThat(printed.errors())
                    .containsExactlyElementsOf(
                            expected(golden, "expected.errors").lines().toList());
            TreeMap<String, byte[]> after = content(journal);
            assertThat(after.keySet()).isEqualTo(before.keySet());
            before.forEach((name, bytes) -> assertThat(after.get(name)).as(name).isEqualTo(bytes));
        }
        readOnly(copy, false);
    }

    @ParameterizedTest
    @EnumSource
    void everyPositionIsAStart(Goldens golden) throws IOException {
        Journal journal = Journal.open(golden.journal());
        Printed all = Printed.of(journal, Start.OLDEST);
        for (int i = 0; i < all.lines().size(); i++) {
            Position position = all.positions().get(i);
            Printed rest = Printed.of(journal, new Start.At(position));
            assertThat(rest.positions())
                    .as("from %s", position)
                    .isEqualTo(all.positions().subList(i, all.lines().size()));
            assertThat(rest.lines())
                    .isEqualTo(all.lines().subList(i, all.lines().size()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyTimeIsAStart(Goldens golden) throws IOException {
        Journal journal = Journal.open(golden.journal());
        Printed all = Printed.of(journal, Start.OLDEST);
        for (long stamp : all.stamps()) {
            for (long time : new long[] {stamp - 1, stamp, stamp + 1}) {
                int first = (int) all.stamps().stream().filter(s -> s < time).count();
                assertThat(Printed.of(journal, new Start.Time(time)).positions())
                        .as("from %s", time)
                        .isEqualTo(all.positions().subList(first, all.lines().size()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLastOnesAreCountedInEvents(Goldens golden) throws IOException {
        Journal journal = Journal.open(golden.journal());
        Printed all = Printed.of(journal, Start.OLDEST);
        int total = total(golden, all);
        for (int n = 0; n <= total + 1; n++) {
            Printed last = Printed.of(journal, new Start.Last(n));
            int count = last.lines().size();
            if (golden != Goldens.HOLES) {
                assertThat(count + damaged(last)).as("last %s", n).isEqualTo(Math.min(n, total));
            }
            try (JournalReader reader = journal.reader(new Start.Last(n))) {
                assertThat(reader.remaining()).as("last %s", n).isEqualTo(Math.min(n, total));
            }
            assertThat(last.lines())
                    .as("last %s", n)
                    .isEqualTo(all.lines()
                            .subList(all.lines().size() - count, all.lines().size()));
        }
    }

    /** What is damaged counts as an event, and so does each of those that were lost, of which many are told at once. */
    private static int total(Goldens golden, Printed all) {
        return all.lines().size() + (golden == Goldens.HOLES ? Goldens.LOST_IN_HOLES : damaged(all));
    }

    private static int damaged(Printed printed) {
        return (int) printed.errors().stream()
                .filter(error -> error.startsWith("damaged"))
                .count();
    }

    @ParameterizedTest
    @EnumSource
    void aConsumerThatStopsBehindEachEventGoesOnBehindIt(Goldens golden) throws IOException {
        Path copy = temp.resolve("copy");
        copy(golden.journal(), copy);
        Journal journal = Journal.open(copy);
        Printed all = Printed.of(journal, Start.OLDEST);
        int total = total(golden, all);
        int seen = 0;
        while (seen < total) {
            try (JournalReader reader = journal.reader("stopping")) {
                try {
                    assertThat(reader.next()).isTrue();
                    reader.handled();
                } catch (DamageException e) {
                    while (damagedAgain(reader)) { // no position is saved at damage: go on to the next good event
                        seen++;
                    }
                    reader.handled();
                    seen += golden == Goldens.HOLES
                            ? (int) (reader.event().index() - e.position().index())
                            : 1;
                }
            }
            seen++;
            assertThat(journal.consumers().get(0).lagEvents())
                    .as("after %s of %s", seen, total)
                    .isEqualTo(total - seen);
        }
    }

    private static boolean damagedAgain(JournalReader reader) {
        try {
            assertThat(reader.next()).isTrue();
            return false;
        } catch (DamageException e) {
            return true;
        }
    }

    @Test
    void aPlaceBehindTheLastOfABatchIsThatOfTheNextExcerpt() throws IOException {
        Journal journal = Journal.open(Goldens.BATCHES.journal());
        Printed all = Printed.of(journal, Start.OLDEST);
        for (int i = 1; i < all.lines().size(); i++) {
            Position before = all.positions().get(i - 1);
            if (all.positions().get(i).index() != before.index()) {
                Start start = new Start.At(new Position(before.index(), before.place() + 1));
                assertThat(Printed.of(journal, start).lines())
                        .isEqualTo(all.lines().subList(i, all.lines().size()));
            }
        }
    }

    @Test
    void allOfThemAreSmall() throws IOException {
        long bytes = 0;
        for (byte[] file : content(Goldens.FOLDER).values()) {
            bytes += file.length;
        }
        assertThat(bytes).isLessThan(2_000_000);
    }

    private static String expected(Goldens golden, String name) throws IOException {
        Path file = golden.folder().resolve(name);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /** Every file below a folder, and what is in it. */
    public static TreeMap<String, byte[]> content(Path folder) throws IOException {
        TreeMap<String, byte[]> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return content;
    }

    public static void copy(Path from, Path to) throws IOException {
        for (String name : content(from).keySet()) {
            Path target = to.resolve(name);
            Files.createDirectories(target.getParent());
            Files.copy(from.resolve(name), target);
        }
    }

    public static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void readOnly(Path folder, boolean readOnly) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                assertThat(file.toFile().setWritable(!readOnly)).isTrue();
            }
        }
    }
}
