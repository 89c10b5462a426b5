package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** YOLO-NAS: boxes {@code [1, cells, 4]} as left, top, right, bottom in pixels, and scores {@code [1, cells, classes]}. */
final class YoloNasFamily implements Family {
    @Override
    public @Nullable Match match(Facts facts, String where) {
        if (facts.outputs().size() != 2) {
            return null;
        }
        Tensor boxes = facts.outputs().get(0);
        Tensor scores = facts.outputs().get(1);
        int classes = Queries.classes(boxes, scores);
        if (classes == 0
                || Grids.strides(facts, boxes.shape()[1]) == null
                || !Columns.ofRows(scores).areProbabilities(0, classes)) {
            return null;
        }
        return Match.of("YOLO-NAS", "yolo-nas", List.of(boxes.name(), scores.name()), classes, Fit.LETTERBOX)
                .withHabit(List.of())
                .seeing(
                        "outputs",
                        boxes + " " + scores,
                        "a box and " + classes + " scores for each of " + boxes.shape()[1] + " cells")
                .needing(unknown(classes));
    }

    /**
     * What only a card can say.
     *
     * @param classes how many there are, or 0 when that is not known
     */
    static Map<String, String> unknown(int classes) {
        return Map.of(
                "input.range",
                "[0, 1] for pixels / 255, as SuperGradients has it, [0, 255] if the model scales them",
                "input.fit",
                "letterbox as SuperGradients has it, stretch or corner",
                "labels",
                Hints.labels(classes));
    }
}
