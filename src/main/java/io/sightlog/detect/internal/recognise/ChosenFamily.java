package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.ModelCard.Nms;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * SSD from ONNX's model zoo, torchvision's R-CNN, SSD and RetinaNet: {@code boxes} or {@code bboxes [N, 4]}, {@code labels} and
 * {@code scores}, and no size beside the picture.
 */
final class ChosenFamily implements Family {
    private static final int BOX = 4;

    /** Fractions are 0..1, or a little more where a box sticks out. */
    private static final float MOST_FRACTION = 2;

    @Override
    public @Nullable Match match(Facts facts, String where) {
        Tensor boxes = Stream.of("boxes", "bboxes")
                .flatMap(name -> Stream.ofNullable(facts.output(name)))
                .findFirst()
                .orElse(null);
        if (boxes == null
                || !facts.sides().isEmpty()
                || !facts.outputNames().containsAll(List.of("labels", "scores"))
                || boxes.shape()[boxes.shape().length - 1] != BOX) {
            return null;
        }
        Map<String, String> unknown = new HashMap<>();
        unknown.put(
                "settings.first-class", "1 where labels count from 1, as torchvision and ONNX's zoo have it, else 0");
        unknown.put("input.range", Hints.SCALE + "; torchvision has the first, ONNX's zoo the last");
        unknown.put("labels", "all, from the first class on, each in a line as \"  - person\"");
        Match match = Match.of(
                        "SSD of ONNX's zoo or R-CNN of torchvision",
                        "boxes",
                        List.of(boxes.name(), "labels", "scores"),
                        0,
                        Fit.STRETCH)
                .withHabit(List.of())
                .withNms(Nms.NONE);
        float most = 0;
        for (float value : boxes.values()) {
            most = Math.max(most, value);
        }
        if (most > MOST_FRACTION) {
            match = match.withSettings(Map.of("unit", "pixels"));
        } else {
            unknown.put(
                    "settings.unit", "pixels of the input, as torchvision has it, or fraction, as ONNX's zoo has it");
        }
        return match.needing(unknown);
    }
}
