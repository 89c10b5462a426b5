package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;

/**
 * Models that give their best boxes only, one a row: {@code [1,N,6]} as left, top, right, bottom in pixels of the input, score,
 * class id.
 */
final class RowsDecoder implements OutputDecoder {
    private static final int ROW = 6;

    RowsDecoder(ModelCard card) {
        new Settings(card);
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        OutputDecoders.requireCount(outputs, 1);
        outputs.get(0).require(1, -1, ROW);
        float[] rows = outputs.get(0).values();
        for (int at = 0; at + ROW <= rows.length; at += ROW) {
            float confidence = rows[at + 4];
            if (confidence >= minConfidence) {
                into.add((int) rows[at + 5], confidence, rows[at], rows[at + 1], rows[at + 2], rows[at + 3]);
            }
        }
    }
}
