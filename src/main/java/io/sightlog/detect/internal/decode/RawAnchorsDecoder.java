package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Raw heads of YOLOv5 and v7: for each stride {@code [1,A,H,W,5+C]} before any sigmoid. {@code settings.anchors} are width and height
 * of each anchor in pixels, those of the first output first.
 */
final class RawAnchorsDecoder implements OutputDecoder {
    private static final int BOX = 5;
    private static final int PAIR = 2;

    private final int classes;
    private final float width;
    private final float height;
    private final float[] anchors;
    private final int anchorsEach;

    RawAnchorsDecoder(ModelCard card) {
        Settings settings = new Settings(card, "anchors");
        classes = card.labels().size();
        width = card.input().width();
        height = card.input().height();
        anchors = settings.numbers("anchors", null);
        int heads = card.outputs().size();
        anchorsEach = anchors.length / (PAIR * heads);
        if (anchorsEach < 1 || anchors.length != anchorsEach * PAIR * heads) {
            throw settings.wrong(
                    "anchors",
                    Arrays.toString(anchors),
                    "width and height of as many anchors for each of the " + heads + " outputs");
        }
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        double limit = minConfidence <= 0 ? Double.NEGATIVE_INFINITY : Math.log(minConfidence / (1 - minConfidence));
        for (int head = 0; head < outputs.size(); head++) {
            Tensor output = outputs.get(head);
            output.require(1, anchorsEach, -1, -1, BOX + classes);
            int rows = (int) output.shape()[2];
            int columns = (int) output.shape()[3];
            if (rows < 1 || columns < 1) {
                throw new ModelException("output " + output + " has no cells");
            }
            float[] v = output.values();
            for (int cell = 0; cell < anchorsEach * rows * columns; cell++) {
                int at = cell * (BOX + classes);
                if (v[at + BOX - 1] >= limit) { // objectness alone
                    int anchor = PAIR * (head * anchorsEach + cell / (rows * columns));
                    add(v, at, cell % columns, cell / columns % rows, columns, rows, anchor, minConfidence, into);
                }
            }
        }
    }

    private void add(
            float[] v,
            int at,
            int column,
            int row,
            int columns,
            int rows,
            int anchor,
            float minConfidence,
            Boxes into) {
        int best = OutputDecoders.most(v, at + BOX, classes);
        float confidence = sigmoid(v[at + BOX - 1]) * sigmoid(v[at + BOX + best]);
        if (confidence >= minConfidence) {
            float wide = 2 * sigmoid(v[at + 2]);
            float high = 2 * sigmoid(v[at + 3]);
            OutputDecoders.addCentred(
                    into,
                    best,
                    confidence,
                    (2 * sigmoid(v[at]) - 0.5f + column) * width / columns,
                    (2 * sigmoid(v[at + 1]) - 0.5f + row) * height / rows,
                    wide * wide * anchors[anchor],
                    high * high * anchors[anchor + 1]);
        }
    }

    private static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }
}
