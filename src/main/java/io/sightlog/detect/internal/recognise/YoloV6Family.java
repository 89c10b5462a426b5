package io.sightlog.detect.internal.recognise;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** YOLOv6: {@code [1, cells, 5 + classes]} in pixels, with an objectness that is 1 everywhere. */
final class YoloV6Family implements Family {
    @Override
    public @Nullable Match match(Facts facts, String where) {
        CellRows rows = CellRows.of(facts);
        if (rows == null || !rows.hasObjectness() || !rows.isObjectnessOne()) {
            return null;
        }
        int classes = rows.classesAfterObjectness();
        return Ultralytics.match(
                        facts, "YOLOv6", "yolov6", List.of(rows.output().name()), classes)
                .seeing(
                        "outputs",
                        rows.output().toString(),
                        "4 numbers of a box, objectness, which is 1 everywhere, and " + classes + " scores for each of "
                                + rows.output().shape()[1] + " cells");
    }
}
