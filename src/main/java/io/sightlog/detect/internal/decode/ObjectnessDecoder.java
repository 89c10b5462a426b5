package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;

/**
 * Rows of {@code [1,N,5+C]}: centre x, centre y, width, height in pixels of the input, objectness, and a score a class. The confidence
 * is objectness times the best score.
 */
final class ObjectnessDecoder implements OutputDecoder {
    private static final int BOX = 5;

    private final int classes;

    ObjectnessDecoder(ModelCard card) {
        new Settings(card);
        classes = card.labels().size();
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        OutputDecoders.requireCount(outputs, 1);
        outputs.get(0).require(1, -1, BOX + classes);
        float[] v = outputs.get(0).values();
        int row = BOX + classes;
        for (int at = 0; at + row <= v.length; at += row) {
            float objectness = v[at + BOX - 1];
            if (objectness >= minConfidence) { // scores are 1 at most
                int best = OutputDecoders.most(v, at + BOX, classes);
                float confidence = objectness * v[at + BOX + best];
                if (confidence >= minConfidence) {
                    OutputDecoders.addCentred(into, best, confidence, v[at], v[at + 1], v[at + 2], v[at + 3]);
                }
            }
        }
    }
}
