package io.sightlog.text;

import io.sightlog.event.Event;
import io.sightlog.event.LabelSet;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which label sets events named that could not be had, and what it cost. One thread at a time. */
public final class MissingLabels {
    private final Set<Long> labelSets = new LinkedHashSet<>();
    private final Set<Long> unmodifiable = Collections.unmodifiableSet(labelSets);
    private long detections;
    private long last;

    MissingLabels() {}

    /** Hashes of the missing label sets, in the order they were met, each once. A live view. */
    public Set<Long> labelSets() {
        return unmodifiable;
    }

    /** How many detections were printed with their id in place of a label because of that. */
    public long detections() {
        return detections;
    }

    void note(Event event, @Nullable LabelSet labels) {
        long hash = event.labelSetHash();
        if (labels != null || hash == 0) {
            return;
        }
        if (hash != last) {
            labelSets.add(hash);
            last = hash;
        }
        detections += event.detectionCount();
    }
}
