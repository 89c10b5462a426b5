package io.sightlog.detect.internal.decode;

import static io.sightlog.detect.internal.decode.Decoded.boxes;
import static io.sightlog.detect.internal.decode.Decoded.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sightlog.detect.Cards;
import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueriesDecoderTest {
    private static final Tensor TWO = tensor("boxes", "1,2,4", 0.5, 0.5, 0.25, 0.5, 0.5, 0.25, 1, 0.5);
    private static final String FIRST = "75.0,25.0 125.0,75.0";
    private static final String SECOND = "0.0,0.0 200.0,50.0";

    @Test
    void rfDetrGivesEveryClassThatReachesTheLimit() {
        Tensor logits = tensor("labels", "1,2,3", 0, -9, 0, -9, -0.001, 20);
        assertThat(boxes("rf-detr", Map.of(), 0.5f, TWO, logits))
                .containsExactly("0 0.5 " + FIRST, "2 0.5 " + FIRST, "2 1.0 " + SECOND);
    }

    @Test
    void aClassForNothingIsLeftOut() {
        Tensor logits = tensor("labels", "1,2,4", 9, -9, 0, -9, -9, -9, -9, 0);
        assertThat(boxes("rf-detr", Map.of("background", "first"), 0.5f, TWO, logits))
                .containsExactly("1 0.5 " + FIRST, "2 0.5 " + SECOND);
        assertThat(boxes("rf-detr", Map.of("background", "last"), 0.5f, TWO, logits))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("0 0.99");
    }

    @Test
    void everyConfidenceReachesTheLimitZeroAndOnlyTheSurestTheLimitOne() {
        Tensor logits = tensor("labels", "1,2,3", -200, -9, 0, 9, 16, 30);
        assertThat(boxes("rf-detr", Map.of(), 0, TWO, logits)).hasSize(6);
        assertThat(boxes("rf-detr", Map.of(), 1, TWO, logits)).containsExactly("2 1.0 " + SECOND);
    }

    @Test
    void softmaxGivesTheBestClassAndNoneWhereNothingIsBetter() {
        Tensor logits = tensor("logits", "1,2,4", 1, 3, 2, 1, 0, 0, 0, 5);
        List<Float> found = new ArrayList<>();
        OutputDecoders.of(Cards.of("hf-detr", Map.of("activation", "softmax"), 200, 100, "dog", "cat", "car"))
                .decode(List.of(logits, TWO), 0.1f, (id, confidence, left, top, right, bottom) -> {
                    assertThat(id).isEqualTo(1);
                    assertThat(left).isEqualTo(75);
                    found.add(confidence);
                });
        double sum = Math.exp(1) + Math.exp(3) + Math.exp(2) + Math.exp(1);
        assertThat(found).hasSize(1);
        assertThat(found.get(0)).isCloseTo((float) (Math.exp(3) / sum), within(1e-6f));
    }

    @Test
    void sigmoidOfHuggingFaceHasNoClassForNothing() {
        Tensor logits = tensor("logits", "1,2,3", 0, -9, -9, -9, -9, 0);
        assertThat(boxes("hf-detr", Map.of("activation", "sigmoid"), 0.5f, logits, TWO))
                .containsExactly("0 0.5 " + FIRST, "2 0.5 " + SECOND);
    }

    @Test
    void labelsThatAreNotAsManyAsClassesAreRefused() {
        Tensor logits = tensor("logits", "1,2,4", 1, 3, 2, 1, 0, 0, 0, 5);
        assertThatThrownBy(() -> boxes("hf-detr", Map.of("activation", "sigmoid"), 0.5f, logits, TWO))
                .isInstanceOf(ModelException.class)
                .hasMessage("output logits[1, 2, 4] has 4 classes, the card has 3 labels");
        Tensor three = tensor("logits", "1,2,3", 1, 3, 2, 1, 0, 0);
        assertThatThrownBy(() -> boxes("hf-detr", Map.of("activation", "softmax"), 0.5f, three, TWO))
                .isInstanceOf(ModelException.class)
                .hasMessage("output logits[1, 2, 3] has 3 classes, the card has 3 labels and one class for nothing");
    }

    @Test
    void rowsGiveTheirBestClass() {
        Tensor rows = tensor(
                "output0", "1,3,7", 0.5, 0.5, 0.25, 0.5, 0.1, 0.5, 0.2, 0.5, 0.25, 1, 0.5, 0.9, 0.8, 0.95, 0.5, 0.5, 1,
                1, 0.4, 0.3, 0.2);
        assertThat(boxes("detr-rows", Map.of(), 0.5f, rows)).containsExactly("1 0.5 " + FIRST, "2 0.95 " + SECOND);
        assertThatThrownBy(() -> boxes("detr-rows", Map.of(), 0.5f, tensor("output0", "1,1,6", 0, 0, 0, 0, 0, 0)))
                .isInstanceOf(ModelException.class)
                .hasMessage("output output0 has the shape [1, 1, 6]; wanted: [1, any, 7]");
    }

    @Test
    void theActivationMustBeSaid() {
        assertThatThrownBy(() -> boxes("hf-detr", Map.of(), 0.5f))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("settings.activation is missing");
        assertThatThrownBy(() -> boxes("rf-detr", Map.of("background", "both"), 0.5f))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("settings.background is both; wanted: one of [none, first, last]");
    }
}
