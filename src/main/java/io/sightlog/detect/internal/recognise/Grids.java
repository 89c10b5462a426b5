package io.sightlog.detect.internal.recognise;

import org.jspecify.annotations.Nullable;

/** Grids of cells that detectors have, one a stride, and what the first numbers of their cells tell about how they are to be read. */
final class Grids {
    /** Pixels a cell, for the grids of one model. */
    private static final int[][] STRIDES = {
        {8, 16, 32}, {8, 16, 32, 64}, {4, 8, 16, 32}, {16, 32}, {4, 8, 16}, {8, 16}, {4, 8, 16, 32, 64}
    };

    private Grids() {}

    /** The strides with which there are so many cells, or null. */
    static int @Nullable [] strides(Facts facts, long cells) {
        for (int[] strides : STRIDES) {
            if (facts.cells(strides) == cells) {
                return strides.clone();
            }
        }
        return null;
    }

    /**
     * Whether the first two numbers of the cells are places within the cell, not yet pixels of the input: on average they are then
     * nearer to the middle of a cell than to its place in pixels.
     *
     * @param cells one a row, stride after stride, row after row of cells
     */
    static boolean areRaw(Facts facts, Columns cells, int... strides) {
        double ifRaw = 0;
        double ifPixels = 0;
        int row = 0;
        for (int stride : strides) {
            int across = (facts.width() + stride - 1) / stride;
            int count = across * ((facts.height() + stride - 1) / stride);
            for (int i = 0; i < count; i++, row++) {
                float x = cells.at(row, 0);
                float y = cells.at(row, 1);
                ifRaw += Math.abs(x - 0.5) + Math.abs(y - 0.5);
                int below = i / across;
                ifPixels += Math.abs(x / stride - (i % across + 0.5)) + Math.abs(y / stride - (below + 0.5));
            }
        }
        return ifRaw < ifPixels;
    }
}
