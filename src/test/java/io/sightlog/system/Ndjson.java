package io.sightlog.system;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Lines of events: made for {@code append}, and looked into as {@code tail} prints them. */
final class Ndjson {
    private Ndjson() {}

    /** An event of a frame number, with a dog in it. */
    static String line(String stream, long frame) {
        return "{\"source\":\"/pictures/dog.jpg\",\"stream\":\"" + stream + "\",\"frame\":" + frame
                + ",\"width\":768,\"height\":576,\"detections\":[{\"label\":\"dog\",\"confidence\":0.7,"
                + "\"x\":125,\"y\":212,\"w\":199,\"h\":339}]}";
    }

    /** Frames {@code from} up to, without, {@code to}. */
    static List<String> lines(String stream, int from, int to) {
        return IntStream.range(from, to).mapToObj(frame -> line(stream, frame)).toList();
    }

    /** The value of a field that is a text or a number. */
    static String field(String line, String name) {
        Matcher matcher =
                Pattern.compile("\"" + name + "\":(?:\"([^\"]*)\"|([^,}]*))").matcher(line);
        if (!matcher.find()) {
            throw new AssertionError("no field " + name + " in " + line);
        }
        return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    }

    static List<String> fields(List<String> lines, String name) {
        return lines.stream().map(line -> field(line, name)).toList();
    }

    /** Frame numbers of one stream, in order. */
    static List<Integer> frames(List<String> lines, String stream) {
        List<Integer> frames = new ArrayList<>();
        for (String line : lines) {
            if (field(line, "stream").equals(stream)) {
                frames.add(Integer.parseInt(field(line, "frame")));
            }
        }
        return frames;
    }

    static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    /** The line without what differs in a copy that was appended elsewhere. */
    static String content(String line) {
        return line.replaceAll("\"(index|place|appendedNanos|producer|sequence)\":(\"[^\"]*\"|\\d+),", "");
    }

    /** Fails at the first line that differs, without showing thousands of others. */
    static void assertSame(List<String> actual, List<String> expected) {
        int same = 0;
        while (same < actual.size()
                && same < expected.size()
                && actual.get(same).equals(expected.get(same))) {
            same++;
        }
        if (same < actual.size() || same < expected.size()) {
            throw new AssertionError("line " + same + " of " + actual.size() + " is\n" + at(actual, same)
                    + "\nand not\n" + at(expected, same) + "\nof " + expected.size());
        }
    }

    private static String at(List<String> lines, int line) {
        return line < lines.size() ? lines.get(line) : "(missing)";
    }

    /** All events of a journal, as a process prints them that has nothing to do with the others. */
    static List<String> all(String queue) {
        return Sightlog.run("tail", "-q", queue, "--from", "start", "--format", "ndjson")
                .expect(0)
                .out();
    }
}
