package io.sightlog.text;

import io.sightlog.event.AnsweredEvent;
import io.sightlog.event.EventKind;
import io.sightlog.event.EventLayout;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.LiveSource;
import io.sightlog.event.Origin;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What one line says, unchanged, before it is decided what its labels become. Reused. */
final class Line {
    /** Of a detection without a class id. */
    static final int NO_ID = -1;

    boolean kindGiven;
    EventKind kind = EventKind.FRAME;
    /** 0 when it has none. */
    long producer;
    /** -1 when it has none. */
    long sequence = -1;

    long appendedNanos;
    String source = "";
    String stream = "";
    long frame;
    long positionNanos;
    boolean captured;
    long capturedNanos;
    boolean capturedAt;
    long capturedAtNanos;
    long decodeNanos;
    long inferNanos;
    int width;
    int height;
    long digest;

    @Nullable
    String model;

    boolean labelSetGiven;
    long labelSet;

    @Nullable
    String reason;

    @Nullable
    String topic;

    @Nullable
    String text;

    byte @Nullable [] content;

    @Nullable
    KeptFrame kept;

    @Nullable
    LiveSource live;

    @Nullable
    Origin origin;

    @Nullable
    AnsweredEvent answers;

    int count;
    int[] classId = new int[16];

    @Nullable
    String[] label = new String[16];

    float[] confidence = new float[16];
    float[] x = new float[16];
    float[] y = new float[16];
    float[] w = new float[16];
    float[] h = new float[16];
    long[] trackId = new long[16];

    void clear() {
        kindGiven = false;
        kind = EventKind.FRAME;
        producer = 0;
        sequence = -1;
        appendedNanos = 0;
        source = "";
        stream = "";
        frame = 0;
        positionNanos = 0;
        captured = false;
        capturedNanos = 0;
        capturedAt = false;
        capturedAtNanos = 0;
        decodeNanos = 0;
        inferNanos = 0;
        width = 0;
        height = 0;
        digest = 0;
        model = null;
        labelSetGiven = false;
        labelSet = 0;
        reason = null;
        topic = null;
        text = null;
        content = null;
        kept = null;
        live = null;
        origin = null;
        answers = null;
        Arrays.fill(label, 0, count, null);
        count = 0;
    }

    /** Adds a detection of which nothing is known yet, and returns its place. */
    int add() throws BadLineException {
        if (count == EventLayout.MAX_DETECTIONS) {
            throw new BadLineException("a frame has at most " + EventLayout.MAX_DETECTIONS + " detections");
        }
        if (count == classId.length) {
            int room = Math.min(count * 2, EventLayout.MAX_DETECTIONS);
            classId = Arrays.copyOf(classId, room);
            label = Arrays.copyOf(label, room);
            confidence = Arrays.copyOf(confidence, room);
            x = Arrays.copyOf(x, room);
            y = Arrays.copyOf(y, room);
            w = Arrays.copyOf(w, room);
            h = Arrays.copyOf(h, room);
            trackId = Arrays.copyOf(trackId, room);
        }
        classId[count] = NO_ID;
        label[count] = null;
        confidence[count] = 1;
        x[count] = 0;
        y[count] = 0;
        w[count] = 0;
        h[count] = 0;
        trackId[count] = 0;
        return count++;
    }

    /** The label of a detection if it tells more than the id does: a printer writes the id where there is no label. */
    @Nullable
    String name(int i) {
        String given = label[i];
        return given == null || classId[i] == NO_ID || !given.equals(Integer.toString(classId[i])) ? given : null;
    }
}
