package io.sightlog.conformance;

import io.sightlog.journal.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * What a reader made of a journal.
 *
 * @param lines NDJSON, a line an event
 * @param reports in words that all languages agree on: damage in its order, then label sets that are missing, in theirs, then how many
 *     excerpts were missed, then whether reading failed
 * @param left where the named consumer stands afterwards, empty without one
 */
record Read(List<String> lines, List<String> reports, String left) {
    private static final List<String> ORDER = List.of("damaged ", "missing ", "missed ", "failed");

    /** @param reports a line each, what comes after the second word is not compared */
    static Read of(List<String> lines, List<String> reports, String left) {
        List<String> ordered = new ArrayList<>();
        for (String kind : ORDER) {
            List<String> of = new ArrayList<>(reports.stream()
                    .map(Read::briefly)
                    .filter(report -> report.startsWith(kind))
                    .toList());
            if (kind.equals("missing ")) {
                of.sort(null);
            }
            ordered.addAll(kind.equals("missed ") ? sum(of) : of);
        }
        return new Read(List.copyOf(lines), ordered, left);
    }

    private static String briefly(String report) {
        boolean named = ORDER.stream().anyMatch(kind -> kind.endsWith(" ") && report.startsWith(kind));
        return named ? report.replaceFirst("^([a-z]+ [^ :]*(?::\\d+)?).*", "$1") : "failed";
    }

    private static List<String> sum(List<String> missed) {
        if (missed.isEmpty()) {
            return missed;
        }
        boolean unknown = missed.contains("missed unknown");
        long sum = unknown
                ? 0
                : missed.stream()
                        .mapToLong(report -> Long.parseLong(report.split(" ")[1]))
                        .sum();
        return List.of("missed " + (unknown ? "unknown" : sum));
    }

    /** As a case says it; an event with a star has not the line that was recorded, beyond labels that are missing. */
    List<String> told(Recorded of) {
        List<String> told = new ArrayList<>();
        told.add("gives " + given(of));
        for (String report : reports) {
            String[] words = report.split(" ", 2);
            told.add("reports "
                    + (words[0].equals("damaged") ? "damaged " + of.word(Position.parse(words[1])) : report));
        }
        if (!left.isEmpty()) {
            told.add("leaves " + left);
        }
        return told;
    }

    private String given(Recorded of) {
        StringBuilder text = new StringBuilder();
        long first = -1; // of excerpts that are given whole, one after another
        long last = -1;
        int i = 0;
        while (i < lines.size()) {
            Position at = Recorded.position(lines.get(i));
            int places = 0;
            boolean changed = false;
            while (i < lines.size()) {
                Position here = Recorded.position(lines.get(i));
                if (here.index() != at.index() || here.place() != at.place() + places) {
                    break;
                }
                changed |= isChanged(of, here, lines.get(i));
                places++;
                i++;
            }
            boolean whole = at.place() == 0 && places == of.events(at.index());
            if (whole && !changed && first >= 0 && at.index() == last + 1) {
                last = at.index();
                continue;
            }
            range(text, of, first, last);
            first = whole && !changed ? at.index() : -1;
            last = first;
            if (first < 0) {
                int end = at.place() + places - 1;
                text.append(' ').append(of.excerpt(at.index()));
                text.append(whole ? "" : ":" + at.place() + (places == 1 ? "" : ".." + end));
                text.append(changed ? "*" : "");
            }
        }
        range(text, of, first, last);
        return text.isEmpty() ? "nothing" : text.substring(1);
    }

    private static void range(StringBuilder text, Recorded of, long first, long last) {
        if (first >= 0) {
            text.append(' ').append(of.excerpt(first)).append(first == last ? "" : ".." + (last & 0xffffffffL));
        }
    }

    private boolean isChanged(Recorded of, Position at, String line) {
        String recorded = String.valueOf(of.lines.get(at));
        boolean labelsMiss = reports.stream().anyMatch(report -> report.startsWith("missing "));
        return !(labelsMiss ? withoutLabels(line).equals(withoutLabels(recorded)) : line.equals(recorded));
    }

    private static String withoutLabels(String line) {
        return line.replaceAll("\"(label|model)\":\"[^\"]*\"", "\"$1\":");
    }
}
