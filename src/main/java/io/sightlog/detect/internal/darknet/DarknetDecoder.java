package io.sightlog.detect.internal.darknet;

import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.decode.OutputDecoder;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;

/**
 * Reads what comes into {@code [yolo]} and {@code [region]}: {@code [1, anchors * (5 + classes), height, width]} each. A box has
 * several labels when several of its classes are likely. As in Darknet a confidence has to be above the limit.
 */
final class DarknetDecoder implements OutputDecoder {
    /** By which the fast test of objectness lets more through than the exact one. */
    private static final double MARGIN = 1e-3;

    private final List<Head> heads;
    private final int width;
    private final int height;

    /** @param width of the input in pixels */
    DarknetDecoder(List<Head> heads, int width, int height) {
        this.heads = heads;
        this.width = width;
        this.height = height;
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        if (outputs.size() != heads.size()) {
            throw new ModelException("the net has " + heads.size() + " heads, and " + outputs.size() + " outputs came");
        }
        for (int i = 0; i < heads.size(); i++) {
            Head head = heads.get(i);
            Blob blob = head.blob();
            outputs.get(i).require(1, blob.channels(), blob.height(), blob.width());
            for (int anchor = 0; anchor < head.anchors().size(); anchor++) {
                decode(head, anchor, outputs.get(i).values(), minConfidence, into);
            }
        }
    }

    private void decode(Head head, int anchor, float[] values, float minConfidence, Boxes into) {
        int plane = head.blob().width() * head.blob().height();
        int box = anchor * (Head.BOX + head.classes()) * plane;
        int objectness = box + 4 * plane;
        // Classes of a region without softmax are not 0..1, and can make up for a low objectness.
        boolean bounded = !head.isRegion() || head.softmax();
        double limit = !bounded
                ? Double.NEGATIVE_INFINITY
                : head.newCoords() ? minConfidence : Math.log(minConfidence / (1.0 - minConfidence)) - MARGIN;
        for (int cell = 0; cell < plane; cell++) {
            if (values[objectness + cell] > limit) { // false for NaN
                float exact = head.newCoords() ? values[objectness + cell] : logistic(values[objectness + cell]);
                if (head.dropsWeak() && exact < 0.5f) {
                    exact = 0;
                }
                if (!bounded || exact > minConfidence) {
                    cell(head, anchor, values, box + cell, plane, exact, minConfidence, into);
                }
            }
        }
    }

    /** @param at where the cell's x stands */
    private void cell(
            Head head,
            int anchor,
            float[] values,
            int at,
            int plane,
            float objectness,
            float minConfidence,
            Boxes into) {
        int columns = head.blob().width();
        int cell = at - anchor * (Head.BOX + head.classes()) * plane;
        float x = centre(head, values[at], cell % columns) / columns * width;
        float y = centre(head, values[at + plane], cell / columns) / head.blob().height() * height;
        float halfWidth =
                side(head, values[at + 2 * plane], head.anchors().get(anchor).width(), columns, width) / 2;
        float halfHeight = side(
                        head,
                        values[at + 3 * plane],
                        head.anchors().get(anchor).height(),
                        head.blob().height(),
                        height)
                / 2;
        int first = at + Head.BOX * plane;
        float largest = head.softmax() ? largest(values, first, plane, head.classes()) : 0;
        float sum = head.softmax() ? sum(values, first, plane, head.classes(), largest) : 1;
        for (int id = 0; id < head.classes(); id++) {
            float value = values[first + id * plane];
            float likely = head.softmax()
                    ? (float) Math.exp(value - largest) / sum
                    : head.isRegion() || head.newCoords() ? value : logistic(value);
            float confidence = objectness * likely;
            if (confidence > minConfidence) {
                into.add(id, confidence, x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
            }
        }
    }

    /** In cells. */
    private static float centre(Head head, float value, int cell) {
        float within = head.newCoords() ? value : logistic(value);
        return cell + (within * head.scaleXy() - 0.5f * (head.scaleXy() - 1));
    }

    /** In pixels of the input. */
    private static float side(Head head, float value, float anchor, int cells, int pixels) {
        if (head.newCoords()) {
            return value * value * 4 * anchor;
        }
        return (float) (Math.exp(value) * anchor * (head.isRegion() ? (double) pixels / cells : 1));
    }

    private static float largest(float[] values, int first, int plane, int classes) {
        float largest = -Float.MAX_VALUE;
        for (int id = 0; id < classes; id++) {
            largest = Math.max(largest, values[first + id * plane]);
        }
        return largest;
    }

    private static float sum(float[] values, int first, int plane, int classes, float largest) {
        float sum = 0;
        for (int id = 0; id < classes; id++) {
            sum += (float) Math.exp(values[first + id * plane] - largest);
        }
        return sum;
    }

    private static float logistic(float value) {
        return (float) (1 / (1 + Math.exp(-value)));
    }
}
