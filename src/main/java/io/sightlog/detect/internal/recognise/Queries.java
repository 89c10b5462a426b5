package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.internal.engine.Tensor;
import org.jspecify.annotations.Nullable;

/** What two outputs of queries have in common. */
final class Queries {
    private static final int BOX = 4;

    private Queries() {}

    /** How many classes there are, or 0 when these are not boxes {@code [1, N, 4]} and logits {@code [1, N, C]}. */
    static int classes(@Nullable Tensor boxes, @Nullable Tensor logits) {
        if (boxes == null || logits == null || boxes.shape().length != 3 || logits.shape().length != 3) {
            return 0;
        }
        boolean areQueries = boxes.shape()[0] == 1
                && boxes.shape()[2] == BOX
                && logits.shape()[0] == 1
                && logits.shape()[1] == boxes.shape()[1];
        return areQueries ? (int) logits.shape()[2] : 0;
    }
}
