package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Heads without anchors: {@code [1,4+C,N]}, or turned {@code [1,N,4+C]}, as centre x, centre y, width, height in pixels of the input,
 * and a score a class. Of each box the best class counts.
 */
final class YoloV8Decoder implements OutputDecoder {
    private static final int BOX = 4;

    private final int classes;

    YoloV8Decoder(ModelCard card) {
        new Settings(card);
        classes = card.labels().size();
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        OutputDecoders.requireCount(outputs, 1);
        Tensor output = outputs.get(0);
        long[] shape = output.shape();
        if (shape.length == 3 && shape[0] == 1 && shape[1] != BOX + classes && shape[2] == BOX + classes) {
            byRow(output.values(), (int) shape[1], minConfidence, into);
        } else {
            output.require(1, BOX + classes, -1);
            byColumn(output.values(), (int) shape[2], minConfidence, into);
        }
    }

    /** Goes through the tensor as it lies in memory; the class of a box is looked for only where its score suffices. */
    private void byColumn(float[] v, int boxes, float minConfidence, Boxes into) {
        float[] best = Arrays.copyOfRange(v, BOX * boxes, (BOX + 1) * boxes);
        for (int id = 1; id < classes; id++) {
            int row = (BOX + id) * boxes;
            for (int i = 0; i < boxes; i++) {
                best[i] = Math.max(best[i], v[row + i]);
            }
        }
        for (int i = 0; i < boxes; i++) {
            if (best[i] >= minConfidence) {
                int id = 0;
                while (v[(BOX + id) * boxes + i] != best[i]) {
                    id++;
                }
                OutputDecoders.addCentred(into, id, best[i], v[i], v[boxes + i], v[2 * boxes + i], v[3 * boxes + i]);
            }
        }
    }

    private void byRow(float[] v, int boxes, float minConfidence, Boxes into) {
        for (int i = 0; i < boxes; i++) {
            int at = i * (BOX + classes);
            int best = OutputDecoders.most(v, at + BOX, classes);
            float confidence = v[at + BOX + best];
            if (confidence >= minConfidence) {
                OutputDecoders.addCentred(into, best, confidence, v[at], v[at + 1], v[at + 2], v[at + 3]);
            }
        }
    }
}
