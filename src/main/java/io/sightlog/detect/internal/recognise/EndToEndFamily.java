package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.ModelCard.Nms;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** YOLOv10, 26 and whatever was exported with {@code nms=True}: {@code [1, N, 6]} as left, top, right, bottom, score, class. */
final class EndToEndFamily implements Family {
    private static final int ROW = 6;
    private static final int SCORE = 4;
    private static final int CLASS = 5;

    @Override
    public @Nullable Match match(Facts facts, String where) {
        Tensor output = facts.onlyOutput();
        if (output == null
                || output.shape().length != 3
                || output.shape()[0] != 1
                || output.shape()[2] != ROW
                || Grids.strides(facts, output.shape()[1]) != null) {
            return null;
        }
        Columns columns = Columns.ofRows(output);
        if (!columns.areProbabilities(SCORE, SCORE + 1) || !columns.isWhole(CLASS)) {
            return null;
        }
        Match match = Ultralytics.match(facts, "YOLOv10", "yolov10", List.of(output.name()), 0)
                .withNms(Nms.NONE)
                .seeing("outputs", output.toString(), "left, top, right, bottom, score, class, the best ones only");
        return columns.most(CLASS) < match.habit().size() ? match : match.withHabit(List.of());
    }
}
