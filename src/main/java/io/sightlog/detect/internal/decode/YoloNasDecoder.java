package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;

/**
 * YOLO-NAS: boxes {@code [1,A,4]} as left, top, right, bottom in pixels of the input, and scores {@code [1,A,labels]}. Every class that
 * reaches the limit counts.
 */
final class YoloNasDecoder implements OutputDecoder {
    private static final int BOX = 4;

    private final int labels;

    YoloNasDecoder(ModelCard card) {
        new Settings(card);
        labels = card.labels().size();
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        OutputDecoders.requireCount(outputs, 2);
        outputs.get(0).require(1, -1, BOX);
        int cells = (int) outputs.get(0).shape()[1];
        outputs.get(1).require(1, cells, labels);
        float[] boxes = outputs.get(0).values();
        float[] scores = outputs.get(1).values();
        for (int cell = 0; cell < cells; cell++) {
            int at = cell * BOX;
            int row = cell * labels;
            for (int id = 0; id < labels; id++) {
                if (scores[row + id] >= minConfidence) {
                    into.add(id, scores[row + id], boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3]);
                }
            }
        }
    }
}
