package io.sightlog.conformance;

import io.sightlog.journal.GoldenTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A journal that is damaged in a known way, and what every reader must make of it from each of some beginnings. {@code
 * src/test/resources/cases/README.md} says how it is written.
 */
record Case(String name, Recorded of, List<String> patches, List<Reading> readings) {
    static final Path FOLDER = Recorded.FOLDER.resolve("cases");

    /**
     * @param line in its file that says where to begin, from 0
     * @param expected the lines after that
     */
    record Reading(int line, Beginning beginning, List<String> expected) {}

    /** Makes the damaged journal. */
    void make(Path into) throws IOException {
        GoldenTest.copy(of.journal, into);
        for (String patch : patches) {
            String[] words = patch.split("\\s+");
            words[1] = of.file(words[1]);
            Patch.of(words).apply(into);
        }
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".cases"))
                    .sorted()
                    .toList();
        }
    }

    static List<Case> read(Path file) throws IOException {
        return read(Files.readAllLines(file));
    }

    static List<Case> read(List<String> lines) throws IOException {
        List<Case> cases = new ArrayList<>();
        Recorded journal = null;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("#.*", "").strip();
            String[] words = line.split("\\s+");
            switch (words[0]) {
                case "" -> {}
                case "journal" -> journal = Recorded.named(words[1]);
                case "case" -> cases.add(new Case(line.substring(5), journal, new ArrayList<>(), new ArrayList<>()));
                case "from", "as" ->
                    last(cases).readings.add(new Reading(i, Beginning.of(last(cases).of, words), new ArrayList<>()));
                case "gives", "reports", "leaves" ->
                    last(last(cases).readings).expected.add(String.join(" ", words));
                default -> last(cases).patches.add(line);
            }
        }
        return cases;
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }

    /** Writes into a file what its cases give now, beneath each beginning. */
    static void write(Path file, List<Reading> readings, List<List<String>> told) throws IOException {
        List<String> before = Files.readAllLines(file);
        List<String> after = new ArrayList<>();
        List<Integer> beginnings = readings.stream().map(Reading::line).toList();
        for (int i = 0; i < before.size(); i++) {
            String first = before.get(i).strip().split("\\s+")[0];
            if (!Arrays.asList("gives", "reports", "leaves").contains(first)) {
                after.add(before.get(i));
            }
            if (beginnings.contains(i)) {
                told.get(beginnings.indexOf(i)).forEach(line -> after.add("  " + line));
            }
        }
        Files.write(file, after);
    }
}
