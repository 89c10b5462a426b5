package io.sightlog.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventDraftTest {
    @ParameterizedTest
    @ValueSource(strings = {"x\tcat", "-1\tcat", "1000001\tcat", "0\tc\u0001at", "0\ta\tb", "99999999999\tcat"})
    void refusesOwnLabelsThatNoReaderCouldRead(String labels) {
        EventDraft draft = new EventDraft();
        assertThatThrownBy(() -> draft.ownLabels("model", labels))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("labels");
        assertThatThrownBy(() -> draft.ownLabels("mod\nel", "0\tcat")).hasMessageContaining("model");
        assertThat(draft.encodedBytes()).as("the draft is as it was").isEqualTo(EventLayout.HEADER_BYTES);
    }

    @Test
    void takesOwnLabelsOneAfterTheOther() {
        EventDraft draft = new EventDraft();
        draft.ownLabels("a", "0\tcat\n1\tdog\n").ownLabels("", "\n").ownLabels("b", "");
        assertThat(draft.encodedBytes()).isEqualTo(EventLayout.HEADER_BYTES + EventLayout.SECTION_ENTRY_BYTES + 4);
    }
}
