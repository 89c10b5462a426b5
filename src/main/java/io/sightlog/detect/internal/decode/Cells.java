package io.sightlog.detect.internal.decode;

import io.sightlog.detect.Input;
import java.util.Arrays;
import java.util.List;

/** The cells of a model's grids, one grid a stride, each row by row from the left top. */
final class Cells {
    /** The key of a card's settings with pixels a cell, a number a grid. */
    static final String STRIDES = "strides";

    private static final List<Float> USUAL = List.of(8f, 16f, 32f);
    private static final int MAX_STRIDE = 1024;

    private final int[] strides;
    private final int[] across;
    /** Number of the first cell of each grid, and of all. */
    private final int[] first;

    /** @throws io.sightlog.detect.ModelException when the card's strides are wrong */
    Cells(Settings settings, Input input) {
        float[] said = settings.numbers(STRIDES, USUAL);
        strides = new int[said.length];
        across = new int[said.length];
        first = new int[said.length + 1];
        for (int i = 0; i < said.length; i++) {
            strides[i] = (int) said[i];
            if (!(said[i] >= 1 && said[i] <= MAX_STRIDE) || strides[i] != said[i]) {
                throw settings.wrong(STRIDES, Arrays.toString(said), "whole numbers from 1 to " + MAX_STRIDE);
            }
            across[i] = (input.width() + strides[i] - 1) / strides[i];
            first[i + 1] = first[i] + across[i] * ((input.height() + strides[i] - 1) / strides[i]);
        }
    }

    int grids() {
        return strides.length;
    }

    /** Of all grids. */
    int count() {
        return first[strides.length];
    }

    /** Of one grid. */
    int count(int grid) {
        return first[grid + 1] - first[grid];
    }

    /** Of all grids before this one. */
    int first(int grid) {
        return first[grid];
    }

    /** Pixels a cell has, of the cell's grid. */
    int stride(int cell) {
        return strides[grid(cell)];
    }

    int column(int cell) {
        int grid = grid(cell);
        return (cell - first[grid]) % across[grid];
    }

    int row(int cell) {
        int grid = grid(cell);
        return (cell - first[grid]) / across[grid];
    }

    private int grid(int cell) {
        int grid = 0;
        while (cell >= first[grid + 1]) {
            grid++;
        }
        return grid;
    }
}
