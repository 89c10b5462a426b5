package io.sightlog.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EventFilterTest {
    private final EventDraft draft = new EventDraft().capturedNanos(0).labelSet(5);
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(4096);
    private LabelSource labels = LabelSource.NONE;

    private void labels(Map<Integer, String> names) {
        LabelSet set = new LabelSet(LabelSet.Model.named("m"), new TreeMap<>(names));
        labels = hash -> set;
    }

    private Event event() {
        Event event = new Event(labels);
        int size = draft.encodedBytes();
        draft.encode(Memory.addressOf(bytes), size, 1, 2, 3);
        event.wrap(Memory.addressOf(bytes), size);
        return event;
    }

    /** The class ids that are left. */
    private List<Integer> left(float minConfidence, String... classes) {
        Event left = new EventFilter(List.of(classes), minConfidence, labels).filter(event());
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < left.detectionCount(); i++) {
            ids.add(left.classId(i));
        }
        return ids;
    }

    @Test
    void aConfidenceThatIsTheLimitIsKeptAndTheNextBelowIsNot() {
        labels(Map.of(1, "at", 2, "below"));
        for (int hundredth = 1; hundredth <= 100; hundredth++) {
            float limit = Float.parseFloat(hundredth / 100 + "." + hundredth % 100 / 10 + hundredth % 10);
            draft.clear()
                    .capturedNanos(0)
                    .labelSet(5)
                    .detection(1, limit, 0, 0, 1, 1, 0)
                    .detection(2, Math.nextDown(limit), 0, 0, 1, 1, 0);
            assertThat(left(limit)).as("%s", limit).containsExactly(1);
            assertThat(event().sees("at", limit)).as("%s", limit).isTrue();
            assertThat(event().sees("below", limit)).as("%s", limit).isFalse();
        }
    }

    @Test
    void aNumberIsALabelWhereOneIsCalledSoAndElseAClassId() {
        draft.detection(3, 0.5f, 0, 0, 1, 1, 0)
                .detection(7, 0.5f, 0, 0, 1, 1, 0)
                .detection(8, 0.5f, 0, 0, 1, 1, 0);
        labels(Map.of(3, "dog", 7, "3", 8, "03"));
        assertThat(left(0, "3")).containsExactly(7);
        assertThat(left(0, "7")).containsExactly(7);
        assertThat(left(0, "03")).containsExactly(8);
        assertThat(left(0, "3", "dog")).containsExactly(3, 7);
        labels(Map.of(3, "dog"));
        assertThat(left(0, "3", "8")).as("an id without a label, too").containsExactly(3, 8);
        labels = LabelSource.NONE;
        assertThat(left(0, "3")).containsExactly(3);
        assertThat(left(0, "03")).isEmpty();
    }

    @Test
    void saysWhatWasNeverMet() {
        draft.detection(3, 0.5f, 0, 0, 1, 1, 0);
        labels(Map.of(3, "Dog"));
        EventFilter filter = new EventFilter(List.of("dOG", "cat", "9"), 0, labels);
        assertThat(filter.unmet()).containsExactly("dOG", "cat", "9");
        filter.filter(event());
        assertThat(filter.unmet()).containsExactly("cat", "9");
    }

    /** No draft lets such a confidence in; another program's writer might. */
    @Test
    void whatNoCopyCanHaveIsUnreadableAndNoMistakeOfWhoAsks() {
        draft.detection(1, 0.77f, 0, 0, 1, 1, 0).detection(2, 0.5f, 0, 0, 1, 1, 0);
        int size = draft.encodedBytes();
        long at = Memory.addressOf(bytes);
        draft.encode(at, size, 1, 2, 3);
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        for (int i = EventLayout.HEADER_BYTES; i < size; i += 4) {
            if (bytes.getInt(i) == Float.floatToRawIntBits(0.77f)) {
                bytes.putFloat(i, 1.5f);
            }
        }
        Memory.putInt(at, new Crc32c().of(at + 4, size - 4));
        Event event = new Event(labels);
        event.wrap(at, size);
        assertThatThrownBy(() -> new EventFilter(List.of(), 0.6f, labels).filter(event))
                .isInstanceOf(UnreadableEventException.class)
                .hasMessage("confidence=1.5 is not in 0..1");
    }
}
