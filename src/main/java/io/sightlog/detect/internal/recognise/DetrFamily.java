package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.ModelCard.Nms;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RT-DETR 1 and 2, D-FINE and DEIM as their own exporters write them: {@code labels}, {@code boxes}, {@code scores}, and the size that
 * boxes are wanted in goes in as {@code orig_target_sizes}.
 */
final class DetrFamily implements Family {
    static final String SIZES = "orig_target_sizes";

    /** As Pillow resizes for all of them: antialiased. */
    static final Fit FIT = new Fit(Fit.Kind.STRETCH, 0, Fit.Rounding.ROUND, Fit.Filter.AREA);

    private static final List<String> OUTPUTS = List.of("labels", "boxes", "scores");

    @Override
    public @Nullable Match match(Facts facts, String where) {
        if (!facts.sides().containsKey(SIZES) || !facts.outputNames().containsAll(OUTPUTS)) {
            return null;
        }
        return Match.of("RT-DETR, D-FINE or DEIM", "detr", OUTPUTS, 0, FIT)
                .withSides(facts.sides())
                .withNms(Nms.NONE)
                .seeing("family", "RT-DETR, D-FINE or DEIM", "names of the outputs, and the input " + SIZES)
                .assuming(
                        "DEIMv2 with DINOv3 looks the same, and wants pixels as ImageNet has them: for it, write a card"
                                + " with input.mean [123.675, 116.28, 103.53] and input.std [58.395, 57.12, 57.375]");
    }
}
