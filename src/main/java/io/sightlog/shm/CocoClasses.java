package io.sightlog.shm;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The classes that the numbers in a segment mean: those of COCO, person 0 to toothbrush 79. Immutable. */
public final class CocoClasses {
    /** What others call those of which there are two names. */
    private static final Map<String, String> SAME = Map.of(
            "motorcycle", "motorbike",
            "airplane", "aeroplane",
            "couch", "sofa",
            "potted plant", "pottedplant",
            "dining table", "diningtable",
            "tv", "tvmonitor");

    private final List<String> names;
    private final Map<String, Integer> ids = new HashMap<>();

    /** @param names in the order of their ids */
    public CocoClasses(List<String> names) {
        this.names = List.copyOf(names);
        for (int id = 0; id < names.size(); id++) {
            ids.put(names.get(id).toLowerCase(Locale.ROOT), id);
        }
        SAME.forEach((other, name) -> {
            Integer id = ids.get(name);
            if (id != null) {
                ids.put(other, id);
            }
        });
    }

    /** The id of a label, without case; -1 when it is no class of COCO. */
    public int idOf(String label) {
        return ids.getOrDefault(label.toLowerCase(Locale.ROOT), -1);
    }

    /** Ids and names. */
    public SortedMap<Integer, String> labels() {
        SortedMap<Integer, String> labels = new TreeMap<>();
        for (int id = 0; id < names.size(); id++) {
            labels.put(id, names.get(id));
        }
        return labels;
    }

    /**
     * The ids of these names, without case, or ids.
     *
     * @throws IllegalArgumentException when one of them is neither
     */
    public BitSet idsOf(List<String> namesOrIds) {
        BitSet wanted = new BitSet();
        for (String name : namesOrIds) {
            String text = name.strip();
            int id = idOf(text);
            if (id < 0 && text.matches("\\d{1,6}")) {
                id = Integer.parseInt(text);
            }
            if (id < 0) {
                throw new IllegalArgumentException("COCO has no class \"" + text + "\"; its " + names.size()
                        + " names are from " + names.get(0) + " to " + names.get(names.size() - 1)
                        + ", as in the labels of the model mb3-centernet");
            }
            wanted.set(id);
        }
        return wanted;
    }
}
