package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** YOLOv8 and its kin turned: {@code [1, cells, 4 + classes]}. */
final class TurnedYoloV8Family implements Family {
    @Override
    public @Nullable Match match(Facts facts, String where) {
        CellRows rows = CellRows.of(facts);
        if (rows == null || !rows.hasNone() || isSquare(rows.output())) {
            return null;
        }
        int classes = (int) rows.output().shape()[2] - CellRows.BOX;
        return Ultralytics.match(
                        facts, "YOLOv8", "yolov8", List.of(rows.output().name()), classes)
                .seeing(
                        "outputs",
                        rows.output().toString(),
                        "4 numbers of a box and " + classes + " scores for each of "
                                + rows.output().shape()[1] + " cells");
    }

    /** Then it is as exporters write it. */
    private static boolean isSquare(Tensor output) {
        return output.shape()[1] == output.shape()[2];
    }
}
