package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** YOLOv4 and its like, exported from Darknet through PyTorch: {@code boxes [1, N, 1, 4]} as fractions, {@code confs [1, N, classes]}. */
final class DarknetExportFamily implements Family {
    private static final int BOX = 4;

    @Override
    public @Nullable Match match(Facts facts, String where) {
        Tensor boxes = facts.output("boxes");
        Tensor confidences = facts.output("confs");
        if (boxes == null
                || confidences == null
                || boxes.shape().length != 4
                || boxes.shape()[3] != BOX
                || confidences.shape().length != 3) {
            return null;
        }
        int classes = (int) confidences.shape()[2];
        return Match.of("YOLOv4", "yolov4", List.of("boxes", "confs"), classes, Fit.STRETCH)
                .seeing(
                        "family",
                        "YOLOv4",
                        "the outputs boxes and confs, as exports from Darknet through PyTorch have them");
    }
}
