package io.sightlog.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sections 9 to 12: kept frame, live source, origin, answered event. */
class RareSectionsTest {
    private static final JournalId HERE = JournalId.parse("00112233445566778899aabbccddeeff");
    private static final JournalId THERE = JournalId.parse("ffffffffffffffffffffffffffffffff");
    private static final KeptFrame KEPT =
            new KeptFrame(HERE, -2, 3, 1L << 40, 70_000, 0xdeadbeef, KeptFrame.JPEG, 640, 480);
    private static final LiveSource LIVE = new LiveSource(3, 40_000_000, 1, Long.MAX_VALUE);
    private static final Origin ORIGIN = new Origin(
            Origin.KAFKA,
            "MkU3OEVBNTcwNTJENDM2Qk",
            "Tür 🚪",
            "topic id",
            "",
            7,
            1L << 50,
            List.of(THERE, HERE),
            9,
            10,
            -11);
    private static final AnsweredEvent ANSWERS = new AnsweredEvent(HERE, Long.MIN_VALUE, 5, 0x4d0f00000012L, 2);

    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    private final Event event = new Event(LabelSource.NONE);

    private Event read() {
        return read(draft);
    }

    private Event read(EventDraft of) {
        int bytes = of.encodedBytes();
        of.encode(Memory.addressOf(buffer), bytes, 7, 8, 9);
        event.wrap(Memory.addressOf(buffer), bytes);
        return event;
    }

    private byte[] bytes(Event of) {
        byte[] bytes = new byte[of.totalBytes()];
        Memory.copy(of.address(), bytes, 0, bytes.length);
        return bytes;
    }

    @Test
    void areReadAsTheyWereWritten() {
        draft.source("rtsp://gate/1").keptFrame(KEPT).live(LIVE).origin(ORIGIN).answers(ANSWERS);
        draft.section(40_000, new byte[] {1, 2, 3}).detection(3, .5f, 1, 2, 3, 4, 5);
        Event got = read();
        assertThat(KeptFrame.of(got)).isEqualTo(KEPT);
        assertThat(LiveSource.of(got)).isEqualTo(LIVE);
        assertThat(Origin.of(got)).isEqualTo(ORIGIN);
        assertThat(AnsweredEvent.of(got)).isEqualTo(ANSWERS);
        assertThat(got.source()).isEqualTo("rtsp://gate/1");
        assertThat(got.sectionCount()).isEqualTo(6);
        assertThat(got.sectionContent(got.section(40_000))).containsExactly(1, 2, 3);
        byte[] first = bytes(got);
        assertThat(bytes(read(new EventDraft().copy(got).detection(3, .5f, 1, 2, 3, 4, 5))))
                .as("a copy")
                .isEqualTo(first);
    }

    @Test
    void lieWhereTheFormatDrawsThem() {
        Event got = read(draft.keptFrame(KEPT).live(LIVE).origin(ORIGIN).answers(ANSWERS));
        assertThat(hex(got, EventLayout.SECTION_KEPT_FRAME))
                .isEqualTo("00112233445566778899aabbccddeeff" + "feffffffffffffff" + "0300000000000000"
                        + "0000000000010000" + "70110100" + "efbeadde" + "0100" + "0000" + "80020000" + "e0010000"
                        + "00000000");
        assertThat(hex(got, EventLayout.SECTION_LIVE))
                .isEqualTo("0300000000000000" + "005a620200000000" + "0100000000000000" + "ffffffffffffff7f");
        assertThat(hex(got, EventLayout.SECTION_ORIGIN))
                .isEqualTo("0100" + "0200" + "07000000" + "0000000000000400" + "0900000000000000" + "0a00000000000000"
                        + "f5ffffffffffffff" + "1600" + "0900" + "0800" + "0000"
                        + "ffffffffffffffffffffffffffffffff" + "00112233445566778899aabbccddeeff"
                        + hex("MkU3OEVBNTcwNTJENDM2QkTür 🚪topic id".getBytes(StandardCharsets.UTF_8)));
        assertThat(hex(got, EventLayout.SECTION_ANSWERS))
                .isEqualTo("00112233445566778899aabbccddeeff" + "0000000000000080" + "0500000000000000"
                        + "120000000f4d0000" + "02000000" + "00000000");
    }

    private static String hex(Event event, int type) {
        return hex(event.sectionContent(event.section(type)));
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }

    @Test
    void areNotThereInAnOrdinaryEvent() {
        draft.keptFrame(KEPT).live(LIVE).origin(ORIGIN).answers(ANSWERS).section(16, new byte[9]);
        read();
        draft.clear().capturedNanos(0);
        Event got = read();
        assertThat(got.sectionCount()).isZero();
        assertThat(got.totalBytes()).isEqualTo(EventLayout.HEADER_BYTES);
        assertThat(KeptFrame.of(got)).isNull();
        assertThat(LiveSource.of(got)).isNull();
        assertThat(Origin.of(got)).isNull();
        assertThat(AnsweredEvent.of(got)).isNull();
        draft.keptFrame(KEPT).live(LIVE).origin(ORIGIN).answers(ANSWERS);
        assertThat(read().sectionCount()).isEqualTo(4);
        draft.keptFrame(null).live(null).origin(null).answers(null);
        assertThat(read().sectionCount()).as("taken back").isZero();
    }

    @Test
    void aMessageHasNoKeptFrameAndNoLiveSource() {
        draft.keptFrame(KEPT).live(LIVE).origin(ORIGIN).answers(ANSWERS).message("door", "open");
        Event got = read();
        assertThat(KeptFrame.of(got)).isNull();
        assertThat(LiveSource.of(got)).isNull();
        assertThat(Origin.of(got)).isEqualTo(ORIGIN);
        assertThat(AnsweredEvent.of(got)).isEqualTo(ANSWERS);
        assertThatThrownBy(() -> draft.keptFrame(KEPT)).hasMessage("a message has no kept frame");
        assertThatThrownBy(() -> draft.live(LIVE)).hasMessage("a message has no live source");
        assertThat(bytes(read(new EventDraft().copy(got)))).isEqualTo(bytes(got));
    }

    @Test
    void aFilterKeepsThem() {
        draft.keptFrame(KEPT).live(LIVE).origin(ORIGIN).answers(ANSWERS);
        draft.detection(3, .5f, 1, 2, 3, 4, 5).detection(4, .9f, 1, 2, 3, 4, 5);
        Event shown = new EventFilter(List.of("4"), 0, LabelSource.NONE).filter(read());
        assertThat(shown.detectionCount()).isOne();
        assertThat(KeptFrame.of(shown)).isEqualTo(KEPT);
        assertThat(LiveSource.of(shown)).isEqualTo(LIVE);
        assertThat(Origin.of(shown)).isEqualTo(ORIGIN);
        assertThat(AnsweredEvent.of(shown)).isEqualTo(ANSWERS);
    }

    @Test
    void whatALaterVersionAddsAtTheEndIsPassedOverAndKept() {
        Event got = read(draft.keptFrame(KEPT).live(LIVE).origin(ORIGIN).answers(ANSWERS));
        Event longer = read(withSections(got, 20));
        assertThat(KeptFrame.of(longer)).isEqualTo(KEPT);
        assertThat(LiveSource.of(longer)).isEqualTo(LIVE);
        assertThat(Origin.of(longer)).isEqualTo(ORIGIN);
        assertThat(AnsweredEvent.of(longer)).isEqualTo(ANSWERS);
        byte[] before = bytes(longer);
        assertThat(bytes(read(new EventDraft().copy(longer)))).isEqualTo(before);
    }

    /** The event with each section longer, or shorter, by so many bytes. */
    private EventDraft withSections(Event of, int more) {
        EventDraft changed = new EventDraft().capturedNanos(0);
        int bytes = EventLayout.HEADER_BYTES;
        ByteBuffer raw = ByteBuffer.allocateDirect(1 << 16);
        long at = Memory.addressOf(raw);
        Memory.copy(of.address(), at, EventLayout.HEADER_BYTES);
        bytes += of.sectionCount() * EventLayout.SECTION_ENTRY_BYTES;
        for (int i = 0; i < of.sectionCount(); i++) {
            byte[] content = Arrays.copyOf(of.sectionContent(i), of.sectionContent(i).length + more);
            long entry = at + EventLayout.HEADER_BYTES + (long) i * EventLayout.SECTION_ENTRY_BYTES;
            Memory.putInt(entry, of.sectionType(i));
            Memory.putInt(entry + 4, bytes);
            Memory.putInt(entry + 8, content.length);
            Memory.copy(content, 0, at + bytes, content.length);
            bytes += EventLayout.align4(content.length);
        }
        Memory.putInt(at + EventLayout.TOTAL_BYTES, bytes);
        Event made = new Event(LabelSource.NONE);
        made.wrapSound(at, bytes);
        return changed.copy(made);
    }

    @Test
    void thatAreTooShortAreDamageForWhoeverAsksAndForCopies() {
        Event got = read(draft.live(LIVE));
        assertThatThrownBy(() -> withSections(got, -1))
                .isInstanceOf(UnreadableEventException.class)
                .hasMessage("its section \"live source\": its size=31: 32 or more is needed");
        for (EventDraft one : List.of(
                new EventDraft().keptFrame(KEPT), new EventDraft().origin(ORIGIN), new EventDraft().answers(ANSWERS))) {
            Event whole = read(one);
            int size = whole.sectionContent(0).length;
            for (int cut = 1; cut <= size; cut++) {
                int less = -cut;
                assertThatThrownBy(() -> withSections(whole, less)).isInstanceOf(UnreadableEventException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void ofAnyBytesNeverGiveAnythingButAValueOrDamage(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        draft.keptFrame(KEPT).live(LIVE).origin(ORIGIN).answers(ANSWERS);
        int bytes = draft.encodedBytes();
        int from = EventLayout.HEADER_BYTES + 4 * EventLayout.SECTION_ENTRY_BYTES;
        int damaged = 0;
        for (int round = 0; round < 20_000; round++) {
            draft.encode(Memory.addressOf(buffer), bytes, 7, 8, 9);
            for (int i = random.nextInt(1, 8); i > 0; i--) {
                buffer.put(random.nextInt(from, bytes), (byte) random.nextInt());
            }
            event.wrapSound(Memory.addressOf(buffer), bytes);
            try {
                event.checkSections();
                read(new EventDraft().copy(event));
            } catch (UnreadableEventException e) {
                damaged++;
                assertThat(e).as("seed=%d", seed).message().doesNotContainPattern("[\\p{Cntrl}]");
            }
        }
        assertThat(damaged).as("seed=%d", seed).isBetween(100, 19_900);
    }

    @Test
    void refuseWhatCannotBeAndSayWhatIsNeeded() {
        refuses(() -> new KeptFrame(null, 1, 0, 0, 1, 0, 1, 0, 0), "keptFrame.journal is null");
        refuses(() -> new KeptFrame(HERE, 0, 0, 0, 1, 0, 1, 0, 0), "keptFrame.producer=0: not 0 is needed");
        refuses(() -> new KeptFrame(HERE, 1, -1, 0, 1, 0, 1, 0, 0), "keptFrame.file=-1: 0 or more");
        refuses(() -> new KeptFrame(HERE, 1, 0, -1, 1, 0, 1, 0, 0), "keptFrame.offset=-1: 0 or more");
        refuses(() -> new KeptFrame(HERE, 1, 0, 0, 0, 0, 1, 0, 0), "keptFrame.bytes=0: 1 or more");
        refuses(() -> new KeptFrame(HERE, 1, 0, 0, 1, 0, 65_536, 0, 0), "keptFrame.format=65536: 1 to 65535");
        refuses(() -> new KeptFrame(HERE, 1, 0, 0, 1, 0, 1, -1, 0), "keptFrame.width=-1");
        refuses(() -> new LiveSource(-1, 0, 0, 0), "live.dropped=-1");
        refuses(() -> new LiveSource(0, -1, 0, 0), "live.ageNanos=-1");
        refuses(() -> new LiveSource(0, 0, -1, 0), "live.reconnects=-1");
        refuses(() -> new LiveSource(0, 0, 0, -1), "live.outageNanos=-1");
        refuses(() -> origin(0, "", "", List.of(), 1, 0), "origin.kind=0");
        refuses(() -> origin(1, "\ud800", "", List.of(), 1, 0), "origin.broker has half a surrogate pair");
        refuses(() -> origin(1, "b".repeat(256), "", List.of(), 1, 0), "origin.broker has 256 bytes, at most 255");
        refuses(() -> origin(1, "", "t".repeat(65_536), List.of(), 1, 0), "origin.topic has 65536 bytes");
        refuses(() -> origin(1, "", null, List.of(), 1, 0), "origin.topic is null");
        refuses(() -> origin(1, "", "", Collections.nCopies(9, HERE), 1, 0), "origin.path's length=9: 0 to 8");
        refuses(() -> origin(1, "", "", List.of(), 0, 1), "origin.sequence=1: 0 without a producer");
        refuses(() -> new AnsweredEvent(HERE, 0, 0, 0, 0), "answers.producer=0");
        refuses(() -> new AnsweredEvent(null, 1, -1, 0, 0), "answers.sequence=-1");
        refuses(() -> new AnsweredEvent(null, 1, 0, -1, 0), "answers.index=-1");
        refuses(() -> new JournalId(0, 0), "the id of a journal is not 0");
        for (String bad : List.of(
                "", "0123", HERE + "0", HERE.toString().toUpperCase(java.util.Locale.ROOT), "-" + "0".repeat(31))) {
            refuses(() -> JournalId.parse(bad), "the id of a journal is 32 hex digits");
        }
        assertThatThrownBy(() -> draft.section(EventLayout.SECTION_ANSWERS, new byte[48]))
                .hasMessage("section type 12 has a setter of its own");
    }

    private static Origin origin(
            int kind, String broker, String topic, List<JournalId> path, long producer, long sequence) {
        return new Origin(kind, broker, topic, "", "", -1, -1, path, producer, sequence, 0);
    }

    private static void refuses(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    @Test
    void theLargestOriginFits() {
        Origin largest = new Origin(
                65_535,
                "b".repeat(Origin.MAX_ID_BYTES),
                "t".repeat(Origin.MAX_TOPIC_BYTES),
                "i".repeat(Origin.MAX_ID_BYTES),
                "m".repeat(Origin.MAX_ID_BYTES),
                -1,
                -1,
                Collections.nCopies(Origin.MAX_PATH, HERE),
                0,
                0,
                0);
        Event got = read(draft.origin(largest));
        assertThat(Origin.of(got)).isEqualTo(largest);
        assertThat(got.sectionContent(0)).hasSize(Origin.MAX_BYTES);
    }
}
