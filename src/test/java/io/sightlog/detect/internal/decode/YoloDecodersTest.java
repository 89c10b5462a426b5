package io.sightlog.detect.internal.decode;

import static io.sightlog.detect.internal.decode.Decoded.boxes;
import static io.sightlog.detect.internal.decode.Decoded.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.detect.Cards;
import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YoloDecodersTest {
    private static final float LIMIT = 0.7f;

    /** One grid of 2x1 cells of an input of 200x100. */
    private static final Map<String, Object> TWO_CELLS = Map.of("strides", List.of(100));

    @Test
    void yolov8GivesTheBestClassOfEachColumnOrRowThatReachesTheLimit() {
        double below = Math.nextDown(LIMIT);
        Tensor columns = tensor(
                "o", "1,7,3", 60, 1, 150, 30, 1, 50, 80, 2, 100, 40, 2, 60, 0.1, 0, 0, LIMIT, below, 0, 0.2, 0.1, 1);
        Tensor rows = tensor(
                "o", "1,3,7", 60, 30, 80, 40, 0.1, LIMIT, 0.2, 1, 1, 2, 2, 0, below, 0.1, 150, 50, 100, 60, 0, 0, 1);
        for (Tensor output : List.of(columns, rows)) {
            assertThat(boxes("yolov8", Map.of(), LIMIT, output))
                    .containsExactly("1 0.7 20.0,10.0 100.0,50.0", "2 1.0 100.0,20.0 200.0,80.0");
        }
    }

    @Test
    void aScoreThatIsNoNumberReachesNoLimit() {
        assertThat(boxes("yolov8", Map.of(), 0, tensor("o", "1,7,1", 1, 1, 1, 1, Double.NaN, Double.NaN, Double.NaN)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yolov5", "yolov6", "yolox-decoded"})
    void objectnessIsMultipliedWithTheBestClass(String decoder) {
        assertThat(boxes(
                        decoder,
                        Map.of(),
                        LIMIT,
                        tensor(
                                "o", "1,3,8", 60, 30, 80, 40, 1, 0.1, LIMIT, 0, 0, 0, 1, 1, 0.75, 0.9, 0, 0, 0, 0, 1, 1,
                                0.6, 1, 1, 1)))
                .containsExactly("1 0.7 20.0,10.0 100.0,50.0");
    }

    @Test
    void yoloxPlacesAreFromTheCornerOfTheCellAndSizesLogarithmsInCells() {
        assertThat(boxes(
                        "yolox",
                        TWO_CELLS,
                        LIMIT,
                        tensor("o", "1,2,8", 0, 0, 0, 0, 0.5, 1, 1, 1, 0.25, 0.5, 0, Math.log(0.5), 1, 0, 0, 0.75)))
                .containsExactly("2 0.75 75.0,25.0 175.0,75.0");
    }

    @Test
    void nanoDetMeasuresTheMeanDistanceFromAPointInTheCell() {
        double[] near = {0, -200}; // no cell away
        double[] half = {0, 0};
        double[] cell = {-200, 0};
        double[] distances = new double[16];
        int at = 8; // of the second cell: left, top, right, bottom
        for (double[] bins : List.of(half, near, cell, half)) {
            distances[at++] = bins[0];
            distances[at++] = bins[1];
        }
        Tensor scores = tensor("c", "1,2,3", 0, 0, 0, 0, 0.9, 0);
        Tensor sides = tensor("d", "1,2,8", distances);
        assertThat(boxes("nanodet", TWO_CELLS, LIMIT, scores, sides)).containsExactly("1 0.9 100.0,50.0 250.0,100.0");
        assertThat(boxes("nanodet", Map.of("strides", List.of(100), "centre", "pixel"), LIMIT, scores, sides))
                .containsExactly("1 0.9 99.5,49.5 249.5,99.5");
        assertThat(boxes("nanodet", Map.of("strides", List.of(100), "centre", "corner"), LIMIT, scores, sides))
                .containsExactly("1 0.9 50.0,0.0 200.0,50.0");
    }

    @Test
    void rawHeadsAreSquashedAndMeasuredByTheirAnchors() {
        double[] head = new double[2 * 2 * 8]; // two anchors, 1x2 cells
        for (int cell = 0; cell < 4; cell++) {
            head[cell * 8 + 4] = -10;
        }
        int at = 3 * 8; // second anchor, second cell: in its middle, as large as the anchor
        head[at + 4] = 20;
        head[at + 7] = Math.log(3); // 0.75
        assertThat(boxes(
                        "yolov5-raw",
                        Map.of("anchors", List.of(10, 10, 60, 40)),
                        LIMIT,
                        tensor("o", "1,2,1,2,8", head)))
                .containsExactly("2 0.75 120.0,30.0 180.0,70.0");
        assertThatThrownBy(() -> OutputDecoders.of(Cards.of("yolov5-raw", 200, 100, "dog")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("settings.anchors is missing");
        assertThatThrownBy(() ->
                        OutputDecoders.of(Cards.of("yolov5-raw", Map.of("anchors", List.of(1, 2, 3)), 200, 100, "dog")))
                .hasMessageContaining("settings.anchors is [1.0, 2.0, 3.0]; wanted: width and height");
    }

    @Test
    void flatRowsHaveClassAndScoreInTheirFamilysOrder() {
        assertThat(boxes(
                        "yolov7-end2end",
                        Map.of(),
                        LIMIT,
                        tensor("o", "2,7", 0, 1, 2, 3, 4, 2, 0.9, 0, 0, 0, 1, 1, 1, 0.1)))
                .containsExactly("2 0.9 1.0,2.0 3.0,4.0");
        assertThat(boxes("yolo-nas-flat", Map.of(), LIMIT, tensor("o", "1,7", 0, 1, 2, 3, 4, 0.9, 2)))
                .containsExactly("2 0.9 1.0,2.0 3.0,4.0");
        assertThat(boxes("yolov7-end2end", Map.of(), 0, tensor("o", "0,7"))).isEmpty();
    }

    @Test
    void onlyAsManyBoxesCountAsTheModelSays() {
        Tensor boxes = tensor("b", "1,2,4", 1, 2, 3, 4, 5, 6, 7, 8);
        Tensor scores = tensor("s", "1,2", 0.9, 0.9);
        Tensor classes = tensor("c", "1,2", 1, 2);
        assertThat(boxes("num-dets", Map.of(), LIMIT, tensor("n", "1,1", 1), boxes, scores, classes))
                .containsExactly("1 0.9 1.0,2.0 3.0,4.0");
        assertThatThrownBy(() -> boxes("num-dets", Map.of(), LIMIT, tensor("n", "1,1", 3), boxes, scores, classes))
                .isInstanceOf(ModelException.class)
                .hasMessage("output n[1, 1] says that there are 3.0 boxes; wanted: one number up to 2");
    }

    @Test
    void yolov4BoxesAreFractionsOfTheInput() {
        assertThat(boxes(
                        "yolov4",
                        Map.of(),
                        LIMIT,
                        tensor("b", "1,2,1,4", 0, 0, 1, 1, 0.25, 0.5, 0.75, 1),
                        tensor("c", "1,2,3", 0, 0.1, 0, 0, 0, 0.8)))
                .containsExactly("2 0.8 50.0,50.0 150.0,100.0");
    }

    @Test
    void stridesAreWholeNumbersThatGiveAsManyCellsAsThereAre() {
        assertThatThrownBy(() -> OutputDecoders.of(Cards.of("yolox", Map.of("strides", List.of(0.5)), 200, 100, "dog")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("settings.strides is [0.5]; wanted: whole numbers from 1 to 1024");
        assertThatThrownBy(() -> boxes("yolox", TWO_CELLS, LIMIT, tensor("o", "1,3,8", new double[24])))
                .hasMessage("output o has the shape [1, 3, 8]; wanted: [1, 2, 8]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yolov4",
                "yolov5",
                "yolov6",
                "yolov7-end2end",
                "yolov8",
                "yolov10",
                "yolox",
                "yolox-decoded",
                "nanodet",
                "num-dets",
                "yolo-nas-flat",
            })
    void outputsOfAnotherShapeAreAnErrorThatNamesIt(String decoder) {
        assertThatThrownBy(() -> boxes(decoder, Map.of(), LIMIT, tensor("odd", "1,5,5", new double[25])))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("odd");
    }
}
