package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;

/**
 * Models that choose their boxes and have TensorRT's four outputs: how many {@code [1,1]}, boxes {@code [1,N,4]} as left, top, right,
 * bottom in pixels of the input, scores {@code [1,N]}, class ids {@code [1,N]}.
 */
final class NumDetsDecoder implements OutputDecoder {
    private static final int BOX = 4;

    NumDetsDecoder(ModelCard card) {
        new Settings(card);
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        OutputDecoders.requireCount(outputs, 4);
        Tensor boxes = outputs.get(1);
        boxes.require(1, -1, BOX);
        long room = boxes.shape()[1];
        outputs.get(2).require(1, room);
        outputs.get(3).require(1, room);
        float[] counts = outputs.get(0).values();
        if (counts.length != 1 || !(counts[0] >= 0 && counts[0] <= room)) {
            throw new ModelException("output " + outputs.get(0) + " says that there are "
                    + (counts.length == 1 ? Float.toString(counts[0]) : "several numbers of")
                    + " boxes; wanted: one number up to " + room);
        }
        float[] box = boxes.values();
        float[] scores = outputs.get(2).values();
        float[] classes = outputs.get(3).values();
        for (int i = 0; i < (int) counts[0]; i++) {
            if (scores[i] >= minConfidence) {
                int at = i * BOX;
                into.add((int) classes[i], scores[i], box[at], box[at + 1], box[at + 2], box[at + 3]);
            }
        }
    }
}
