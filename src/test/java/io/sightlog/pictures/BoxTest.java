package io.sightlog.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import org.junit.jupiter.api.Test;

class BoxTest {
    @Test
    void whenTheModelIsMissingIdsAreLabels() {
        EventDraft draft =
                Scene.frame("/a.jpg").detection(1, 0.5f, 0, 0, 9, 9, 0).detection(17, 0.25f, 0, 0, 9, 9, 4);
        assertThat(Box.of(Scene.event(draft)))
                .extracting(Box::label, Box::figures)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("17", "#4 0.25"),
                        org.assertj.core.groups.Tuple.tuple("bicycle", "0.50"));
        assertThat(Box.of(Scene.event(draft.labelSet(99))))
                .extracting(Box::label)
                .containsExactly("17", "1");
    }
}
