package io.sightlog.detect;

import java.util.List;

/**
 * CenterNet with its peaks already picked: {@code detections [1,N,6]} as left, top, right, bottom in pixels of the
 * input, score, class id.
 */
final class CenterNetDecoder implements OutputDecoder {
    private static final int ROW = 6;

    @Override
    public void decode(List<Tensor> outputs, ModelCard card, float minConfidence, Boxes into) {
        OutputDecoders.requireCount(outputs, 1);
        outputs.get(0).require(1, -1, ROW);
        float[] rows = outputs.get(0).values();
        float width = card.input().width();
        float height = card.input().height();
        for (int at = 0; at + ROW <= rows.length; at += ROW) {
            float confidence = rows[at + 4];
            int classId = (int) rows[at + 5];
            if (confidence >= minConfidence
                    && classId >= 0
                    && classId < card.labels().size()) {
                into.add(
                        classId,
                        confidence,
                        rows[at] / width,
                        rows[at + 1] / height,
                        rows[at + 2] / width,
                        rows[at + 3] / height);
            }
        }
    }
}
