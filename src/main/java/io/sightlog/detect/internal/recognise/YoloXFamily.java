package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.Input.Range;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** YOLOX: {@code [1, cells, 5 + classes]}, boxes within their cells, or in pixels after {@code --decode_in_inference}. */
final class YoloXFamily implements Family {
    @Override
    public @Nullable Match match(Facts facts, String where) {
        CellRows rows = CellRows.of(facts);
        if (rows == null || !rows.hasObjectness() || rows.isObjectnessOne()) {
            return null;
        }
        int classes = rows.classesAfterObjectness();
        String decoder = rows.isRaw() ? "yolox" : "yolox-decoded";
        Match match = Match.of("YOLOX", decoder, List.of(rows.output().name()), classes, Fit.CORNER)
                .fed(Colour.BGR, Range.BYTES)
                .seeing(
                        "outputs",
                        rows.output().toString(),
                        "a box " + (rows.isRaw() ? "within its cell" : "in pixels") + ", objectness and " + classes
                                + " scores for each of " + rows.output().shape()[1] + " cells");
        return rows.isRaw()
                ? match.withSettings(
                        Map.of("strides", Arrays.stream(rows.strides()).boxed().toList()))
                : match;
    }
}
