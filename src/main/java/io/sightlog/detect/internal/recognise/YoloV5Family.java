package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** YOLOv5, and v7 with {@code --grid}: {@code [1, 3 * cells, 5 + classes]}; older exporters give the raw heads, too. */
final class YoloV5Family implements Family {
    private static final int BOX = 5;
    private static final int ANCHORS = 3;
    private static final int RAW = 5;

    @Override
    public @Nullable Match match(Facts facts, String where) {
        List<Tensor> flat =
                facts.outputs().stream().filter(t -> t.shape().length != RAW).toList();
        if (flat.size() != 1) {
            return null;
        }
        Tensor output = flat.get(0);
        if (output.shape().length != 3 || output.shape()[0] != 1 || output.shape()[1] % ANCHORS != 0) {
            return null;
        }
        int classes = (int) output.shape()[2] - BOX;
        long cells = output.shape()[1] / ANCHORS;
        if (classes < 1
                || Grids.strides(facts, cells) == null
                || !Columns.ofRows(output).areProbabilities(BOX - 1, BOX + classes)) {
            return null;
        }
        return Ultralytics.match(facts, "YOLOv5", "yolov5", List.of(output.name()), classes)
                .seeing(
                        "outputs",
                        output.toString(),
                        "4 numbers of a box, objectness and " + classes + " scores for each of 3 anchors in " + cells
                                + " cells");
    }
}
