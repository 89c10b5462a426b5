package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** YOLOv8, 9, 11, 12, and 26 without its end: {@code [1, 4 + classes, cells]}, a box a cell. */
final class YoloV8Family implements Family {
    private static final int BOX = 4;

    @Override
    public @Nullable Match match(Facts facts, String where) {
        Tensor output = facts.onlyOutput();
        if (output == null || output.shape().length != 3 || output.shape()[0] != 1) {
            return null;
        }
        int classes = (int) output.shape()[1] - BOX;
        long cells = output.shape()[2];
        boolean isNamed = facts.labels() == classes;
        if (classes < 1 || (Grids.strides(facts, cells) == null && !(isNamed && cells > classes + BOX))) {
            return null;
        }
        if (!isNamed && !Columns.ofColumns(output).areProbabilities(BOX, BOX + classes)) {
            throw Refusals.task(
                    where, "pose, obb or segment", "as its output " + output + " has more than boxes and scores");
        }
        return Ultralytics.match(facts, "YOLOv8", "yolov8", List.of(output.name()), classes)
                .seeing(
                        "outputs",
                        output.toString(),
                        "4 numbers of a box and " + classes + " scores for each of " + cells + " cells");
    }
}
