package io.sightlog.pictures;

import io.sightlog.event.Event;
import io.sightlog.event.LabelSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A detection as it is drawn, copied out of an event.
 *
 * @param label what it is; the class id when nobody knows
 * @param confidence 0..1
 * @param trackId 0 while nothing tracks
 * @param x left edge in pixels; the others as well
 */
public record Box(String label, float confidence, long trackId, float x, float y, float w, float h) {
    /** All of an event's, the least confident first, so that the most confident ends on top. */
    public static List<Box> of(Event event) {
        LabelSet labels = event.labels();
        List<Box> boxes = new ArrayList<>(event.detectionCount());
        for (int i = 0; i < event.detectionCount(); i++) {
            String label = labels == null ? null : labels.label(event.classId(i));
            boxes.add(new Box(
                    label == null ? Integer.toString(event.classId(i)) : label,
                    event.confidence(i),
                    event.trackId(i),
                    event.x(i),
                    event.y(i),
                    event.w(i),
                    event.h(i)));
        }
        boxes.sort(Comparator.comparingDouble(Box::confidence));
        return boxes;
    }

    /** In a picture of another size. */
    Box scaled(float horizontally, float vertically) {
        return new Box(label, confidence, trackId, x * horizontally, y * vertically, w * horizontally, h * vertically);
    }

    /** The part of the caption behind the label. */
    String figures() {
        String confident = String.format(Locale.ROOT, "%.2f", confidence);
        return trackId == 0 ? confident : "#" + trackId + " " + confident;
    }
}
