package io.sightlog.detect;

import java.util.List;

/** Reads the outputs of one family of models. Keeps no state, so any thread may use it. */
interface OutputDecoder {
    /**
     * Gives every box of at least a confidence to {@code into}.
     *
     * @param outputs the tensors the card names, in its order
     * @param card the model's, for its input size and the number of its labels
     * @throws ModelException when a tensor has another shape than this family has
     */
    void decode(List<Tensor> outputs, ModelCard card, float minConfidence, Boxes into);

    /** Takes boxes as fractions of the picture, 0..1 from its top left corner; they may stick out. */
    @FunctionalInterface
    interface Boxes {
        void add(int classId, float confidence, float left, float top, float right, float bottom);
    }
}
