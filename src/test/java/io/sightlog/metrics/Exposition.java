package io.sightlog.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Prometheus' text format by its definition, and refuses everything else. */
final class Exposition {
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) [a-z_0-9]+ .*", Pattern.DOTALL);
    private static final Pattern SAMPLE = Pattern.compile("([a-z_0-9]+)(?:\\{(.*)\\})? ([^ ]+)", Pattern.DOTALL);
    private static final Pattern LABEL = Pattern.compile("([a-z_0-9]+)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(?:,|$)");

    record Sample(String name, Map<String, String> labels, double value) {}

    private Exposition() {}

    static List<Sample> parse(String text) {
        List<Sample> samples = new ArrayList<>();
        for (String line : text.split("\n")) {
            if (!COMMENT.matcher(line).matches()) {
                Matcher sample = SAMPLE.matcher(line);
                if (!sample.matches()) {
                    throw new AssertionError("no sample: " + line);
                }
                String labels = sample.group(2) == null ? "" : sample.group(2);
                samples.add(new Sample(
                        sample.group(1),
                        labels(labels),
                        Double.parseDouble(sample.group(3).replace("+Inf", "Infinity"))));
            }
        }
        return samples;
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        Matcher label = LABEL.matcher(text);
        int end = 0;
        while (label.find() && label.start() == end) {
            labels.put(label.group(1), unescaped(label.group(2)));
            end = label.end();
        }
        if (end != text.length()) {
            throw new AssertionError("no labels: " + text.substring(end));
        }
        return labels;
    }

    private static String unescaped(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') {
                c = value.charAt(++i);
                c = c == 'n' ? '\n' : c;
            }
            text.append(c);
        }
        return text.toString();
    }
}
