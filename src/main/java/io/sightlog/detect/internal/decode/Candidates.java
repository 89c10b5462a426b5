package io.sightlog.detect.internal.decode;

import java.util.Arrays;

/**
 * Boxes a model has given for one picture, as fractions of it; they may stick out. Grows as needed and is used again for the next
 * picture. Owned by one thread.
 */
public final class Candidates {
    private static final int BOX = 4;

    private int count;
    private int[] classIds = new int[64];
    private float[] confidences = new float[64];
    private float[] boxes = new float[64 * BOX];

    public void clear() {
        count = 0;
    }

    public int count() {
        return count;
    }

    public void add(int classId, float confidence, float left, float top, float right, float bottom) {
        if (count == classIds.length) {
            classIds = Arrays.copyOf(classIds, 2 * count);
            confidences = Arrays.copyOf(confidences, 2 * count);
            boxes = Arrays.copyOf(boxes, 2 * count * BOX);
        }
        classIds[count] = classId;
        confidences[count] = confidence;
        int at = count * BOX;
        boxes[at] = left;
        boxes[at + 1] = top;
        boxes[at + 2] = right;
        boxes[at + 3] = bottom;
        count++;
    }

    public int classId(int i) {
        return classIds[i];
    }

    public float confidence(int i) {
        return confidences[i];
    }

    public float left(int i) {
        return boxes[i * BOX];
    }

    public float top(int i) {
        return boxes[i * BOX + 1];
    }

    public float right(int i) {
        return boxes[i * BOX + 2];
    }

    public float bottom(int i) {
        return boxes[i * BOX + 3];
    }
}
