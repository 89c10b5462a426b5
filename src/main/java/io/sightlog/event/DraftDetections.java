package io.sightlog.event;

import static io.sightlog.event.EventLayout.*;

import java.util.Arrays;

/** The detections of an event that is being filled in, as their bytes; the array only ever grows. */
final class DraftDetections {
    private byte[] bytes = new byte[16 * DETECTION_BYTES];
    private int count;

    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    /**
     * Adds one, clipped to a picture whose size is known; see {@link EventDraft#detection(int, float, float, float, float, float,
     * long)}.
     */
    void add(int classId, float confidence, float x, float y, float w, float h, long trackId, int width, int height) {
        if (count == MAX_DETECTIONS) {
            throw new IllegalArgumentException("a frame has at most " + MAX_DETECTIONS + " detections");
        }
        if (classId < 0 || classId > LabelSet.MAX_CLASS_ID) {
            throw new IllegalArgumentException("classId=" + classId + " is not in 0.." + LabelSet.MAX_CLASS_ID);
        }
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("confidence=" + confidence + " is not in 0..1");
        }
        if (!(Float.isFinite(x) && Float.isFinite(y))) {
            throw new IllegalArgumentException("x=" + x + " y=" + y + " is not finite");
        }
        if (!(w >= 0 && h >= 0 && w < Float.POSITIVE_INFINITY && h < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("w=" + w + " h=" + h + " is negative or not finite");
        }
        if (trackId < 0) {
            throw new IllegalArgumentException("trackId=" + trackId + " is negative");
        }
        int at = count * DETECTION_BYTES;
        if (at == bytes.length) {
            bytes = Arrays.copyOf(bytes, at * 2);
        }
        Memory.putInt(bytes, at + CLASS_ID, classId);
        Memory.putFloat(bytes, at + CONFIDENCE, confidence);
        if (width > 0 && height > 0) {
            float left = Clip.edge(x, width);
            float top = Clip.edge(y, height);
            Memory.putFloat(bytes, at + X, left);
            Memory.putFloat(bytes, at + Y, top);
            Memory.putFloat(bytes, at + W, Clip.extent(x, left, w, width));
            Memory.putFloat(bytes, at + H, Clip.extent(y, top, h, height));
        } else {
            Memory.putFloat(bytes, at + X, x);
            Memory.putFloat(bytes, at + Y, y);
            Memory.putFloat(bytes, at + W, w);
            Memory.putFloat(bytes, at + H, h);
        }
        Memory.putLong(bytes, at + TRACK_ID, trackId);
        count++;
    }

    /** Those of an event, as they are. */
    void copy(Event event) {
        int needed = event.detectionCount() * DETECTION_BYTES;
        if (needed > bytes.length) {
            bytes = new byte[needed];
        }
        for (int at = 0, i = 0; at < needed; at += DETECTION_BYTES, i++) {
            Memory.copy(event.record(i), bytes, at, DETECTION_BYTES);
        }
        count = event.detectionCount();
    }

    /** Writes them; how many bytes that were. */
    int encode(long at) {
        int size = count * DETECTION_BYTES;
        Memory.copy(bytes, 0, at, size);
        return size;
    }
}
