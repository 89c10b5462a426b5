package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;

/**
 * Single-shot detectors with their anchors built in: {@code boxes [1,N,4]} as top, left, bottom, right in 0..1, and
 * {@code scores [1,N,labels]}. Of each anchor the best class counts.
 */
final class SsdDecoder implements OutputDecoder {
    private static final int BOX = 4;

    private final int classes;
    private final float width;
    private final float height;

    SsdDecoder(ModelCard card) {
        new Settings(card);
        classes = card.labels().size();
        width = card.input().width();
        height = card.input().height();
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        OutputDecoders.requireCount(outputs, 2);
        outputs.get(0).require(1, -1, BOX);
        int anchors = (int) outputs.get(0).shape()[1];
        outputs.get(1).require(1, anchors, classes);
        float[] boxes = outputs.get(0).values();
        float[] scores = outputs.get(1).values();
        for (int anchor = 0; anchor < anchors; anchor++) {
            int best = 0;
            int row = anchor * classes;
            for (int id = 1; id < classes; id++) {
                if (scores[row + id] > scores[row + best]) {
                    best = id;
                }
            }
            if (scores[row + best] >= minConfidence) {
                int at = anchor * BOX;
                into.add(
                        best,
                        scores[row + best],
                        boxes[at + 1] * width,
                        boxes[at] * height,
                        boxes[at + 3] * width,
                        boxes[at + 2] * height);
            }
        }
    }
}
