package io.sightlog.detect.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.detect.Cards;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputDecodersTest {
    private static final float LIMIT = 0.7f;
    private static final float BELOW = Math.nextDown(LIMIT);

    private static List<String> boxes(String decoder, Tensor... outputs) {
        List<String> boxes = new ArrayList<>();
        OutputDecoders.of(Cards.of(decoder, 200, 100, "dog", "cat", "car"))
                .decode(
                        List.of(outputs),
                        LIMIT,
                        (id, confidence, left, top, right, bottom) ->
                                boxes.add(id + " " + confidence + " " + left + "," + top + " " + right + "," + bottom));
        return boxes;
    }

    @Test
    void ssdGivesTheBestClassOfEachAnchorThatReachesTheLimit() {
        float[] places = {0.1f, 0.2f, 0.3f, 0.4f, 0, 0, 1, 1, 0.5f, 0.5f, 0.75f, 1};
        float[] scores = {0.1f, LIMIT, 0.2f, BELOW, 0.1f, 0.1f, 0.75f, 0.1f, 0.9f};
        assertThat(boxes(
                        "ssd",
                        new Tensor("boxes", new long[] {1, 3, 4}, places),
                        new Tensor("scores", new long[] {1, 3, 3}, scores)))
                .containsExactly("1 0.7 40.0,10.0 80.0,30.000002", "2 0.9 100.0,50.0 200.0,75.0");
    }

    @Test
    void centernetGivesEachRowThatReachesTheLimit() {
        float[] rows = {
            20, 10, 100, 50, LIMIT, 2, 0, 0, 1, 1, BELOW, 0, 0, 0, 1, 1, 0.9f, 3, 0, 0, 1, 1, 0.9f, -1, 0, 0, 200, 100,
            1, 0
        };
        assertThat(boxes("centernet", new Tensor("detections", new long[] {1, 5, 6}, rows)))
                .containsExactly(
                        "2 0.7 20.0,10.0 100.0,50.0",
                        "3 0.9 0.0,0.0 1.0,1.0",
                        "-1 0.9 0.0,0.0 1.0,1.0",
                        "0 1.0 0.0,0.0 200.0,100.0");
    }
}
