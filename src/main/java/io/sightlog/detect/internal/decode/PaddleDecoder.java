package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;

/**
 * PP-YOLOE and PicoDet with their suppression built in: {@code [N,6]} as class, score, left, top, right, bottom in pixels of the input.
 * Rows that are there only to fill the tensor have the class -1.
 */
final class PaddleDecoder implements OutputDecoder {
    private static final int ROW = 6;

    PaddleDecoder(ModelCard card) {
        new Settings(card);
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        OutputDecoders.requireCount(outputs, 1);
        Tensor tensor = OutputDecoders.unbatched(outputs.get(0), 2);
        tensor.require(-1, ROW);
        float[] rows = tensor.values();
        for (int at = 0; at + ROW <= rows.length; at += ROW) {
            if (rows[at + 1] >= minConfidence) {
                into.add((int) rows[at], rows[at + 1], rows[at + 2], rows[at + 3], rows[at + 4], rows[at + 5]);
            }
        }
    }
}
