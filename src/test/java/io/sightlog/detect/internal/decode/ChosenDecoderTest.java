package io.sightlog.detect.internal.decode;

import static io.sightlog.detect.internal.decode.Decoded.boxes;
import static io.sightlog.detect.internal.decode.Decoded.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChosenDecoderTest {
    private static final float LIMIT = 0.7f;
    private static final float BELOW = Math.nextDown(LIMIT);
    private static final Tensor SCORES = tensor("scores", "1,3", LIMIT, BELOW, 0.9);

    @Test
    void detrGivesBoxesInPixelsAsTheyAre() {
        assertThat(boxes(
                        "detr",
                        Map.of(),
                        LIMIT,
                        tensor("labels", "1,3", 2, 1, 0),
                        tensor("boxes", "1,3,4", 20, 10, 100, 50, 0, 0, 1, 1, -3, 0, 203, 100),
                        SCORES))
                .containsExactly("2 0.7 20.0,10.0 100.0,50.0", "0 0.9 -3.0,0.0 203.0,100.0");
    }

    @Test
    void theBatchMayBeMissing() {
        assertThat(boxes(
                        "detr",
                        Map.of(),
                        LIMIT,
                        tensor("labels", "1", 2),
                        tensor("boxes", "1,4", 20, 10, 100, 50),
                        tensor("scores", "1", 1)))
                .containsExactly("2 1.0 20.0,10.0 100.0,50.0");
    }

    @Test
    void noBoxesAreNoBoxes() {
        assertThat(boxes("detr", Map.of(), 0, tensor("labels", "0"), tensor("boxes", "0,4"), tensor("scores", "0")))
                .isEmpty();
    }

    @Test
    void tensorFlowGivesFractionsTopFirstAndCountsClassesFromOne() {
        assertThat(boxes(
                        "tf-od",
                        Map.of(),
                        LIMIT,
                        tensor("b", "1,3,4", 0.25, 0.125, 0.5, 0.75, 0, 0, 1, 1, 0, 0, 1, 1),
                        SCORES,
                        tensor("c", "1,3", 3, 1, 1)))
                .containsExactly("2 0.7 25.0,25.0 150.0,50.0", "0 0.9 0.0,0.0 200.0,100.0");
    }

    @Test
    void theCardSaysWhereClassesBegin() {
        Tensor box = tensor("b", "1,1,4", 0, 0, 1, 1);
        Tensor score = tensor("s", "1,1", 0.9);
        assertThat(boxes("tf-od", Map.of("first-class", 0), LIMIT, box, score, tensor("c", "1,1", 2)))
                .containsExactly("2 0.9 0.0,0.0 200.0,100.0");
        assertThat(boxes("detr", Map.of("first-class", 1), LIMIT, tensor("c", "1,1", 2), box, score))
                .containsExactly("1 0.9 0.0,0.0 1.0,1.0");
    }

    @Test
    void ofOtherBoxesTheCardSaysHowTheyAreWritten() {
        Tensor labels = tensor("l", "3", 1, 2, 3);
        Tensor fractions = tensor("b", "3,4", 0.25, 0.125, 0.5, 0.75, 0, 0, 1, 1, 0, 0, 1, 1);
        assertThat(boxes("boxes", Map.of("unit", "pixels"), LIMIT, fractions, labels, SCORES))
                .containsExactly("1 0.7 0.25,0.125 0.5,0.75", "3 0.9 0.0,0.0 1.0,1.0");
        assertThat(boxes(
                        "boxes",
                        Map.of("unit", "fraction", "order", "xyxy", "first-class", 1),
                        LIMIT,
                        fractions,
                        labels,
                        SCORES))
                .containsExactly("0 0.7 50.0,12.5 100.0,75.0", "2 0.9 0.0,0.0 200.0,100.0");
        assertThat(boxes("boxes", Map.of("unit", "fraction", "order", "yxyx"), LIMIT, fractions, labels, SCORES))
                .containsExactly("1 0.7 25.0,25.0 150.0,50.0", "3 0.9 0.0,0.0 200.0,100.0");
    }

    @Test
    void outputsInAWrongOrderAreRefused() {
        Tensor labels = tensor("labels", "1,2", 0, 0);
        Tensor places = tensor("boxes", "1,2,4", 0, 0, 1, 1, 0, 0, 1, 1);
        assertThatThrownBy(() -> boxes("detr", Map.of(), LIMIT, places, labels, SCORES))
                .isInstanceOf(ModelException.class)
                .hasMessage("output labels has the shape [1, 2]; wanted: [any, 4]");
        assertThatThrownBy(() -> boxes("detr", Map.of(), LIMIT, labels, places, SCORES))
                .isInstanceOf(ModelException.class)
                .hasMessage("output scores[1, 3] has not one number for each of the 2 boxes;"
                        + " correct the order of outputs in the card");
        assertThatThrownBy(() -> boxes("detr", Map.of(), LIMIT, labels, places))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("names 2 outputs");
    }

    @Test
    void settingsThatAreNotKnownAreRefused() {
        assertThatThrownBy(() -> boxes("boxes", Map.of(), LIMIT))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("settings.unit is missing");
        assertThatThrownBy(() -> boxes("tf-od", Map.of("unit", "pixels"), LIMIT))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("unknown key settings.unit");
    }
}
