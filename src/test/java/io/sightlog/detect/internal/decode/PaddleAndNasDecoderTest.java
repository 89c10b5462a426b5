package io.sightlog.detect.internal.decode;

import static io.sightlog.detect.internal.decode.Decoded.boxes;
import static io.sightlog.detect.internal.decode.Decoded.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PaddleAndNasDecoderTest {
    private static final float LIMIT = 0.7f;
    private static final float BELOW = Math.nextDown(LIMIT);

    @Test
    void paddleGivesEachRowThatReachesTheLimit() {
        Tensor rows =
                tensor("fetch_name_0", "3,6", 2, LIMIT, 20, 10, 100, 50, 0, BELOW, 0, 0, 1, 1, -1, -1, 0, 0, 0, 0);
        assertThat(boxes("ppyoloe", Map.of(), LIMIT, rows)).containsExactly("2 0.7 20.0,10.0 100.0,50.0");
        assertThat(boxes("ppyoloe", Map.of(), LIMIT, tensor("fetch_name_0", "0,6")))
                .isEmpty();
        assertThatThrownBy(() -> boxes("ppyoloe", Map.of(), LIMIT, tensor("fetch_name_0", "1,7", 1, 2, 3, 4, 5, 6, 7)))
                .isInstanceOf(ModelException.class)
                .hasMessage("output fetch_name_0 has the shape [1, 7]; wanted: [any, 6]");
    }

    @Test
    void yoloNasGivesEveryClassThatReachesTheLimit() {
        Tensor places = tensor("b", "1,2,4", 20, 10, 100, 50, -1, 0, 201, 100);
        Tensor scores = tensor("s", "1,2,3", LIMIT, BELOW, 0.75, 0, 0, 0.9);
        assertThat(boxes("yolo-nas", Map.of(), LIMIT, places, scores))
                .containsExactly(
                        "0 0.7 20.0,10.0 100.0,50.0", "2 0.75 20.0,10.0 100.0,50.0", "2 0.9 -1.0,0.0 201.0,100.0");
        assertThatThrownBy(() -> boxes("yolo-nas", Map.of(), LIMIT, places, tensor("s", "1,1,3", 0, 0, 0)))
                .isInstanceOf(ModelException.class)
                .hasMessage("output s has the shape [1, 1, 3]; wanted: [1, 2, 3]");
    }
}
