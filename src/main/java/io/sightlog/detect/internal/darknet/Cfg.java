package io.sightlog.detect.internal.darknet;

import io.sightlog.detect.ModelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A Darknet cfg: sections of {@code key=value}, read as Darknet reads them. Spaces and tabs mean nothing wherever they stand, lines
 * that begin with {@code #} or {@code ;} are comments, of two equal keys of a section the first counts, and a key without a value is
 * as if it were not there.
 *
 * @param where the file's path, for messages
 * @param sections in their order, the first is {@code [net]}
 */
record Cfg(String where, List<Section> sections) {
    /** The largest one that people use has 50,000. */
    static final int MAX_BYTES = 1 << 20;

    private static final int MAX_SECTIONS = 4_000;

    Cfg {
        sections = List.copyOf(sections);
    }

    /** @throws ModelException when it is none, with the line that is wrong */
    static Cfg parse(byte[] bytes, String where) {
        if (bytes.length > MAX_BYTES) {
            throw new ModelException(
                    "the cfg " + where + " has more than " + MAX_BYTES + " bytes: that is no Darknet cfg");
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<Section> sections = new ArrayList<>();
        int number = 0;
        for (String raw : (Iterable<String>) text.lines()::iterator) {
            number++;
            String line = raw.replaceAll("[ \t\r]", "");
            if (number == 1 && line.startsWith("\u00ef\u00bb\u00bf")) {
                line = line.substring(3); // byte order mark
            }
            if (line.isEmpty() || line.charAt(0) == '#' || line.charAt(0) == ';') {
                continue;
            }
            if (line.charAt(0) == '[') {
                sections.add(section(where, number, line));
                if (sections.size() > MAX_SECTIONS) {
                    throw new ModelException("the cfg " + where + " has more than " + MAX_SECTIONS
                            + " sections: that is no net for here");
                }
            } else {
                option(where, number, line, sections);
            }
        }
        if (sections.isEmpty()) {
            throw new ModelException("the cfg " + where + " has no sections: that is no Darknet cfg");
        }
        return new Cfg(where, sections);
    }

    private static Section section(String where, int number, String line) {
        int end = line.indexOf(']');
        if (end < 0) {
            throw error(where, number, Section.shown(line) + " is no section; wanted: [NAME]");
        }
        return new Section(where, number, line.substring(1, end));
    }

    private static void option(String where, int number, String line, List<Section> sections) {
        int equals = line.indexOf('=');
        if (equals < 1) {
            throw error(where, number, Section.shown(line) + "; wanted: [NAME], KEY=VALUE, or a comment after #");
        }
        if (sections.isEmpty()) {
            throw error(where, number, Section.shown(line) + " stands before any section; wanted: [net] first");
        }
        if (equals < line.length() - 1) {
            sections.get(sections.size() - 1).add(line.substring(0, equals), line.substring(equals + 1), number);
        }
    }

    static ModelException error(String where, int line, String what) {
        return new ModelException("the cfg " + where + ", line " + line + ": " + what);
    }
}
