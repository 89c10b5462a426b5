package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.Input.MeanStd;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * NanoDet: for each stride scores {@code [1, cells, classes]} and distances {@code [1, cells, 32]}; NanoDet-Plus, and newer exports:
 * all of it in one {@code [1, cells, classes + 32]}.
 */
final class NanoDetFamily implements Family {
    private static final List<Integer> DISTANCES = List.of(32, 44);
    private static final int PLUS_STRIDES = 4;

    /** ImageNet's, in the order BGR. */
    private static final MeanStd SCALE =
            new MeanStd(List.of(103.53f, 116.28f, 123.675f), List.of(57.375f, 57.12f, 58.395f));

    @Override
    public @Nullable Match match(Facts facts, String where) {
        Tensor output = facts.onlyOutput();
        return output == null ? ofPairs(facts) : ofOne(facts, output);
    }

    /** Whether a cell may have so many distances beside its scores: 4 times 8, or 4 times 11. */
    static boolean isDistances(int numbers) {
        return DISTANCES.contains(numbers);
    }

    private static @Nullable Match ofOne(Facts facts, Tensor output) {
        if (output.shape().length != 3 || output.shape()[0] != 1) {
            return null;
        }
        int[] strides = Grids.strides(facts, output.shape()[1]);
        int classes = classes(facts, Columns.ofRows(output), (int) output.shape()[2]);
        if (strides == null || classes < 1) {
            return null;
        }
        boolean isPlus = strides.length == PLUS_STRIDES;
        return match(
                isPlus ? "NanoDet-Plus" : "NanoDet", isPlus ? "corner" : "middle", List.of(output), classes, strides);
    }

    /** Of a row with scores and distances: as many as there are labels, else by what may be a score and what may not. */
    private static int classes(Facts facts, Columns columns, int row) {
        int labels = facts.likelyLabels();
        if (isDistances(row - labels) && columns.areProbabilities(0, labels)) {
            return labels;
        }
        int classes = row - DISTANCES.get(0);
        boolean isOther = row - labels == 4 || row - labels == 5; // as YOLO has it
        return !isOther
                        && classes > 0
                        && columns.areProbabilities(0, classes)
                        && !columns.areProbabilities(classes, row)
                ? classes
                : 0;
    }

    private static @Nullable Match ofPairs(Facts facts) {
        List<Tensor> outputs = facts.outputs();
        if (outputs.size() % 2 != 0 || outputs.stream().anyMatch(t -> t.shape().length != 3 || t.shape()[0] != 1)) {
            return null;
        }
        List<Tensor> distances = distances(outputs);
        List<Tensor> scores = new ArrayList<>(outputs);
        scores.removeAll(distances);
        int[] strides = Grids.strides(
                facts, scores.stream().mapToLong(t -> t.shape()[1]).sum());
        if (strides == null || strides.length != scores.size() || scores.size() != distances.size()) {
            return null;
        }
        List<Tensor> pairs = new ArrayList<>();
        for (List<Tensor> kind : List.of(scores, distances)) {
            for (int stride : strides) {
                kind.stream()
                        .filter(t -> t.shape()[1] == facts.cells(stride)
                                && t.shape()[2] == kind.get(0).shape()[2])
                        .findFirst()
                        .ifPresent(pairs::add);
            }
        }
        int classes = (int) scores.get(0).shape()[2];
        boolean areScores = scores.stream().allMatch(t -> Columns.ofRows(t).areProbabilities(0, (int) t.shape()[2]));
        return pairs.size() == outputs.size() && areScores ? match("NanoDet", "pixel", pairs, classes, strides) : null;
    }

    /** Those with a width that only distances have; where all have it, the latter half. */
    private static List<Tensor> distances(List<Tensor> outputs) {
        int half = outputs.size() / 2;
        for (int width : DISTANCES) {
            List<Tensor> wide =
                    outputs.stream().filter(t -> t.shape()[2] == width).toList();
            if (wide.size() == half) {
                return wide;
            }
        }
        boolean isAll = outputs.stream().allMatch(t -> isDistances((int) t.shape()[2]));
        return isAll ? outputs.subList(half, outputs.size()) : List.of();
    }

    private static Match match(String family, String centre, List<Tensor> outputs, int classes, int... strides) {
        List<Integer> all = Arrays.stream(strides).boxed().toList();
        return Match.of(family, "nanodet", outputs.stream().map(Tensor::name).toList(), classes, Fit.BLACK_LETTERBOX)
                .fed(Colour.BGR, SCALE)
                .withSettings(Map.of("strides", all, "centre", centre))
                .seeing("family", family, "scores and distances for each cell of the strides " + all)
                .assuming("boxes are measured from the " + centre + " of a cell, as users of " + family
                        + " have it; a card's settings.centre says otherwise");
    }
}
