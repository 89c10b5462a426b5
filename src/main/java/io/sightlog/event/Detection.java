package io.sightlog.event;

/**
 * One thing seen in a frame.
 *
 * @param classId what it is, in the label set of the frame, 0 or more
 * @param confidence 0..1
 * @param x left edge in pixels of the original picture, from its left
 * @param y top edge in pixels, from its top
 * @param w width in pixels, 0 or more
 * @param h height in pixels, 0 or more
 * @param trackId which one it is over several frames, 0 while nothing tracks
 */
public record Detection(int classId, float confidence, float x, float y, float w, float h, long trackId) {
    /** A detection that nothing tracks. */
    public Detection(int classId, float confidence, float x, float y, float w, float h) {
        this(classId, confidence, x, y, w, h, 0);
    }

    /** Intersection over union with another box, 0..1; 0 when both are empty. */
    public float iou(Detection other) {
        float left = Math.max(x, other.x);
        float top = Math.max(y, other.y);
        float right = Math.min(x + w, other.x + other.w);
        float bottom = Math.min(y + h, other.y + other.h);
        float intersection = Math.max(0, right - left) * Math.max(0, bottom - top);
        float union = w * h + other.w * other.h - intersection;
        return union > 0 ? intersection / union : 0;
    }
}
