package io.sightlog.serve.api;

import io.sightlog.event.Event;
import io.sightlog.event.LabelSet;

/** How long the line of an event is, about: a journal that means harm can have small events whose lines fill a memory. */
final class LineBytes {
    /** Longer ones are not made. */
    static final long MOST = 32 << 20;

    private static final int HEADER = 1024;
    /** Of a detection, without its label. */
    private static final int DETECTION = 100;

    private LineBytes() {}

    /** @throws io.sightlog.event.UnreadableEventException when the labels that it carries itself are damaged */
    static boolean isTooLong(Event event) {
        long bytes = HEADER + event.totalBytes() + event.contentBytes() / 3L;
        int detections = event.detectionCount();
        LabelSet labels = detections == 0 ? null : event.labels();
        for (int i = 0; i < detections && bytes <= MOST; i++) {
            String label = labels == null ? null : labels.label(event.classId(i));
            bytes += DETECTION + (label == null ? 0 : label.length());
        }
        return bytes > MOST;
    }
}
