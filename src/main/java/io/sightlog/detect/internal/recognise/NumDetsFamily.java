package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.ModelCard.Nms;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** YOLOv6, v7 and others with TensorRT's four outputs, made of operators that everybody has. */
final class NumDetsFamily implements Family {
    private static final List<String> OUTPUTS = List.of("num_dets", "det_boxes", "det_scores", "det_classes");

    @Override
    public @Nullable Match match(Facts facts, String where) {
        Tensor classes = facts.output("det_classes");
        if (classes == null || !facts.outputNames().containsAll(OUTPUTS)) {
            return null;
        }
        Match match = Ultralytics.match(facts, "YOLOv7", "num-dets", OUTPUTS, 0)
                .withNms(Nms.NONE)
                .seeing("family", "YOLOv7", "names of the outputs; YOLOv6 has the same")
                .seeing("nms", "none", "the model has done it");
        return Columns.ofNumbers(classes).most(0) < match.habit().size() ? match : match.withHabit(List.of());
    }
}
