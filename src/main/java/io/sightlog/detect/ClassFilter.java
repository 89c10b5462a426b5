package io.sightlog.detect;

import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which classes to keep. Immutable. */
final class ClassFilter {
    private final BitSet ids;
    private final String text;

    private ClassFilter(BitSet ids, String text) {
        this.ids = ids;
        this.text = text;
    }

    /**
     * @param wanted labels, without case, or class ids; empty for all
     * @throws IllegalArgumentException when the model has no such class; the message lists near ones
     */
    static ClassFilter of(List<String> wanted, ModelCard card) {
        List<String> labels = card.labels();
        BitSet ids = new BitSet(labels.size());
        Set<String> names = new LinkedHashSet<>();
        for (String name : wanted) {
            BitSet same = idsOf(name.strip(), labels);
            if (same.isEmpty()) {
                throw new IllegalArgumentException("the model " + card.name() + " has no class " + name + "; "
                        + (name.strip().matches("\\d+")
                                ? "its ids are 0 to " + (labels.size() - 1)
                                : Near.hint(name.strip(), labels)));
            }
            ids.or(same);
            same.stream().mapToObj(labels::get).forEach(names::add);
        }
        if (wanted.isEmpty()) {
            ids.set(0, labels.size());
        }
        return new ClassFilter(ids, String.join(",", names));
    }

    private static BitSet idsOf(String name, List<String> labels) {
        BitSet ids = new BitSet();
        for (int id = 0; id < labels.size(); id++) {
            if (labels.get(id).equalsIgnoreCase(name)) {
                ids.set(id);
            }
        }
        if (ids.isEmpty() && name.matches("\\d{1,7}") && Integer.parseInt(name) < labels.size()) {
            ids.set(Integer.parseInt(name));
        }
        return ids;
    }

    boolean keeps(int classId) {
        return ids.get(classId);
    }

    /** Labels with commas between them, empty for all. */
    String text() {
        return text;
    }
}
