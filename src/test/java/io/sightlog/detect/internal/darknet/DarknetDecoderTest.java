package io.sightlog.detect.internal.darknet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.decode.OutputDecoder;
import io.sightlog.detect.internal.engine.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Boxes of made-up numbers, beside those worked out by hand: two cells side by side, one anchor, two classes. */
class DarknetDecoderTest {
    private static final int CELLS = 2;

    private static OutputDecoder decoder(String head) {
        String cfg = """
                [net]
                width=40
                height=20
                channels=3
                [convolutional]
                filters=7
                stride=20
                """ + head.replace(' ', '\n');
        return DarknetNet.of(cfg.getBytes(StandardCharsets.US_ASCII), "test.cfg", 0, 0)
                .decoder();
    }

    /** @param rows x, y, width, height, objectness, two classes; of both cells */
    private static List<String> boxes(OutputDecoder decoder, double limit, double... rows) {
        float[] values = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            values[i] = (float) rows[i];
        }
        List<String> boxes = new ArrayList<>();
        decoder.decode(
                List.of(new Tensor("out", new long[] {1, rows.length / CELLS, 1, CELLS}, values)),
                (float) limit,
                (id, confidence, left, top, right, bottom) -> boxes.add(String.format(
                        Locale.ROOT, "%d %.3f %.2f,%.2f %.2f,%.2f", id, confidence, left, top, right, bottom)));
        return boxes;
    }

    @Test
    void aYoloBoxLiesInItsCellAndGrowsFromItsAnchor() {
        OutputDecoder decoder = decoder("[yolo] classes=2 anchors=10,8");
        double ln3 = Math.log(3);
        // second cell: centre in its middle, twice as wide as the anchor, as high; objectness 0.75, classes 0.75 and
        // 0.5
        double[] rows = {9, 0, 9, 0, 9, Math.log(2), 9, 0, -9, ln3, 9, ln3, 9, 0};
        assertThat(boxes(decoder, .3, rows))
                .containsExactly("0 0.563 20.00,6.00 40.00,14.00", "1 0.375 20.00,6.00 40.00,14.00");
        assertThat(boxes(decoder, .4, rows)).containsExactly("0 0.563 20.00,6.00 40.00,14.00");
    }

    @Test
    void centresMayLeaveTheirCellAsFarAsTheCfgSays() {
        double[] rows = {20, -9, 20, -9, 0, 0, 0, 0, 20, -20, 20, 0, -20, 0};
        assertThat(boxes(decoder("[yolo] classes=2 anchors=10,8 scale_x_y=1.2"), .3, rows))
                .containsExactly("0 1.000 17.00,18.00 27.00,26.00");
    }

    @Test
    void newCoordinatesAreTakenAsTheyAre() {
        double[] rows = {.5, 0, .5, 0, .5, 0, 1, 0, .8, .2, .5, 1, .25, 1};
        assertThat(boxes(decoder("[yolo] classes=2 anchors=10,8 new_coords=1 scale_x_y=2.0"), .3, rows))
                .containsExactly("0 0.400 5.00,-6.00 15.00,26.00");
    }

    @Test
    void aConfidenceHasToBeAboveTheLimit() {
        double[] rows = {0, 0, 0, 0, 0, 0, 0, 0, .5, .75, .5, 1, 1, .5};
        OutputDecoder decoder = decoder("[yolo] classes=2 anchors=10,8 new_coords=1");
        assertThat(boxes(decoder, .5, rows)).singleElement().asString().startsWith("0 0.750 ");
        assertThat(boxes(decoder, Math.nextDown(.5f), rows)).hasSize(2);
        assertThat(boxes(decoder, 0, rows)).hasSize(4);
        assertThat(boxes(decoder, 1, rows)).isEmpty();
    }

    @Test
    void numbersThatAreNoneAreNoBoxes() {
        double none = Double.NaN;
        double[] rows = {0, 0, 0, 0, 0, 0, 0, 0, none, .75, .5, none, 1, none};
        assertThat(boxes(decoder("[yolo] classes=2 anchors=10,8 new_coords=1"), .1, rows))
                .isEmpty();
    }

    @Test
    void aRegionMeasuresAnchorsInCellsAndSharesItsClasses() {
        double ln3 = Math.log(3);
        double[] rows = {0, 0, 0, 0, 0, 0, 0, 0, 9, ln3, 0, ln3, 0, 0};
        assertThat(boxes(decoder("[region] classes=2 anchors=.5,.25 softmax=1"), .3, rows))
                .containsExactly(
                        "0 0.500 5.00,7.50 15.00,12.50",
                        "1 0.500 5.00,7.50 15.00,12.50",
                        "0 0.563 25.00,7.50 35.00,12.50");
    }

    @Test
    void anotherShapeIsRefused() {
        OutputDecoder decoder = decoder("[yolo] classes=2 anchors=10,8");
        assertThatThrownBy(() -> boxes(decoder, .5, 1, 2, 3, 4, 5, 6))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("[1, 3, 1, 2]; wanted: [1, 7, 1, 2]");
        assertThatThrownBy(() -> decoder.decode(List.of(), .5f, (id, confidence, l, t, r, b) -> {}))
                .hasMessageContaining("1 heads, and 0 outputs");
    }
}
