package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.ModelCard.Nms;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** RT-DETR as Ultralytics exports it: {@code [1, N, 4 + classes]}, boxes as centre, width and height in 0..1, then scores. */
final class UltralyticsDetrFamily implements Family {
    private static final int BOX = 4;
    private static final int WIDTH = 2;

    @Override
    public @Nullable Match match(Facts facts, String where) {
        Tensor output = facts.onlyOutput();
        if (output == null || output.shape().length != 3 || output.shape()[0] != 1) {
            return null;
        }
        int classes = (int) output.shape()[2] - BOX;
        Columns columns = Columns.ofRows(output);
        if (classes < 1
                || columns.rows() == 0
                || Grids.strides(facts, output.shape()[1]) != null
                || !columns.areProbabilities(0, BOX + classes)
                || !hasArea(columns)) {
            return null;
        }
        return Ultralytics.match(facts, "RT-DETR", "detr-rows", List.of(output.name()), classes)
                .fitted(Fit.STRETCH)
                .withNms(Nms.NONE)
                .seeing(
                        "outputs",
                        output.toString(),
                        "4 numbers of a box in 0..1 and " + classes + " scores for each of " + columns.rows()
                                + " queries");
    }

    /** What only fills a tensor of other families has none. */
    private static boolean hasArea(Columns columns) {
        for (int row = 0; row < columns.rows(); row++) {
            if (!(columns.at(row, WIDTH) > 0 && columns.at(row, WIDTH + 1) > 0)) {
                return false;
            }
        }
        return true;
    }
}
