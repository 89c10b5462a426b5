package io.sightlog.event;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows an event with only some of its detections. Frames are never filtered away: one in which nothing is left is a frame
 * in which none of what was asked for was seen. Skips and messages stay as they are. One thread at a time.
 */
public final class EventFilter {
    private final List<String> classes;
    private final float minConfidence;
    /** By place in {@link #classes}: whether a detection was one of it. */
    private final boolean[] met;

    private final EventDraft draft = new EventDraft();
    private final Event filtered;
    private ByteBuffer scratch = ByteBuffer.allocateDirect(4096);

    /**
     * @param classes labels, compared without case, or class ids; empty for all. A number is a label where one is called so
     * @param minConfidence 0..1
     * @param labels where label sets are found
     */
    public EventFilter(List<String> classes, float minConfidence, LabelSource labels) {
        this.classes = List.copyOf(classes);
        this.minConfidence = minConfidence;
        this.met = new boolean[this.classes.size()];
        this.filtered = new Event(labels);
    }

    /** Whether it lets everything through. */
    public boolean passesAll() {
        return classes.isEmpty() && minConfidence <= 0;
    }

    /** Of the classes asked for, those that no detection so far was one of, as they were given. */
    public List<String> unmet() {
        List<String> unmet = new ArrayList<>();
        for (int i = 0; i < met.length; i++) {
            if (!met[i]) {
                unmet.add(classes.get(i));
            }
        }
        return unmet;
    }

    /**
     * The event itself, or a view of a copy with fewer detections, valid until the next call.
     *
     * @throws UnreadableEventException when the labels that it carries itself are damaged, or another program wrote what no copy can have
     */
    public Event filter(Event event) {
        if (passesAll() || event.kind() != EventKind.FRAME || keptOf(event) == event.detectionCount()) {
            return event;
        }
        try {
            return copied(event);
        } catch (IllegalArgumentException e) {
            throw new UnreadableEventException(UnreadableEventException.Cause.FOREIGN, String.valueOf(e.getMessage()));
        }
    }

    private Event copied(Event event) {
        draft.copy(event);
        LabelSet labels = event.labels();
        for (int i = 0; i < event.detectionCount(); i++) {
            if (keeps(event, i, labels)) {
                draft.detection(event.detection(i));
            }
        }
        int bytes = draft.encodedBytes();
        if (scratch.capacity() < bytes) {
            scratch = ByteBuffer.allocateDirect(bytes * 2);
        }
        long at = Memory.addressOf(scratch);
        draft.encode(at, bytes, event.producer(), event.sequence(), event.appendedNanos());
        filtered.wrap(at, bytes);
        filtered.at(event.index(), event.place());
        return filtered;
    }

    private int keptOf(Event event) {
        LabelSet labels = event.labels();
        int kept = 0;
        for (int i = 0; i < event.detectionCount(); i++) {
            kept += keeps(event, i, labels) ? 1 : 0;
        }
        return kept;
    }

    private boolean keeps(Event event, int detection, @Nullable LabelSet labels) {
        return (classes.isEmpty() || isOneOf(event.classId(detection), labels))
                && event.confidence(detection) >= minConfidence;
    }

    private boolean isOneOf(int classId, @Nullable LabelSet labels) {
        for (int i = 0; i < met.length; i++) {
            String wanted = classes.get(i);
            if ((labels != null && labels.matches(classId, wanted)) || isId(wanted, classId, labels)) {
                met[i] = true;
                return true;
            }
        }
        return false;
    }

    private static boolean isId(String wanted, int classId, @Nullable LabelSet labels) {
        return wanted.equals(Integer.toString(classId))
                && (labels == null || labels.idsOf(wanted).isEmpty());
    }
}
