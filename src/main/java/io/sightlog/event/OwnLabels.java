package io.sightlog.event;

import java.util.TreeMap;

/** The labels an event carries itself: lines of id, tab, label. */
final class OwnLabels {
    private OwnLabels() {}

    /**
     * Checks what an event is to carry; likewise, but every line that is not empty must have its tab.
     *
     * @throws IllegalArgumentException when it is none
     */
    static void check(String model, String text) {
        for (String line : text.split("\n", -1)) {
            if (!line.isEmpty() && line.indexOf('\t') < 0) {
                throw new IllegalArgumentException(
                        "idsAndLabels has a line without a tab: \"" + line + "\"; lines of id, tab, label are needed");
            }
        }
        parse(model, text);
    }

    /** @throws IllegalArgumentException when an id is no number or out of its range, or a text has control characters */
    static LabelSet parse(String model, String text) {
        TreeMap<Integer, String> labels = new TreeMap<>();
        for (String line : text.split("\n", -1)) {
            int tab = line.indexOf('\t');
            if (tab >= 0) {
                try {
                    labels.put(Integer.parseInt(line.substring(0, tab)), line.substring(tab + 1));
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException(
                            "its own labels have a line that does not begin with an id: \"" + line + "\"", e);
                }
            }
        }
        try {
            return new LabelSet(LabelSet.Model.named(model), labels);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("its own labels: " + e.getMessage(), e);
        }
    }
}
