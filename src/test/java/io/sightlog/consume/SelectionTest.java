package io.sightlog.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import io.sightlog.journal.Start;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
    private final Event event = new Event(LabelSource.NONE);

    private boolean accepts(EventDraft draft) {
        return accepts(draft, null, null, null);
    }

    private boolean accepts(
            EventDraft draft, @Nullable String source, @Nullable String stream, @Nullable String topic) {
        Selection selection = Selection.ALL.events(
                source == null ? null : Glob.of(source), stream, topic == null ? null : Glob.of(topic));
        int bytes = draft.encodedBytes();
        draft.encode(Memory.addressOf(buffer), bytes, 1, 0, 5);
        event.wrap(Memory.addressOf(buffer), bytes);
        return selection.accepts(event);
    }

    private static EventDraft message(String topic) {
        return new EventDraft().capturedNanos(0).message(topic, "text");
    }

    @ParameterizedTest
    @CsvSource({
        "door, door, true",
        "door, door/front, false",
        "front, door/front, false",
        "door/*, door/front, true",
        "door/*, door/front/left, false",
        "door/**, door/front/left, true",
        "*, door, true",
        "*, door/front, false",
        "**, door/front, true",
        "*/front, door/front, true",
        "d??r, door, true",
        "'{door,gate}/*', gate/back, true",
        "Door, door, false",
        "a[b]c, a[b]c, true",
        "a[b]c, abc, true",
    })
    void aTopicIsNamedExactlyOrByAPatternForAllOfIt(String pattern, String topic, boolean accepted) {
        assertThat(accepts(message(topic), null, null, pattern)).isEqualTo(accepted);
    }

    @Test
    void aTopicLeavesOutWhatIsNoMessage() {
        assertThat(accepts(new EventDraft().capturedNanos(0), null, null, "**")).isFalse();
        assertThat(accepts(new EventDraft().capturedNanos(0).skip("door"), null, null, "**"))
                .isFalse();
        assertThat(accepts(new EventDraft().capturedNanos(0))).isTrue();
        assertThat(accepts(message("t"))).isTrue();
    }

    @Test
    void aSourceLeavesOutMessagesThatHaveNone() {
        assertThat(accepts(message("t"), "*", null, null)).isFalse();
        assertThat(accepts(message("t").source("/a/dog.jpg"), "*.jpg", null, null))
                .isTrue();
        assertThat(accepts(new EventDraft().capturedNanos(0).source("/a/dog.jpg"), "dog.*", null, null))
                .isTrue();
        assertThat(accepts(new EventDraft().capturedNanos(0), "*", null, null)).isTrue();
    }

    @Test
    void aStreamIsWhatItsSenderSays() {
        assertThat(accepts(message("t"), null, "s", null)).isFalse();
        assertThat(accepts(message("t").stream("s"), null, "s", "t")).isTrue();
    }

    @Test
    void isAValue() {
        Selection selection = Selection.ALL
                .range(Start.OLDEST, new Start.Time(7), Selection.By.CAPTURED)
                .detections(List.of("dog"), 0.5f, true)
                .events(Glob.of("*.jpg"), "s", Glob.of("door/*"));
        assertThat(selection)
                .isEqualTo(new Selection(
                        Start.OLDEST,
                        new Start.Time(7),
                        Selection.By.CAPTURED,
                        List.of("dog"),
                        0.5f,
                        true,
                        Glob.of("*.jpg"),
                        "s",
                        Glob.of("door/*")));
        assertThat(Glob.of("*.jpg")).isNotEqualTo(Glob.of("*.png")).hasToString("*.jpg");
    }

    @Test
    void whatCannotBeSelectedIsRefusedAndNamed() {
        for (Start bad : new Start[] {Start.OLDEST, new Start.Last(2)}) {
            assertThatThrownBy(() -> Selection.ALL.range(null, bad, Selection.By.APPENDED))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(bad.toString());
        }
        for (float bad : new float[] {-0.1f, 1.1f, Float.NaN}) {
            assertThatThrownBy(() -> Selection.ALL.detections(List.of(), bad, false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("confidence=" + bad);
        }
        assertThatThrownBy(() -> Glob.of("{a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bad pattern \"{a\"");
    }
}
