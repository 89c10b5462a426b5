package io.sightlog.bench;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import java.util.TreeMap;

/**
 * The events that are measured: frames of one camera's video, with label set, source, stream and detections, each different
 * from the others. What event {@code k} must look like follows from {@code k}, so that readers can check it. One thread.
 */
final class SampleEvents {
    private static final String SOURCE = "/srv/cameras/north-gate/2026-11-22T14-00.mp4";
    private static final String STREAM = "north-gate";
    private static final int CLASSES = 80;
    private static final int WIDTH = 1920;
    private static final int HEIGHT = 1080;
    private static final long FRAME_NANOS = 40_000_000;

    private final int detections;
    private final LabelSet labels = labelSet();
    private final long[] labelLengths = new long[CLASSES];

    SampleEvents(int detections) {
        this.detections = detections;
        for (int id = 0; id < CLASSES; id++) {
            labelLengths[id] = String.valueOf(labels.label(id)).length();
        }
    }

    private static LabelSet labelSet() {
        TreeMap<Integer, String> labels = new TreeMap<>();
        for (int id = 0; id < CLASSES; id++) {
            labels.put(id, "class " + id);
        }
        return new LabelSet(new LabelSet.Model("bench", "", "1x300x300x3 RGB -1..1", 0.5f, 0.45f, ""), labels);
    }

    /** What the class ids mean. */
    LabelSet labels() {
        return labels;
    }

    /** Fills in event k, all of it but its times. */
    EventDraft fill(EventDraft draft, long k, long labelSet) {
        draft.clear().source(SOURCE).stream(STREAM)
                .frame(k, k * FRAME_NANOS)
                .size(WIDTH, HEIGHT)
                .digest(digest(k))
                .labelSet(labelSet);
        for (int i = 0; i < detections; i++) {
            draft.detection(classId(k, i), confidence(i), x(i), y(i), 120.5f, 240.25f, k + i);
        }
        return draft;
    }

    private static long digest(long k) {
        return k * 0x9e37_79b9_7f4a_7c15L;
    }

    private static int classId(long k, int i) {
        return (int) ((k + i) % CLASSES);
    }

    private static float confidence(int i) {
        return 0.5f + (i & 31) / 64f;
    }

    /** So that a box lies in the picture. */
    private static float x(int i) {
        return i % 1000;
    }

    private static float y(int i) {
        return i % 500;
    }

    /** Reads every field of an event but its position, identity and times, and folds them into one number. */
    long sumOf(Event event) {
        long sum = event.kind().code() + event.frame() + event.positionNanos() + event.digest();
        sum += event.width() + event.height() + event.decodeNanos() + event.inferNanos();
        sum += event.source().length() + event.stream().length();
        int count = event.detectionCount();
        LabelSet own = event.labels();
        for (int i = 0; i < count; i++) {
            sum += event.classId(i) + event.trackId(i) + bits(event.confidence(i));
            sum += bits(event.x(i)) + bits(event.y(i)) + bits(event.w(i)) + bits(event.h(i));
            String label = own == null ? null : own.label(event.classId(i));
            sum += label == null ? 0 : label.length();
        }
        return sum;
    }

    /** What {@link #sumOf} gives for event k when it is as {@link #fill} made it. */
    long expectedSum(long k) {
        long sum = 1 + k + k * FRAME_NANOS + digest(k) + WIDTH + HEIGHT;
        sum += SOURCE.length() + STREAM.length();
        for (int i = 0; i < detections; i++) {
            sum += classId(k, i) + k + i + bits(confidence(i)) + bits(x(i)) + bits(y(i));
            sum += bits(120.5f) + bits(240.25f) + labelLengths[classId(k, i)];
        }
        return sum;
    }

    private static int bits(float value) {
        return Float.floatToRawIntBits(value);
    }
}
