package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.ModelCard.Nms;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * TensorFlow's object detection, such as SSD and EfficientDet: {@code detection_boxes}, {@code detection_scores},
 * {@code detection_classes}, with or without a {@code :0} behind them.
 */
final class TensorFlowFamily implements Family {
    private static final List<String> OUTPUTS = List.of("detection_boxes", "detection_scores", "detection_classes");

    @Override
    public @Nullable Match match(Facts facts, String where) {
        List<String> outputs = OUTPUTS.stream()
                .flatMap(wanted -> facts.outputs().stream()
                        .map(Tensor::name)
                        .filter(name -> name.equals(wanted) || name.equals(wanted + ":0"))
                        .limit(1))
                .toList();
        if (outputs.size() != OUTPUTS.size()) {
            return null;
        }
        Map<String, String> unknown = new HashMap<>();
        unknown.put("labels", "all, from class 1 on, each in a line as \"  - person\"");
        unknown.put("input.range", "[0, 255] for pixels as they are, [0, 1] for pixels / 255, or [-1, 1]");
        return Match.of("TensorFlow's object detection", "tf-od", outputs, 0, Fit.STRETCH)
                .withHabit(List.of())
                .withSettings(Map.of("first-class", 1))
                .withNms(Nms.NONE)
                .assuming(
                        "classes are counted from 1, as TensorFlow has it; a card's settings.first-class says otherwise")
                .needing(unknown);
    }
}
