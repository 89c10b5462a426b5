package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputDecodersTest {
    private static final float LIMIT = 0.7f;
    private static final float BELOW = Math.nextDown(LIMIT);
    private static final ModelCard CARD = new ModelCard(
            "m",
            "m.onnx",
            "here",
            "MIT",
            "0",
            new ModelCard.Input("in", 200, 100, ModelCard.Colour.RGB, 0, 1),
            "ssd",
            List.of("o"),
            List.of("dog", "cat", "car"),
            0.5f,
            0.5f);

    private static List<String> boxes(String decoder, Tensor... outputs) {
        List<String> boxes = new ArrayList<>();
        OutputDecoders.named(decoder)
                .decode(
                        List.of(outputs),
                        CARD,
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
                .containsExactly("1 0.7 0.2,0.1 0.4,0.3", "2 0.9 0.5,0.5 1.0,0.75");
    }

    @Test
    void centernetGivesEachRowThatReachesTheLimitAndHasAClass() {
        float[] rows = {
            20, 10, 100, 50, LIMIT, 2, 0, 0, 1, 1, BELOW, 0, 0, 0, 1, 1, 0.9f, 3, 0, 0, 1, 1, 0.9f, -1, 0, 0, 200, 100,
            1, 0
        };
        assertThat(boxes("centernet", new Tensor("detections", new long[] {1, 5, 6}, rows)))
                .containsExactly("2 0.7 0.1,0.1 0.5,0.5", "0 1.0 0.0,0.0 1.0,1.0");
    }
}
