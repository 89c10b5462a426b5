package io.sightlog.detect;

import io.sightlog.event.Detection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Non-maximum suppression, class by class. */
final class Suppression {
    /** As many as any picture has use for; with more, the weakest are dropped before boxes are compared. */
    static final int MAX_CANDIDATES = 10_000;

    private static final Comparator<Detection> STRONGEST_FIRST =
            Comparator.comparingDouble(Detection::confidence).reversed().thenComparingInt(Detection::classId);

    private Suppression() {}

    /** The strongest of boxes of one class that overlap by more than {@code iou}, strongest first. */
    static List<Detection> suppress(List<Detection> candidates, float iou) {
        List<Detection> kept = new ArrayList<>();
        candidates.stream().sorted(STRONGEST_FIRST).limit(MAX_CANDIDATES).forEach(candidate -> {
            if (kept.stream().noneMatch(k -> k.classId() == candidate.classId() && k.iou(candidate) > iou)) {
                kept.add(candidate);
            }
        });
        return kept;
    }
}
