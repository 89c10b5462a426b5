package io.sightlog.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventDraftTest {
    @ParameterizedTest
    @ValueSource(strings = {"x\tcat", "-1\tcat", "1000001\tcat", "0\tc\u0001at", "0\ta\tb", "99999999999\tcat"})
    void refusesOwnLabelsThatNoReaderCouldRead(String labels) {
        EventDraft draft = new EventDraft().capturedNanos(0);
        assertThatThrownBy(() -> draft.ownLabels("model", labels))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("labels");
        assertThatThrownBy(() -> draft.ownLabels("mod\nel", "0\tcat")).hasMessageContaining("model");
        assertThat(draft.encodedBytes()).as("the draft is as it was").isEqualTo(EventLayout.HEADER_BYTES);
    }

    @Test
    void takesOwnLabelsOneAfterTheOther() {
        EventDraft draft = new EventDraft().capturedNanos(0);
        draft.ownLabels("a", "0\tcat\n1\tdog\n").ownLabels("", "\n").ownLabels("b", "");
        assertThat(draft.encodedBytes()).isEqualTo(EventLayout.HEADER_BYTES + EventLayout.SECTION_ENTRY_BYTES + 4);
    }

    @Test
    void refusesNullByTheNameOfWhatIsNull() {
        EventDraft draft = new EventDraft().capturedNanos(0);
        Map<String, ThrowingCallable> nulls = new LinkedHashMap<>();
        nulls.put("source", () -> draft.source(null));
        nulls.put("stream", () -> draft.stream(null));
        nulls.put("reason", () -> draft.skip(null));
        nulls.put("labels", () -> draft.ownLabels("m", null));
        nulls.put("model", () -> draft.ownLabels(null, ""));
        nulls.put("topic", () -> draft.message(null, "text"));
        nulls.put("text", () -> draft.message("a", (String) null));
        nulls.put("content", () -> draft.message("a", (java.nio.ByteBuffer) null));
        nulls.forEach((name, call) -> assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(name + " is null: leave it out, or give an empty one"));
        assertThatThrownBy(() -> draft.textMessage("a", null, 0, 0)).hasMessageStartingWith("text is null");
        assertThatThrownBy(() -> draft.message("a", null, 0, 0)).hasMessageStartingWith("content is null");
        assertThatThrownBy(() -> new LabelSet(LabelSet.Model.named(null), new java.util.TreeMap<>()))
                .hasMessageStartingWith("model is null");
    }

    @Test
    void refusesOwnLabelsWithoutATab() {
        EventDraft draft = new EventDraft().capturedNanos(0);
        assertThatThrownBy(() -> draft.ownLabels("m", "0\tdog\ncat"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("idsAndLabels has a line without a tab: \"cat\"");
        draft.ownLabels("m", "0\tdog\n\n1\tcat\n");
    }
}
