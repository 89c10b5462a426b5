package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.ModelCard.Nms;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PP-YOLOE and PicoDet: {@code [N, 6]} as class, score, left, top, right, bottom, and {@code scale_factor} beside the picture. How
 * pictures are prepared stands in a file beside the model, or in a card.
 */
final class PaddleFamily implements Family {
    static final String SCALE_FACTOR = "scale_factor";

    private static final int ROW = 6;

    @Override
    public @Nullable Match match(Facts facts, String where) {
        List<Tensor> rows =
                facts.outputs().stream().filter(PaddleFamily::isRows).toList();
        if (!facts.sides().containsKey(SCALE_FACTOR) || rows.size() != 1) {
            return null;
        }
        Preparation preparation = Paddle.preparation(facts.neighbours());
        Map<String, String> unknown = new HashMap<>();
        if (preparation.scale() == null) {
            unknown.put("input.range", Hints.SCALE + "; PP-YOLOE+ has the first, PP-YOLOE and PicoDet the last");
        }
        if (preparation.labels().isEmpty()) {
            unknown.put("labels", Hints.labels(0));
        }
        Match match = Match.of(
                        "PP-YOLOE or PicoDet", "ppyoloe", List.of(rows.get(0).name()), 0, Fit.STRETCH)
                .withHabit(List.of())
                .withSides(facts.sides())
                .withNms(Nms.NONE)
                .seeing("family", "PP-YOLOE or PicoDet", "rows of 6, and the input " + SCALE_FACTOR)
                .seeing("colour", "RGB", "PaddleDetection knows no other");
        return preparation.into(match).needing(unknown);
    }

    private static boolean isRows(Tensor tensor) {
        long[] shape = tensor.shape();
        boolean isPlain = shape.length == 2 || (shape.length == 3 && shape[0] == 1);
        return isPlain && shape[shape.length - 1] == ROW;
    }
}
