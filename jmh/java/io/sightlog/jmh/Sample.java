package io.sightlog.jmh;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.event.Memory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeMap;

/** The event that everything here measures: ten detections in a frame of a video, with its source, stream and label set. */
public final class Sample {
    public static final int DETECTIONS = 10;
    public static final String SOURCE = "/srv/cameras/north-gate/2026-11-22T14-00.mp4";
    public static final String STREAM = "north-gate";
    public static final long PRODUCER = 0x5167_4c6f_6721_0001L;

    private static final long FRAME_NANOS = 40_000_000;
    private static final List<String> LABELS = List.of(
            "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light");

    private Sample() {}

    /** What its class ids mean. */
    public static LabelSet labels() {
        TreeMap<Integer, String> labels = new TreeMap<>();
        for (int id = 0; id < LABELS.size(); id++) {
            labels.put(id, LABELS.get(id));
        }
        return new LabelSet(
                new LabelSet.Model("ssd_mobilenetv2", "", "1x300x300x3 RGB -1..1", 0.5f, 0.45f, ""), labels);
    }

    /** Fills a draft with all of it but its numbers and times, which {@link #number} sets. */
    public static EventDraft fill(EventDraft draft, long labelSet) {
        draft.clear().capturedNanos(0).source(SOURCE).stream(STREAM)
                .size(1920, 1080)
                .took(3_200_000, 18_400_000)
                .digest(0x1234_5678_9abc_def0L)
                .labelSet(labelSet);
        for (int i = 0; i < DETECTIONS; i++) {
            draft.detection(i, 0.95f - i * 0.05f, 100 + 150 * i, 80 + 60 * i, 120.5f, 240.25f, i + 1);
        }
        return draft;
    }

    /** Sets what differs from event to event. */
    public static void number(EventDraft draft, long frame, long capturedNanos) {
        draft.frame(frame, frame % 1_000_000 * FRAME_NANOS).capturedNanos(capturedNanos);
    }

    /** Its bytes, as they lie in a journal, in a direct buffer. */
    public static ByteBuffer encoded(long labelSet) {
        EventDraft draft = fill(new EventDraft().capturedNanos(0), labelSet);
        number(draft, 0, 1);
        int bytes = draft.encodedBytes();
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        draft.encode(Memory.addressOf(buffer), bytes, PRODUCER, 0, 1);
        return buffer;
    }

    /** Throws when something is not as it must be: nothing wrong is timed. */
    public static void check(boolean right, String what) {
        if (!right) {
            throw new IllegalStateException("wrong answer, not timed: " + what);
        }
    }
}
