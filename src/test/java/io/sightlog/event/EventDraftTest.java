package io.sightlog.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** What was in memory before never gets into a journal, neither as padding nor as a field that nobody set. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsEncodedDoesNotDependOnWhatWasThere(int length) {
        String text = "x".repeat(length);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        JournalId id = JournalId.parse("00112233445566778899aabbccddeeff");
        EventDraft draft = new EventDraft();
        List<Runnable> kinds = List.of(
                () -> {},
                () -> draft.source(text),
                () -> draft.stream(text),
                () -> draft.ownLabels(text, ""),
                () -> draft.ownLabels("", "0\t" + text + "\n"),
                () -> draft.detection(1, 0.5f, 1, 2, 3, 4, 5).section(40_000, bytes),
                () -> draft.section(40_000, bytes).section(40_001, bytes),
                () -> draft.skip(text),
                () -> draft.skip("why").source(text),
                () -> draft.message("t" + text, text),
                () -> draft.textMessage("t", bytes, 0, length),
                () -> draft.message("t" + text, bytes, 0, length),
                () -> draft.message("t", ByteBuffer.wrap(bytes)),
                () -> draft.live(new LiveSource(1, 2, 3, 4)),
                () -> draft.keptFrame(new KeptFrame(id, 1, 2, 3, 4, 5, KeptFrame.JPEG, 6, 7)),
                () -> draft.answers(new AnsweredEvent(id, 1, 2, 3, 4)),
                () -> draft.origin(
                        new Origin(Origin.KAFKA, "c" + text, "t" + text, text, text, 1, 2, List.of(id), 3, 4, 5)));
        for (int i = 0; i < kinds.size(); i++) {
            draft.clear().capturedNanos(1);
            kinds.get(i).run();
            assertThat(encoded(draft, (byte) 0xff))
                    .as("draft %d with texts of %d bytes", i, length)
                    .isEqualTo(encoded(draft, (byte) 0));
        }
    }

    private static byte[] encoded(EventDraft draft, byte before) {
        byte[] encoded = new byte[draft.encodedBytes()];
        ByteBuffer memory = ByteBuffer.allocateDirect(encoded.length);
        Arrays.fill(encoded, before);
        memory.put(encoded);
        draft.encode(Memory.addressOf(memory), encoded.length, 7, 8, 9);
        memory.flip().get(encoded);
        return encoded;
    }

    /** Whatever kind it is: no getter gives a value out of damaged bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"frame", "skip", "text", "binary"})
    void everyFlippedBitOfEveryKindIsRefused(String kind) {
        EventDraft draft = new EventDraft()
                .capturedNanos(1).source("/photos/dog.jpg").stream("gate").section(40_000, new byte[5]);
        switch (kind) {
            case "frame" -> draft.frame(1, 2).size(3, 4).detection(1, 0.5f, 1, 2, 3, 4, 5);
            case "skip" -> draft.frame(1, 2).size(3, 4).skip("too dark");
            case "text" -> draft.message("door", "open");
            default -> draft.message("door", new byte[7], 0, 7);
        }
        byte[] sound = encoded(draft, (byte) 0);
        ByteBuffer memory = ByteBuffer.allocateDirect(sound.length).put(sound);
        Event event = new Event(LabelSource.NONE);
        event.wrap(Memory.addressOf(memory), sound.length);
        for (int bit = 0; bit < 8 * sound.length; bit++) {
            memory.put(bit / 8, (byte) (sound[bit / 8] ^ (1 << (bit % 8))));
            assertThatThrownBy(() -> event.wrap(Memory.addressOf(memory), sound.length))
                    .as("bit %d of byte %d", bit % 8, bit / 8)
                    .isInstanceOf(UnreadableEventException.class);
            memory.put(bit / 8, sound[bit / 8]);
        }
    }
}
