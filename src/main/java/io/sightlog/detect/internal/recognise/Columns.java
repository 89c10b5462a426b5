package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.internal.engine.Tensor;

/** Looks at the numbers of a tensor of boxes {@code [1, N, M]} or {@code [N, M]}, row by row, or of {@code [1, M, N]}. */
final class Columns {
    /** What a sigmoid's result may be beside 0..1 after quantisation. */
    private static final float SLACK = 0.02f;

    private final float[] values;
    private final int rows;
    private final int rowStep;
    private final int columnStep;

    private Columns(float[] values, int rows, int rowStep, int columnStep) {
        this.values = values;
        this.rows = rows;
        this.rowStep = rowStep;
        this.columnStep = columnStep;
    }

    /** Of {@code [..., N, M]}: a row is a box. */
    static Columns ofRows(Tensor tensor) {
        int last = (int) tensor.shape()[tensor.shape().length - 1];
        return new Columns(tensor.values(), last == 0 ? 0 : tensor.values().length / last, last, 1);
    }

    /** Of {@code [..., M, N]}: a column of the tensor is a box. */
    static Columns ofColumns(Tensor tensor) {
        int last = (int) tensor.shape()[tensor.shape().length - 1];
        return new Columns(tensor.values(), last, 1, last);
    }

    /** Of a tensor of any shape: a number a row. */
    static Columns ofNumbers(Tensor tensor) {
        return new Columns(tensor.values(), tensor.values().length, 1, 1);
    }

    int rows() {
        return rows;
    }

    float at(int row, int column) {
        return values[row * rowStep + column * columnStep];
    }

    /** Whether all numbers of these columns may be probabilities. */
    boolean areProbabilities(int from, int to) {
        for (int column = from; column < to; column++) {
            for (int row = 0; row < rows; row++) {
                float value = at(row, column);
                if (!(value >= -SLACK && value <= 1 + SLACK)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether all numbers of a column are whole, from -1 on. */
    boolean isWhole(int column) {
        for (int row = 0; row < rows; row++) {
            float value = at(row, column);
            if (!(value >= -1 && value == Math.rint(value))) {
                return false;
            }
        }
        return true;
    }

    /** Whether all numbers of a column are the same one. */
    boolean isAll(int column, float value) {
        for (int row = 0; row < rows; row++) {
            if (at(row, column) != value) {
                return false;
            }
        }
        return true;
    }

    /** The largest number of a column, or 0 when there are no rows. */
    float most(int column) {
        float most = rows == 0 ? 0 : at(0, column);
        for (int row = 1; row < rows; row++) {
            most = Math.max(most, at(row, column));
        }
        return most;
    }
}
