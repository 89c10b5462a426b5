package io.sightlog.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.conformance.Case.Reading;
import io.sightlog.journal.GoldenTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases of {@code src/test/resources/cases}: every reader hands out the events and reports the places that a case says. A new case
 * is written without that; this adds it, as the reader in Java gives it, and it is looked at before it is kept:
 *
 * <pre>mvn test -Dtest=CasesTest -Dcases.write=true</pre>
 */
@Tag("slow")
class CasesTest {
    private static final boolean WRITE = Boolean.getBoolean("cases.write");

    /** What the reader in Java made of the cases of a file, which the others are to make of them, too. */
    private static final Map<Path, Map<Integer, Read>> JAVA = new HashMap<>();

    @TempDir
    Path temp;

    static Stream<Arguments> languagesAndFiles() throws IOException {
        List<Path> files = Case.files();
        return Stream.of(Language.values())
                .flatMap(language -> files.stream().map(file -> Arguments.of(language, file.getFileName())));
    }

    @ParameterizedTest
    @MethodSource("languagesAndFiles")
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void givesAndReportsWhatIsWritten(Language language, Path name) throws Exception {
        language.need();
        Path file = Case.FOLDER.resolve(name);
        List<Case> cases = Case.read(file);
        assertThat(cases).isNotEmpty();
        if (WRITE) {
            if (language == Language.JAVA) {
                write(file, cases, read(language, cases));
            }
            return;
        }
        Map<Integer, Read> made = read(language, cases);
        if (language == Language.JAVA) {
            JAVA.put(name, made);
        }
        Map<Integer, Read> java = JAVA.containsKey(name) ? JAVA.get(name) : read(Language.JAVA, cases);
        SoftAssertions soft = new SoftAssertions();
        for (Case one : cases) {
            for (Reading reading : one.readings()) {
                String what =
                        "%s: %s, line %d, %s".formatted(language, one.name(), reading.line() + 1, reading.beginning());
                Read here = made.get(reading.line());
                soft.assertThat(here.told(one.of())).as(what).isEqualTo(reading.expected());
                soft.assertThat(here.lines())
                        .as("lines, %s", what)
                        .isEqualTo(java.get(reading.line()).lines());
            }
        }
        soft.assertAll();
    }

    /** By lines of their file. Each reading has a journal of its own, since a consumer moves its position. */
    private Map<Integer, Read> read(Language language, List<Case> cases) throws Exception {
        Map<Path, Beginning> beginnings = new LinkedHashMap<>();
        Map<Path, Integer> lines = new HashMap<>();
        for (Case one : cases) {
            for (Reading reading : one.readings()) {
                Path journal = temp.resolve(language + "-" + reading.line());
                one.make(journal);
                beginnings.put(journal, reading.beginning());
                lines.put(journal, reading.line());
            }
        }
        Map<Integer, Read> all = new HashMap<>();
        language.read(beginnings).forEach((journal, read) -> all.put(lines.get(journal), read));
        for (Path journal : beginnings.keySet()) {
            GoldenTest.delete(journal);
        }
        return all;
    }

    private static void write(Path file, List<Case> cases, Map<Integer, Read> made) throws IOException {
        List<Reading> readings = new ArrayList<>();
        List<List<String>> told = new ArrayList<>();
        for (Case one : cases) {
            for (Reading reading : one.readings()) {
                readings.add(reading);
                told.add(made.get(reading.line()).told(one.of()));
            }
        }
        Case.write(file, readings, told);
    }

    @Test
    void everyCaseIsOnceThereAndSaysWhatIsExpected() throws IOException {
        List<String> names = new ArrayList<>();
        for (Path file : Case.files()) {
            for (Case one : Case.read(file)) {
                names.add(one.name());
                assertThat(one.readings())
                        .as(one.name())
                        .isNotEmpty()
                        .allSatisfy(reading -> assertThat(reading.expected()).isNotEmpty());
            }
        }
        assertThat(names).doesNotHaveDuplicates();
    }
}
