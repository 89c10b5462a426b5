package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;

/**
 * RT-DETR of Ultralytics: {@code [1,N,4+labels]}, centre x and y, width and height in 0..1, then scores. Of each row the best class
 * counts.
 */
final class DetrRowsDecoder implements OutputDecoder {
    private static final int BOX = 4;

    private final int labels;
    private final float width;
    private final float height;

    DetrRowsDecoder(ModelCard card) {
        new Settings(card);
        labels = card.labels().size();
        width = card.input().width();
        height = card.input().height();
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        OutputDecoders.requireCount(outputs, 1);
        outputs.get(0).require(1, -1, BOX + labels);
        float[] rows = outputs.get(0).values();
        for (int at = 0; at < rows.length; at += BOX + labels) {
            int best = OutputDecoders.most(rows, at + BOX, labels);
            float confidence = rows[at + BOX + best];
            if (confidence >= minConfidence) {
                OutputDecoders.addCentred(
                        into,
                        best,
                        confidence,
                        rows[at] * width,
                        rows[at + 1] * height,
                        rows[at + 2] * width,
                        rows[at + 3] * height);
            }
        }
    }
}
