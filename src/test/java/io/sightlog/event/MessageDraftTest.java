package io.sightlog.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drafts of messages, and what is read of them. */
class MessageDraftTest {
    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(2 << 20);
    private final Event event = new Event(LabelSource.NONE);

    private Event read() {
        return read(draft);
    }

    private Event read(EventDraft from) {
        int bytes = from.encodedBytes();
        from.encode(Memory.addressOf(buffer), bytes, 7, 8, 9);
        event.wrap(Memory.addressOf(buffer), bytes);
        return event;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void givesBackWhatWasPutIn(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            byte[] content = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(1 << random.nextInt(16))];
            random.nextBytes(content);
            String text = new String(content, StandardCharsets.UTF_8);
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            int way = random.nextInt(5);
            draft.clear().capturedNanos(0).stream("s");
            switch (way) {
                case 0 -> draft.message("t/ü", text);
                case 1 -> draft.textMessage("t/ü", utf8, 0, utf8.length);
                case 2 -> draft.message("t/ü", content, 0, content.length);
                case 3 -> draft.message("t/ü", ByteBuffer.wrap(content));
                default ->
                    draft.message(
                            "t/ü",
                            ByteBuffer.allocateDirect(content.length)
                                    .put(content)
                                    .flip());
            }
            draft.capturedNanos(round);
            boolean binary = way > 1;
            for (Event got : List.of(read(), read(new EventDraft().copy(event)))) {
                assertThat(got.kind()).isEqualTo(EventKind.MESSAGE);
                assertThat(got.topic()).isEqualTo("t/ü");
                assertThat(got.stream()).isEqualTo("s");
                assertThat(got.capturedNanos()).isEqualTo(round);
                assertThat(got.isBinary()).as("seed %s", seed).isEqualTo(binary);
                assertThat(got.text()).isEqualTo(binary ? "" : text);
                assertThat(got.content()).as("seed %s", seed).isEqualTo(binary ? content : utf8);
                byte[] into = new byte[got.contentBytes() + 3];
                assertThat(got.content(into, 3)).isEqualTo(got.contentBytes());
                assertThat(into).endsWith(got.content());
                assertThat(got.section(EventLayout.SECTION_TEXT) >= 0).isEqualTo(!binary && utf8.length > 0);
                assertThat(got.sectionCount()).isEqualTo(binary || utf8.length > 0 ? 3 : 2);
                assertThat(got.totalBytes() % 4).isZero();
            }
        }
    }

    @Test
    void takesPartOfAnArrayAndWhatRemainsInABuffer() {
        byte[] content = {1, 2, 3, 4, 5};
        assertThat(read(draft.message("t", content, 1, 3)).content()).containsExactly(2, 3, 4);
        ByteBuffer from = ByteBuffer.wrap(content).position(2).limit(4);
        assertThat(read(draft.message("t", from)).content()).containsExactly(3, 4);
        assertThat(from.remaining()).isEqualTo(2);
        assertThat(read(draft.textMessage("t", "xyz".getBytes(StandardCharsets.UTF_8), 2, 1))
                        .text())
                .isEqualTo("z");
        assertThatThrownBy(() -> draft.message("t", content, 3, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> draft.textMessage("t", content, -1, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> event.content(new byte[2], 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(read().text()).isEqualTo("z");
    }

    @Test
    void hasNothingOfAFrame() {
        draft.frame(5, 6)
                .size(7, 8)
                .took(9, 10)
                .digest(11)
                .labelSet(12)
                .ownLabels("m", "1\tcat")
                .source("s")
                .detection(1, 1, 0, 0, 1, 1, 0)
                .section(40_000, new byte[] {1})
                .message("t", "x");
        Event got = read();
        assertThat(got.frame() + got.positionNanos() + got.width() + got.height() + got.decodeNanos())
                .isZero();
        assertThat(got.inferNanos() + got.digest() + got.labelSetHash() + got.detectionCount())
                .isZero();
        assertThat(got.source()).isEqualTo("s");
        assertThat(got.sectionCount()).isEqualTo(4);
        assertThat(got.sectionContent(got.section(40_000))).containsExactly(1);

        assertThatThrownBy(() -> draft.frame(1, 0)).hasMessage("a message has no frame");
        assertThatThrownBy(() -> draft.size(0, 1)).hasMessage("a message has no height");
        assertThatThrownBy(() -> draft.took(1, 0)).hasMessage("a message has no decodeNanos");
        assertThatThrownBy(() -> draft.digest(1)).hasMessage("a message has no digest");
        assertThatThrownBy(() -> draft.labelSet(1)).hasMessage("a message has no label set");
        assertThatThrownBy(() -> draft.ownLabels("m", "")).hasMessage("a message has no labels and no model");
        assertThatThrownBy(() -> draft.detection(1, 1, 0, 0, 1, 1, 0)).hasMessage("a message has no detections");
        draft.frame(0, 0).size(0, 0).took(0, 0).digest(0).labelSet(0).ownLabels("", "");
        assertThat(read().text()).isEqualTo("x");
    }

    @Test
    void becomesAFrameOrASkipAgainWithNothingLeft() {
        draft.message("t", "x").skip("why");
        assertThat(read().sectionCount()).isEqualTo(1);
        assertThat(event.reason()).isEqualTo("why");
        draft.message("t", new byte[1], 0, 1).clear().frame(3, 0);
        assertThat(read().sectionCount()).isZero();
        assertThat(event.kind()).isEqualTo(EventKind.FRAME);
        assertThat(event.content()).isEmpty();
        assertThat(event.contentBytes()).isZero();
    }

    @Test
    void refusesBadTopicsAndStaysAsItWas() {
        draft.message("good", "text");
        for (String bad : List.of("", "a\nb", "\u0000", "a\u007f", "\u0085", "x".repeat(256), "ü".repeat(128))) {
            assertThatThrownBy(() -> draft.message(bad, "other"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("topic has ")
                    .message()
                    .doesNotContainPattern("\\p{Cntrl}");
            assertThatThrownBy(() -> draft.message(bad, new byte[1], 0, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(read().topic() + event.text()).isEqualTo("goodtext");
        for (String most : List.of("x".repeat(255), "ü".repeat(127) + "x", "🚪".repeat(63) + "xyz")) {
            assertThat(read(draft.message(most, "")).topic()).isEqualTo(most);
        }
    }

    @Test
    void refusesWhatIsTooLongAndStaysAsItWas() {
        int most = EventLayout.MAX_CONTENT_BYTES;
        draft.message("t", "x".repeat(most - 2) + "ü");
        assertThat(read().contentBytes()).isEqualTo(most);
        String before = event.text();
        assertThat(before).hasSize(most - 1).endsWith("xü");
        assertThatThrownBy(() -> draft.message("u", "x".repeat(most + 1)))
                .hasMessage("text has 1048577 bytes, at most 1048576 fit");
        assertThatThrownBy(() -> draft.message("u", "€".repeat(most / 3 + 1)))
                .hasMessage("text has 1048578 bytes, at most 1048576 fit");
        assertThatThrownBy(() -> draft.textMessage("u", new byte[most + 1], 0, most + 1))
                .hasMessageContaining("at most 1048576 fit");
        assertThatThrownBy(() -> draft.message("u", new byte[most + 1], 0, most + 1))
                .hasMessage("content has 1048577 bytes, at most 1048576 fit");
        assertThatThrownBy(() -> draft.message("u", ByteBuffer.allocate(most + 1)))
                .hasMessageContaining("at most 1048576 fit");
        assertThat(read().topic()).isEqualTo("t");
        assertThat(event.text()).isEqualTo(before);
        assertThat(read(draft.message("t", new byte[most], 0, most)).contentBytes())
                .isEqualTo(most);
    }

    @Test
    void refusesBadUtf8WithItsPlace() {
        byte[] utf8 = "türe".getBytes(StandardCharsets.UTF_8);
        draft.textMessage("t", utf8, 0, utf8.length);
        assertThatThrownBy(() -> draft.textMessage("t", utf8, 0, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text is not good UTF-8 at byte 1");
        assertThat(read().text()).isEqualTo("türe");
    }

    @Test
    void keepsNothingOfAnEarlierTextThatCameAsBytes() {
        draft.message("t", "one");
        draft.textMessage("t", "two".getBytes(StandardCharsets.UTF_8), 0, 3);
        assertThat(read(draft.message("t", "one")).text()).isEqualTo("one");
        assertThat(read(draft.message("t", "")).text()).isEmpty();
        assertThat(read(draft.message("t", "one")).text()).isEqualTo("one");
    }

    @Test
    void aFilterLeavesMessagesAsTheyAre() {
        Event got = read(draft.message("t", "x"));
        assertThat(new EventFilter(List.of("dog"), 0.5f, LabelSource.NONE).filter(got))
                .isSameAs(got);
    }

    @Test
    void aMessageOfAnotherProgramWithoutATopicIsRefusedByName() {
        read(draft.message("t", "x"));
        long at = Memory.addressOf(buffer);
        Memory.putInt(at + EventLayout.HEADER_BYTES, 40_000); // its topic becomes a section nobody knows
        Memory.putInt(at, new Crc32c().of(at + 4, event.totalBytes() - 4));
        event.wrap(at, event.totalBytes());
        assertThat(event.topic()).isEmpty();
        assertThatThrownBy(() -> new EventDraft().copy(event))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topic has 0 bytes, 1 to 255 are needed: \"\"");
    }
}
