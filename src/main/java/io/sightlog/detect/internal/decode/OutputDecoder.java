package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;

/** Reads the outputs of one family of models. Knows its model's card. Keeps no state between calls; any thread may use it. */
public interface OutputDecoder {
    /**
     * Gives every box of at least a confidence to {@code into}.
     *
     * @param outputs the tensors the card names, in its order
     * @throws ModelException when a tensor has another shape than this family has
     */
    void decode(List<Tensor> outputs, float minConfidence, Boxes into);

    /** Takes boxes in pixels of the model's input, from its left top corner; they may stick out. */
    @FunctionalInterface
    interface Boxes {
        /** @param classId without a label when the model has none for it: it is dropped */
        void add(int classId, float confidence, float left, float top, float right, float bottom);
    }
}
