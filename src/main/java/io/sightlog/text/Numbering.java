package io.sightlog.text;

import static io.sightlog.text.BadLineException.shown;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gives ids to labels of lines that name no label set, out of one label set a model that grows over the run.
 *
 * <p>{@link #number} decides for one line, {@link #id} gives its ids, and {@link #label} makes it final once the rest of
 * the line turned out to be good. One thread.
 */
final class Numbering {
    /** After so many, lines with new labels carry their own: each label set is a file that stays. */
    static final int MAX_PUBLISHED = 1_000;
    /** More labels than this are not gathered, whatever comes. */
    static final int MAX_LABELS = 10_000;

    private static final String DEFAULT_MODEL = "append";

    private final LabelPublisher publisher;
    private final Map<String, Growing> byModel = new HashMap<>();
    private int published;
    private int gathered;

    private int[] ids = new int[16];
    private String model = "";
    private boolean onlyIds;
    private boolean contradicts;
    private Growing growing = new Growing();
    /** Labels of this line, of ids it gives or of ids given to them. */
    private final TreeMap<Integer, String> labels = new TreeMap<>();
    /** Of these, the ids that were given to them and are new. */
    private final BitSet fresh = new BitSet();

    private final Map<String, Integer> idOf = new HashMap<>();
    /** Ids this line gives without a label. */
    private final BitSet bare = new BitSet();

    private int firstFree;

    /** Labels gathered so far under one model. */
    private static final class Growing {
        final TreeMap<Integer, String> labels = new TreeMap<>();
        final Map<String, Integer> ids = new HashMap<>();
        /** Ids that no line gave. */
        final BitSet assigned = new BitSet();
        /** No id below it is given to a label any more. */
        int firstFree;

        long hash;
    }

    Numbering(LabelPublisher publisher) {
        this.publisher = publisher;
    }

    void number(Line line) throws BadLineException {
        model = line.model == null || line.model.isEmpty() ? DEFAULT_MODEL : line.model;
        Growing known = byModel.get(model);
        growing = known == null ? new Growing() : known;
        ids = ids.length < line.count ? new int[line.classId.length] : ids;
        labels.clear();
        fresh.clear();
        idOf.clear();
        bare.clear();
        firstFree = growing.firstFree;
        onlyIds = true;
        contradicts = false;
        for (int i = 0; i < line.count; i++) {
            given(line, i);
        }
        if (onlyIds) {
            model = line.model == null ? "" : line.model;
            return;
        }
        bare.stream().filter(id -> !labels.containsKey(id)).forEach(id -> contradicts |= growing.assigned.get(id));
        for (int i = 0; i < line.count; i++) {
            if (ids[i] == Line.NO_ID) {
                ids[i] = idFor(String.valueOf(line.label[i]));
            }
        }
    }

    /** What the line itself says of the ids it gives. */
    private void given(Line line, int i) throws BadLineException {
        int id = line.classId[i];
        String name = line.name(i);
        ids[i] = id;
        onlyIds &= name == null;
        if (id == Line.NO_ID) {
            if (name == null || name.isBlank()) {
                throw new BadLineException("detections[" + i + "]: label is empty, and there is no classId");
            }
        } else if (name == null) {
            bare.set(id);
        } else {
            put(labels, id, name);
            idOf.putIfAbsent(name, id);
            String known = growing.labels.get(id);
            contradicts |= known != null && !known.equals(name);
        }
    }

    private int idFor(String label) throws BadLineException {
        Integer id = idOf.get(label);
        if (id == null) {
            id = growing.ids.get(label);
            if (id == null || taken(id)) {
                id = free();
                fresh.set(id);
            }
            labels.put(id, label);
            idOf.put(label, id);
        }
        return id;
    }

    /** Whether this line uses an id for something else than a label that has no id. */
    private boolean taken(int id) {
        return contradicts && (bare.get(id) || labels.containsKey(id));
    }

    private int free() throws BadLineException {
        while (growing.labels.containsKey(firstFree) || labels.containsKey(firstFree) || bare.get(firstFree)) {
            firstFree++;
        }
        int id = firstFree;
        if (id > LabelSet.MAX_CLASS_ID) {
            throw new BadLineException("no class id is left for one more label");
        }
        return id;
    }

    /** The id of a detection of the line that was numbered last. */
    int id(int detection) {
        return ids[detection];
    }

    /** Gives the event its labels; what is new in them is kept for the lines to come, and published. */
    void label(EventDraft draft) throws IOException {
        if (onlyIds) {
            draft.ownLabels(model, "");
            return;
        }
        int added = 0;
        for (int id : labels.keySet()) {
            added += growing.labels.containsKey(id) ? 0 : 1;
        }
        boolean full = added > 0 && (published == MAX_PUBLISHED || gathered + added > MAX_LABELS);
        if (contradicts || full) {
            draft.ownLabels(model, ownLabels(labels));
            return;
        }
        if (added > 0) {
            grow(added);
        }
        draft.labelSet(growing.hash);
    }

    private void grow(int added) throws IOException {
        TreeMap<Integer, String> grown = new TreeMap<>(growing.labels);
        grown.putAll(labels);
        growing.hash = publisher.publish(new LabelSet(LabelSet.Model.named(model), grown));
        growing.labels.putAll(labels);
        labels.forEach((id, label) -> growing.ids.putIfAbsent(label, id));
        growing.assigned.or(fresh);
        growing.firstFree = firstFree;
        byModel.put(model, growing);
        published++;
        gathered += added;
    }

    static void put(Map<Integer, String> labels, int id, String label) throws BadLineException {
        String before = labels.put(id, label);
        if (before != null && !before.equals(label)) {
            throw new BadLineException(
                    "classId=" + id + " is \"" + shown(before) + "\" and \"" + shown(label) + "\" in the same line");
        }
    }

    /** The lines of id, tab, label that an event carries; an id that is its own label needs none. */
    static String ownLabels(Map<Integer, String> labels) {
        StringBuilder lines = new StringBuilder();
        labels.forEach((id, label) -> {
            if (!label.equals(Integer.toString(id))) {
                lines.append(id).append('\t').append(label).append('\n');
            }
        });
        return lines.toString();
    }
}
