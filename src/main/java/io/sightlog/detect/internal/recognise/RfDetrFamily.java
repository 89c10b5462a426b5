package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.Input.MeanStd;
import io.sightlog.detect.ModelCard.Nms;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** RF-DETR: {@code dets [1, N, 4]} as centre, width and height in 0..1, {@code labels [1, N, C]} as logits. */
final class RfDetrFamily implements Family {
    private static final String BOXES = "dets";
    private static final String LOGITS = "labels";

    @Override
    public @Nullable Match match(Facts facts, String where) {
        int classes = Queries.classes(facts.output(BOXES), facts.output(LOGITS));
        if (classes == 0) {
            return null;
        }
        if (facts.output("masks") != null) {
            throw Refusals.task(where, "segment", "as its output masks says");
        }
        List<String> categories = Coco.categories();
        Match match = Match.of("RF-DETR", "rf-detr", List.of(BOXES, LOGITS), classes, Fit.STRETCH)
                .fed(Colour.RGB, MeanStd.IMAGENET)
                .withNms(Nms.NONE)
                .withHabit(classes == categories.size() ? categories : List.of());
        return classes == categories.size()
                ? match
                : match.assuming(
                        "one of the " + classes + " classes, the first or the last, stands for nothing, as RF-DETR"
                                + " has one more than labels; a card's settings.background says which");
    }
}
