package io.sightlog.conformance;

import io.sightlog.journal.Journal;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.Cycles;
import io.sightlog.journal.internal.format.JournalDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A recorded journal, and what is in it when nothing is damaged. Its cycles are called a, b, c .., and their excerpts a0, a1 ..; one of
 * the events of a batch is a20:1.
 */
final class Recorded {
    static final Path FOLDER = Path.of("src/test/resources");
    private static final Pattern POSITION = Pattern.compile("([a-z])(\\d+)(?::(\\d+))?");
    private static final Pattern LINE = Pattern.compile(
            "\\{\"index\":\"(0x[0-9a-f]+)\",\"place\":(\\d+),.*?\"appendedNanos\":\"(-?\\d+)\".*", Pattern.DOTALL);
    private static final Map<String, Recorded> ALL = new HashMap<>();

    final String name;
    final Path journal;
    /** Lines of events by their positions. */
    final TreeMap<Position, String> lines = new TreeMap<>();

    private final Map<Position, Long> stamps = new HashMap<>();
    private final List<Integer> cycles = new ArrayList<>();
    private final Roll roll;

    private Recorded(String name) throws IOException {
        this.name = name;
        this.journal = FOLDER.resolve(name).resolve("journal");
        this.roll = Journal.open(journal).roll();
        for (int cycle : new JournalDirectory(journal).cycles(roll)) {
            cycles.add(cycle);
        }
        for (String line : Files.readAllLines(FOLDER.resolve(name).resolve("expected.ndjson"))) {
            Position at = position(line);
            lines.put(at, line);
            stamps.put(at, Long.parseLong(LINE.matcher(line).replaceFirst("$3")));
        }
    }

    static synchronized Recorded named(String name) throws IOException {
        Recorded known = ALL.get(name);
        if (known == null) {
            known = new Recorded(name);
            ALL.put(name, known);
        }
        return known;
    }

    /** Where an event is, by its line. */
    static Position position(String line) {
        Matcher found = LINE.matcher(line);
        if (!found.matches()) {
            throw new IllegalArgumentException("no line of an event: " + line);
        }
        return new Position(Long.parseUnsignedLong(found.group(1).substring(2), 16), Integer.parseInt(found.group(2)));
    }

    /** A file's name, where a letter may stand for that of a cycle. */
    String file(String word) {
        return word.matches("[a-z]") ? Cycles.fileName(roll, cycles.get(word.charAt(0) - 'a')) : word;
    }

    Position at(String word) {
        Matcher found = POSITION.matcher(word);
        if (!found.matches()) {
            return Position.parse(word);
        }
        long cycle = cycles.get(found.group(1).charAt(0) - 'a');
        int place = found.group(3) == null ? 0 : Integer.parseInt(found.group(3));
        return new Position(cycle << 32 | Long.parseLong(found.group(2)), place);
    }

    /** When an event was appended. */
    long stamp(Position at) {
        return stamps.get(at);
    }

    String word(Position at) {
        return excerpt(at.index()) + (at.place() == 0 ? "" : ":" + at.place());
    }

    String excerpt(long index) {
        int cycle = cycles.indexOf((int) (index >>> 32));
        return cycle < 0 ? "0x" + Long.toHexString(index) : (char) ('a' + cycle) + "" + (index & 0xffffffffL);
    }

    /** How many events an excerpt has; 1 for one that is none of this journal. */
    int events(long index) {
        return Math.max(
                1,
                lines.subMap(new Position(index, 0), new Position(index + 1, 0)).size());
    }
}
