package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.ModelCard.Nms;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code [N, 7]}: number of the picture, left, top, right, bottom, and class and score (YOLOv7), or score and class (YOLO-NAS). */
final class FlatRowsFamily implements Family {
    private static final int ROW = 7;
    private static final int FIRST = 5;
    private static final int SECOND = 6;

    private final boolean isNas;

    private FlatRowsFamily(boolean isNas) {
        this.isNas = isNas;
    }

    static FlatRowsFamily yoloV7() {
        return new FlatRowsFamily(false);
    }

    static FlatRowsFamily yoloNas() {
        return new FlatRowsFamily(true);
    }

    @Override
    public @Nullable Match match(Facts facts, String where) {
        Tensor output = facts.onlyOutput();
        if (output == null || output.shape().length != 2 || output.shape()[1] != ROW) {
            return null;
        }
        Columns rows = Columns.ofRows(output);
        int classAt = isNas ? SECOND : FIRST;
        int scoreAt = isNas ? FIRST : SECOND;
        if (!rows.isWhole(classAt) || !rows.areProbabilities(scoreAt, scoreAt + 1)) {
            return null;
        }
        boolean isBoth = rows.isWhole(scoreAt) && rows.areProbabilities(classAt, classAt + 1);
        String name = output.name().toLowerCase(Locale.ROOT);
        boolean saysNas = name.contains("flat_predictions");
        boolean saysV7 = name.equals("output");
        if (isBoth && (isNas ? saysV7 : saysNas)) {
            return null;
        }
        String why = isBoth ? "the output's name" : "which column is whole numbers";
        String order = isNas ? "score, class" : "class, score";
        Match match = Ultralytics.match(
                        facts,
                        isNas ? "YOLO-NAS" : "YOLOv7",
                        isNas ? "yolo-nas-flat" : "yolov7-end2end",
                        List.of(output.name()),
                        0)
                .withNms(Nms.NONE)
                .seeing("outputs", output.toString(), "picture, left, top, right, bottom, " + order + ": by " + why)
                .seeing("nms", "none", "the model has done it");
        match = rows.most(classAt) < match.habit().size() ? match : match.withHabit(List.of());
        return isNas ? match.withHabit(List.of()).needing(YoloNasFamily.unknown(0)) : match;
    }
}
