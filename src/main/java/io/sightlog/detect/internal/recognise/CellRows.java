package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.internal.engine.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One output {@code [1, cells, M]}, a box a row, that several families have: four numbers of a box, then scores, or objectness and
 * scores. How many labels there are decides, where it is known or as usual.
 *
 * @param output the tensor
 * @param columns its numbers
 * @param strides of its cells
 * @param isRaw whether places are within the cell, not yet pixels
 * @param hasObjectness whether there may be objectness
 * @param hasNone whether there may be none
 */
record CellRows(Tensor output, Columns columns, int[] strides, boolean isRaw, boolean hasObjectness, boolean hasNone) {
    static final int BOX = 4;

    /** What is seen of it, or null where there is no such output. */
    static @Nullable CellRows of(Facts facts) {
        Tensor output = facts.onlyOutput();
        if (output == null || output.shape().length != 3 || output.shape()[0] != 1 || output.shape()[2] <= BOX) {
            return null;
        }
        int[] strides = Grids.strides(facts, output.shape()[1]);
        Columns columns = Columns.ofRows(output);
        int scores = (int) output.shape()[2] - BOX;
        if (strides == null || !columns.areProbabilities(BOX, BOX + scores)) {
            return null;
        }
        boolean isRaw = Grids.areRaw(facts, columns, strides);
        boolean isAllOne = columns.isAll(BOX, 1);
        int labels = facts.likelyLabels();
        if (labels < scores - 1 && NanoDetFamily.isDistances(scores + BOX - labels)) {
            return null;
        }
        return new CellRows(
                output,
                columns,
                strides,
                isRaw,
                scores > 1 && (isAllOne || labels != scores),
                !isAllOne && labels != scores - 1 && (labels == scores || !isRaw));
    }

    /** Whether objectness is 1 everywhere, as no network says it. */
    boolean isObjectnessOne() {
        return columns.isAll(BOX, 1);
    }

    /** How many classes there are, if there is objectness. */
    int classesAfterObjectness() {
        return (int) output.shape()[2] - BOX - 1;
    }
}
