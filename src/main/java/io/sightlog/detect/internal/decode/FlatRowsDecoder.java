package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;

/**
 * Models that choose their boxes and give those of all pictures in one list {@code [N,7]}: number of the picture, left, top, right,
 * bottom in pixels of the input, then class id and score, or score and class id.
 */
final class FlatRowsDecoder implements OutputDecoder {
    private static final int ROW = 7;

    private final int classAt;
    private final int scoreAt;

    private FlatRowsDecoder(ModelCard card, int classAt, int scoreAt) {
        new Settings(card);
        this.classAt = classAt;
        this.scoreAt = scoreAt;
    }

    /** YOLOv7's: class id, score. */
    static FlatRowsDecoder yoloV7(ModelCard card) {
        return new FlatRowsDecoder(card, 5, 6);
    }

    /** YOLO-NAS's: score, class id. */
    static FlatRowsDecoder yoloNas(ModelCard card) {
        return new FlatRowsDecoder(card, 6, 5);
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        OutputDecoders.requireCount(outputs, 1);
        outputs.get(0).require(-1, ROW);
        float[] rows = outputs.get(0).values();
        for (int at = 0; at + ROW <= rows.length; at += ROW) {
            float confidence = rows[at + scoreAt];
            if (confidence >= minConfidence) {
                into.add((int) rows[at + classAt], confidence, rows[at + 1], rows[at + 2], rows[at + 3], rows[at + 4]);
            }
        }
    }
}
