package io.sightlog.serve.api;

import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;

/** How long the line of an event is, about: a journal that means harm can have small events whose lines fill a memory. */
final class LineBytes {
    /** Longer ones are not made. */
    static final long MOST = 32 << 20;

    /** What is held of a line while it is made, in lines. */
    static final int WORK = 4;

    private static final int HEADER = 1024;
    /** What a byte of a text takes more, as {@code \\u0001}. */
    private static final long ESCAPED = 5;

    /** Of a detection, without its label. */
    private static final int DETECTION = 100;

    private LineBytes() {}

    /**
     * About as long as it is, or {@link #MOST} and more.
     *
     * @throws io.sightlog.event.UnreadableEventException when the labels that it carries itself are damaged
     */
    static long of(Event event) {
        long bytes =
                HEADER + event.totalBytes() + (event.kind() == EventKind.MESSAGE ? ESCAPED * event.contentBytes() : 0);
        int detections = event.detectionCount();
        LabelSet labels = detections == 0 ? null : event.labels();
        for (int i = 0; i < detections && bytes <= MOST; i++) {
            String label = labels == null ? null : labels.label(event.classId(i));
            bytes += DETECTION + (label == null ? 0 : label.length());
        }
        return bytes;
    }
}
