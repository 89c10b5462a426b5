package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;

/**
 * NanoDet: for each cell of the grids of {@code settings.strides} a score a class, and for each side of its box how likely each whole
 * distance is, in cells. They come as scores {@code [1,cells,C]} for each stride and then distances {@code [1,cells,4*B]} for each
 * stride, or together as one {@code [1,cells,C+4*B]}.
 */
final class NanoDetDecoder implements OutputDecoder {
    private static final int SIDES = 4;

    /** Where in its cell the point is from which a box is measured. */
    private enum Centre {
        /** Half the stride from the corner. */
        MIDDLE(0.5f, 0),
        /** Half a pixel less. */
        PIXEL(0.5f, -0.5f),
        /** The left top corner itself. */
        CORNER(0, 0);

        private final float strides;
        private final float pixels;

        Centre(float strides, float pixels) {
            this.strides = strides;
            this.pixels = pixels;
        }
    }

    private final int classes;
    private final Cells cells;
    private final Centre centre;

    NanoDetDecoder(ModelCard card) {
        Settings settings = new Settings(card, Cells.STRIDES, "centre");
        cells = new Cells(settings, card.input());
        centre = settings.choice("centre", Centre.class, Centre.MIDDLE);
        classes = card.labels().size();
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        boolean isOne = outputs.size() == 1;
        if (isOne) {
            outputs.get(0).require(1, cells.count(), -1);
        } else {
            OutputDecoders.requireCount(outputs, 2 * cells.grids());
        }
        for (int grid = 0; grid < cells.grids(); grid++) {
            Tensor scores = outputs.get(isOne ? 0 : grid);
            Tensor distances = outputs.get(isOne ? 0 : cells.grids() + grid);
            if (!isOne) {
                scores.require(1, cells.count(grid), classes);
                distances.require(1, cells.count(grid), -1);
            }
            int skipped = isOne ? classes : 0;
            int row = (int) distances.shape()[2];
            int bins = (row - skipped) / SIDES;
            if (bins < 1 || (row - skipped) % SIDES != 0) {
                throw new ModelException("output " + distances + " has " + (row - skipped) + " distances a cell beside "
                        + classes + " labels; wanted: a multiple of 4");
            }
            for (int i = 0; i < cells.count(grid); i++) {
                int place = isOne ? cells.first(grid) + i : i;
                int at = place * (int) scores.shape()[2];
                int best = OutputDecoders.most(scores.values(), at, classes);
                float confidence = scores.values()[at + best];
                if (confidence >= minConfidence) {
                    add(best, confidence, cells.first(grid) + i, distances.values(), place * row + skipped, bins, into);
                }
            }
        }
    }

    private void add(int id, float confidence, int cell, float[] distances, int at, int bins, Boxes into) {
        int stride = cells.stride(cell);
        float x = (cells.column(cell) + centre.strides) * stride + centre.pixels;
        float y = (cells.row(cell) + centre.strides) * stride + centre.pixels;
        into.add(
                id,
                confidence,
                x - expected(distances, at, bins) * stride,
                y - expected(distances, at + bins, bins) * stride,
                x + expected(distances, at + 2 * bins, bins) * stride,
                y + expected(distances, at + 3 * bins, bins) * stride);
    }

    /** The mean of 0, 1, 2, ... by likelihoods that come as logarithms. */
    private static float expected(float[] logs, int at, int bins) {
        float most = logs[at + OutputDecoders.most(logs, at, bins)];
        double sum = 0;
        double mean = 0;
        for (int i = 0; i < bins; i++) {
            double likelihood = Math.exp(logs[at + i] - most);
            sum += likelihood;
            mean += i * likelihood;
        }
        return (float) (mean / sum);
    }
}
