package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;

/**
 * YOLOX: {@code [1,N,5+C]}, a row a cell, of the grids of {@code settings.strides} one after the other: place of the centre from the
 * cell's left top corner in cells, logarithms of width and height in cells, objectness, and a score a class.
 */
final class YoloXDecoder implements OutputDecoder {
    private static final int BOX = 5;

    private final int classes;
    private final Cells cells;

    YoloXDecoder(ModelCard card) {
        cells = new Cells(new Settings(card, Cells.STRIDES), card.input());
        classes = card.labels().size();
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        OutputDecoders.requireCount(outputs, 1);
        outputs.get(0).require(1, cells.count(), BOX + classes);
        float[] v = outputs.get(0).values();
        int row = BOX + classes;
        for (int i = 0; i < cells.count(); i++) {
            int at = i * row;
            float objectness = v[at + BOX - 1];
            if (objectness >= minConfidence) { // scores are 1 at most
                int best = OutputDecoders.most(v, at + BOX, classes);
                float confidence = objectness * v[at + BOX + best];
                if (confidence >= minConfidence) {
                    int stride = cells.stride(i);
                    OutputDecoders.addCentred(
                            into,
                            best,
                            confidence,
                            (v[at] + cells.column(i)) * stride,
                            (v[at + 1] + cells.row(i)) * stride,
                            (float) Math.exp(v[at + 2]) * stride,
                            (float) Math.exp(v[at + 3]) * stride);
                }
            }
        }
    }
}
