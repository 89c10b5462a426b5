package io.sightlog.detect.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.detect.ModelCard.Nms;
import io.sightlog.event.Detection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuppressionTest {
    private static final Detection STRONG = new Detection(1, 0.9f, 0, 0, 10, 10);
    private static final Detection WEAK = new Detection(1, 0.8f, 0, 0, 10, 8); // IoU 0.8
    private static final Detection OTHER_CLASS = new Detection(2, 0.7f, 0, 0, 10, 10);
    private static final Detection ELSEWHERE = new Detection(1, 0.6f, 50, 50, 10, 10);

    private static List<Detection> suppressed(List<Detection> boxes, float limit) {
        return suppressed(boxes, Nms.IOU, limit);
    }

    private static List<Detection> suppressed(List<Detection> boxes, Nms nms, float limit) {
        Candidates candidates = new Candidates();
        boxes.forEach(d -> candidates.add(d.classId(), d.confidence(), d.x(), d.y(), d.x() + d.w(), d.y() + d.h()));
        return Arrays.stream(Suppression.kept(candidates, nms, limit))
                .mapToObj(boxes::get)
                .toList();
    }

    @Test
    void theWeakerOfTwoOverlappingBoxesOfOneClassGoes() {
        assertThat(suppressed(List.of(ELSEWHERE, WEAK, OTHER_CLASS, STRONG), 0.5f))
                .containsExactly(STRONG, OTHER_CLASS, ELSEWHERE);
    }

    @Test
    void overlapUpToTheLimitStays() {
        assertThat(suppressed(List.of(WEAK, STRONG), 0.8f)).containsExactly(STRONG, WEAK);
    }

    /** Or a picture full of them would be compared for minutes. */
    @Test
    void ofMoreThanTheMostCandidatesTheWeakestAreNotEvenCompared() {
        List<Detection> boxes = new ArrayList<>();
        for (int i = 0; i <= Suppression.MAX_CANDIDATES; i++) { // each of a class of its own, so that all stay
            boxes.add(new Detection(i, 0.5f + i * 1e-6f, 0, 0, 10, 10));
        }
        assertThat(suppressed(boxes, 0.5f))
                .hasSize(Suppression.MAX_CANDIDATES)
                .doesNotContain(boxes.get(0))
                .contains(boxes.get(1));
    }

    @Test
    void aBoxThatWasDroppedDropsNoOther() {
        Detection chain = new Detection(1, 0.7f, 0, 0, 10, 5); // 0.625 with WEAK, 0.5 with STRONG
        assertThat(suppressed(List.of(STRONG, WEAK, chain), 0.55f)).containsExactly(STRONG, chain);
    }

    @Test
    void ofEquallyStrongOnesThatOfTheFirstClassComesFirstThenTheOneThatCameFirst() {
        Detection third = new Detection(3, 0.5f, 0, 0, 10, 10);
        Detection first = new Detection(0, 0.5f, 0, 0, 10, 10);
        Detection faint = new Detection(0, 0, 20, 20, 10, 10);
        Detection firstAgain = new Detection(0, 0.5f, 90, 90, 10, 10);
        assertThat(suppressed(List.of(faint, third, first, STRONG, firstAgain), 0.5f))
                .containsExactly(STRONG, first, firstAgain, third, faint);
    }
}
