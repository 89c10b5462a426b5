package io.sightlog.detect.internal.engine;

import io.sightlog.detect.ModelException;
import java.util.Arrays;

/**
 * One output of a model.
 *
 * @param name of the tensor
 * @param shape sizes of its dimensions, outermost first
 * @param values row by row, belongs to the tensor
 */
public record Tensor(String name, long[] shape, float[] values) {
    /** @throws ModelException unless the shape is the wanted one, in which -1 stands for any size */
    public void require(long... wanted) {
        boolean same = shape.length == wanted.length;
        for (int i = 0; same && i < wanted.length; i++) {
            same = wanted[i] == -1 || shape[i] == wanted[i];
        }
        if (!same) {
            throw new ModelException("output " + name + " has the shape " + Arrays.toString(shape) + "; wanted: "
                    + Arrays.toString(wanted).replace("-1", "any"));
        }
    }

    @Override
    public String toString() {
        return name + Arrays.toString(shape);
    }
}
