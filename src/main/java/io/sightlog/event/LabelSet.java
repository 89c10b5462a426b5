package io.sightlog.event;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What class ids mean, and which model made them. Immutable; any thread may read it.
 *
 * <p>Labels are compared without case. Several ids may carry the same label.
 */
public final class LabelSet {
    /** Ids above this are refused. */
    public static final int MAX_CLASS_ID = 1_000_000;

    private final Model model;
    private final SortedMap<Integer, String> labels;
    /** Ascending, and the labels beside them. */
    private final int[] ids;

    private final String[] texts;

    /**
     * What made the detections.
     *
     * @param name the model's name
     * @param sha256 hex digest of its file, empty when unknown
     * @param input shape and range of its input, for people
     * @param threshold the confidence below which detections were dropped
     * @param iou overlap above which non-maximum suppression dropped the weaker one, 0 when none was done
     * @param classes comma-separated labels that were looked for, empty for all
     */
    public record Model(String name, String sha256, String input, float threshold, float iou, String classes) {
        /** A model of which nothing but its name is known. */
        public static Model named(String name) {
            return new Model(name, "", "", 0, 0, "");
        }
    }

    /**
     * The labels of a model of which nothing but its name is known.
     *
     * @param labels that of class 0 first
     * @throws IllegalArgumentException when there are too many, or a text has control characters
     */
    public static LabelSet of(String modelName, List<String> labels) {
        SortedMap<Integer, String> byId = new TreeMap<>();
        for (String label : labels) {
            byId.put(byId.size(), label);
        }
        return new LabelSet(Model.named(modelName), byId);
    }

    /** @throws IllegalArgumentException when an id is negative or too large, or a text has control characters */
    public LabelSet(Model model, SortedMap<Integer, String> labels) {
        this.model = model;
        this.labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        int last = labels.isEmpty() ? -1 : labels.lastKey();
        if (last > MAX_CLASS_ID || (!labels.isEmpty() && labels.firstKey() < 0)) {
            throw new IllegalArgumentException(
                    "class ids are 0.." + MAX_CLASS_ID + ", not " + (last > MAX_CLASS_ID ? last : labels.firstKey()));
        }
        this.ids = new int[labels.size()];
        this.texts = new String[labels.size()];
        int i = 0;
        for (Map.Entry<Integer, String> entry : this.labels.entrySet()) {
            ids[i] = entry.getKey();
            texts[i++] = plain("label", entry.getValue());
        }
        plain("model", model.name());
        plain("input", model.input());
        plain("classes", model.classes());
        plain("sha256", model.sha256());
    }

    private static String plain(String what, @Nullable String text) {
        if (text == null) {
            throw new IllegalArgumentException(what + " is null: a text is needed, which may be empty");
        }
        if (Utf8.firstHalf(text) >= 0) {
            throw new IllegalArgumentException(
                    what + " has half a surrogate pair at character " + Utf8.firstHalf(text));
        }
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(what + " has control characters: \"" + text.replaceAll("\\p{Cntrl}", "?")
                    + "\"; one line of text is needed");
        }
        return text;
    }

    public Model model() {
        return model;
    }

    /** Ids and their labels, in order of id. */
    public SortedMap<Integer, String> labels() {
        return labels;
    }

    /** The label of an id, or null when this set has none. Allocates nothing. */
    public @Nullable String label(int classId) {
        if (classId >= 0 && classId < ids.length && ids[classId] == classId) {
            return texts[classId]; // as most sets are: every id from 0 on
        }
        int i = Arrays.binarySearch(ids, classId);
        return i < 0 ? null : texts[i];
    }

    /** Whether an id carries a label, without case. Allocates nothing. */
    public boolean matches(int classId, String label) {
        String own = label(classId);
        return own != null && own.equalsIgnoreCase(label);
    }

    /** All ids that carry a label, without case. */
    public List<Integer> idsOf(String label) {
        List<Integer> ids = new ArrayList<>();
        labels.forEach((id, own) -> {
            if (own.equalsIgnoreCase(label)) {
                ids.add(id);
            }
        });
        return ids;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LabelSet set && set.model.equals(model) && set.labels.equals(labels);
    }

    @Override
    public int hashCode() {
        return model.hashCode() * 31 + labels.hashCode();
    }

    @Override
    public String toString() {
        return model.name() + labels;
    }
}
