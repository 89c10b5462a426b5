package io.sightlog.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SelectionTest {
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
    private final Event event = new Event(LabelSource.NONE);

    private boolean accepts(EventDraft draft, String... args) {
        Tail tail = new Tail();
        new CommandLine(tail).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(args);
        int bytes = draft.encodedBytes();
        draft.encode(Memory.addressOf(buffer), bytes, 1, 0, 5);
        event.wrap(Memory.addressOf(buffer), bytes);
        return tail.selection.accepts(event);
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
        assertThat(accepts(message(topic), "--topic", pattern)).isEqualTo(accepted);
    }

    @Test
    void aTopicLeavesOutWhatIsNoMessage() {
        assertThat(accepts(new EventDraft().capturedNanos(0), "--topic", "**")).isFalse();
        assertThat(accepts(new EventDraft().capturedNanos(0).skip("door"), "--topic", "**"))
                .isFalse();
        assertThat(accepts(new EventDraft().capturedNanos(0))).isTrue();
        assertThat(accepts(message("t"))).isTrue();
    }

    @Test
    void aSourceLeavesOutMessagesThatHaveNone() {
        assertThat(accepts(message("t"), "--source", "*")).isFalse();
        assertThat(accepts(message("t").source("/a/dog.jpg"), "--source", "*.jpg"))
                .isTrue();
        assertThat(accepts(new EventDraft().capturedNanos(0).source("/a/dog.jpg"), "--source", "dog.*"))
                .isTrue();
        assertThat(accepts(new EventDraft().capturedNanos(0), "--source", "*")).isTrue();
    }

    @Test
    void aStreamIsWhatItsSenderSays() {
        assertThat(accepts(message("t"), "--stream", "s")).isFalse();
        assertThat(accepts(message("t").stream("s"), "--stream", "s", "--topic", "t"))
                .isTrue();
    }
}
