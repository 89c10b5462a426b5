package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;

/**
 * YOLOv4 and its like, exported from Darknet through PyTorch: boxes {@code [1,N,1,4]} as left, top, right, bottom, fractions of the
 * input, and scores {@code [1,N,C]}. Of each box the best class counts.
 */
final class YoloV4Decoder implements OutputDecoder {
    private static final int BOX = 4;

    private final int classes;
    private final float width;
    private final float height;

    YoloV4Decoder(ModelCard card) {
        new Settings(card);
        classes = card.labels().size();
        width = card.input().width();
        height = card.input().height();
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        OutputDecoders.requireCount(outputs, 2);
        outputs.get(0).require(1, -1, 1, BOX);
        int count = (int) outputs.get(0).shape()[1];
        outputs.get(1).require(1, count, classes);
        float[] boxes = outputs.get(0).values();
        float[] scores = outputs.get(1).values();
        for (int i = 0; i < count; i++) {
            int best = OutputDecoders.most(scores, i * classes, classes);
            float confidence = scores[i * classes + best];
            if (confidence >= minConfidence) {
                int at = i * BOX;
                into.add(
                        best,
                        confidence,
                        boxes[at] * width,
                        boxes[at + 1] * height,
                        boxes[at + 2] * width,
                        boxes[at + 3] * height);
            }
        }
    }
}
