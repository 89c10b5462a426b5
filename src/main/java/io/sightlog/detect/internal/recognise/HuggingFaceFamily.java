package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.ModelCard.Nms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * DETR and its kin from Hugging Face: {@code logits [1, N, C]}, {@code pred_boxes [1, N, 4]} as centre, width and height in 0..1. What
 * they mean stands in files beside the model, or in a card.
 */
final class HuggingFaceFamily implements Family {
    static final String PIXELS = "pixel_values";

    private static final String LOGITS = "logits";
    private static final String BOXES = "pred_boxes";

    @Override
    public @Nullable Match match(Facts facts, String where) {
        int columns = Queries.classes(facts.output(BOXES), facts.output(LOGITS));
        if (columns == 0) {
            return null;
        }
        List<String> labels = HuggingFace.labels(facts.neighbours());
        String kind = HuggingFace.activation(facts.neighbours());
        String activation = kind != null ? kind : activation(columns, labels.size());
        boolean isSoftmax = "softmax".equals(activation);
        Map<String, String> unknown = new HashMap<>();
        Match match = Match.of(
                        "DETR of Hugging Face",
                        "hf-detr",
                        List.of(LOGITS, BOXES),
                        isSoftmax ? columns - 1 : activation == null ? 0 : columns,
                        DetrFamily.FIT)
                .withHabit(List.of())
                .withSides(facts.sides())
                .withNms(Nms.NONE)
                .seeing("colour", "RGB", "Hugging Face knows no other");
        if (activation == null) {
            unknown.put(
                    "settings.activation",
                    "softmax for DETR, Table Transformer and YOLOS, with one class more than labels; sigmoid for others");
        } else {
            match = match.withSettings(Map.of("activation", activation))
                    .seeing(
                            "activation",
                            activation,
                            HuggingFace.CONFIG + " beside the model: "
                                    + (kind != null
                                            ? "model_type"
                                            : labels.size() + " labels for " + columns + " classes"));
        }
        if (labels.isEmpty()) {
            unknown.put("labels", columns + " for sigmoid, " + (columns - 1) + " for softmax, each as \"  - person\"");
        } else {
            match = match.withLabels(labels, HuggingFace.CONFIG + " beside the model");
        }
        Preparation preparation = HuggingFace.preparation(facts.neighbours());
        if (preparation.scale() == null) {
            unknown.put("input.range", Hints.SCALE);
        }
        return preparation.into(match).needing(unknown);
    }

    /** Softmax has one class more than labels, for nothing; null when the labels are neither as many nor one less. */
    private static @Nullable String activation(int columns, int labels) {
        return labels == 0 ? null : columns == labels ? "sigmoid" : columns == labels + 1 ? "softmax" : null;
    }
}
