package io.sightlog.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.UnreadableEventException.Cause;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {
    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    private final Event event = new Event(LabelSource.NONE);

    private int encode() {
        int bytes = draft.encodedBytes();
        draft.encode(Memory.addressOf(buffer), bytes, 7, 8, 9);
        return bytes;
    }

    private Event read() {
        event.wrap(Memory.addressOf(buffer), encode());
        return event;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void givesBackWhatWasPutIn(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            String source = text(random);
            String stream = text(random);
            draft.clear().source(source).stream(stream)
                    .size(10_000, 10_000)
                    .capturedNanos(random.nextLong())
                    .frame(random.nextLong() >>> 1, random.nextLong() >>> 1)
                    .took(random.nextLong() >>> 1, random.nextLong() >>> 1)
                    .digest(random.nextLong())
                    .labelSet(random.nextLong());
            List<Detection> detections = new ArrayList<>();
            for (int i = random.nextInt(30); i > 0; i--) {
                detections.add(new Detection(
                        random.nextInt(LabelSet.MAX_CLASS_ID + 1),
                        random.nextFloat(),
                        random.nextInt(5000),
                        random.nextFloat() * 5000,
                        random.nextFloat() * 4000,
                        random.nextInt(4000),
                        random.nextLong() >>> 1));
            }
            detections.forEach(draft::detection);
            byte[] unknown = new byte[random.nextInt(20)];
            random.nextBytes(unknown);
            draft.section(40_000, unknown);
            Event got = read();
            assertThat(got.kind()).isEqualTo(EventKind.FRAME);
            assertThat(got.source()).as("seed %s", seed).isEqualTo(source);
            assertThat(got.stream()).isEqualTo(stream);
            assertThat(got.reason()).isEmpty();
            assertThat(got.producer()).isEqualTo(7);
            assertThat(got.sequence()).isEqualTo(8);
            assertThat(got.appendedNanos()).isEqualTo(9);
            List<Detection> read = new ArrayList<>();
            for (int i = 0; i < got.detectionCount(); i++) {
                read.add(got.detection(i));
            }
            assertThat(read).isEqualTo(detections);
            assertThat(got.sectionContent(got.section(40_000))).isEqualTo(unknown);
            assertThat(got.totalBytes() % 4).isZero();

            ByteBuffer first = ByteBuffer.allocate(got.totalBytes());
            Memory.copy(got.address(), first.array(), 0, first.capacity());
            EventDraft copy = new EventDraft().copy(got);
            detections.forEach(copy::detection);
            byte[] second = new byte[copy.encodedBytes()];
            copy.encode(Memory.addressOf(buffer), second.length, 7, 8, 9);
            Memory.copy(Memory.addressOf(buffer), second, 0, second.length);
            assertThat(second).as("a copy, seed %s", seed).isEqualTo(first.array());
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(40); i > 0; i--) {
            text.appendCodePoint(random.nextInt(4) == 0 ? 0x1F600 + random.nextInt(50) : 0x20 + random.nextInt(0x500));
        }
        return text.toString();
    }

    @Test
    void everyFlippedBitIsToldAndEveryCutToo() {
        draft.clear().capturedNanos(0).source("/photos/dog.jpg").size(768, 576).detection(3, 0.5f, 1, 2, 3, 4, 0);
        int bytes = encode();
        long at = Memory.addressOf(buffer);
        for (int bit = 0; bit < bytes * 8; bit++) {
            byte before = Memory.getByte(at + bit / 8);
            Memory.putByte(at + bit / 8, (byte) (before ^ 1 << bit % 8));
            int flipped = bit;
            assertThatThrownBy(() -> event.wrap(at, bytes))
                    .as("bit %s", flipped)
                    .isInstanceOf(UnreadableEventException.class);
            Memory.putByte(at + bit / 8, before);
        }
        for (int length = 0; length < bytes; length++) {
            int cut = length;
            assertThatThrownBy(() -> event.wrap(at, cut)).isInstanceOf(UnreadableEventException.class);
        }
        event.wrap(at, bytes);
        assertThat(event.x(0)).isEqualTo(1f);
    }

    @Test
    void aSoundChecksumDoesNotMakeNonsenseReadable() {
        long at = Memory.addressOf(buffer);
        Crc32c crc = new Crc32c();
        Random random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            draft.clear().capturedNanos(0).source("s").detection(3, 0.5f, 1, 2, 3, 4, 0);
            int bytes = encode();
            int offset = EventLayout.VERSION_OFFSET + random.nextInt(bytes - EventLayout.VERSION_OFFSET);
            Memory.putByte(at + offset, (byte) random.nextInt());
            Memory.putInt(at, crc.of(at + 4, bytes - 4));
            try {
                event.wrap(at, bytes);
                for (int i = 0; i < event.detectionCount(); i++) {
                    event.detection(i);
                }
                event.source();
                for (int i = 0; i < event.sectionCount(); i++) {
                    event.sectionContent(i);
                }
            } catch (UnreadableEventException e) {
                // told
            }
        }
    }

    @Test
    void aNewerVersionIsRefusedByName() {
        draft.clear().capturedNanos(0).source("s");
        int bytes = encode();
        long at = Memory.addressOf(buffer);
        Memory.putByte(at + EventLayout.VERSION_OFFSET, (byte) 2);
        assertThatThrownBy(() -> event.wrap(at, bytes))
                .isInstanceOfSatisfying(
                        UnreadableEventException.class, e -> assertThat(e.why()).isEqualTo(Cause.NEWER))
                .hasMessage("its version is 2, this Sightlog reads version 1; use a newer one");
    }

    @Test
    void longerHeadersAndDetectionsOfLaterVersionsAreSteppedOver() {
        draft.clear()
                .capturedNanos(0)
                .source("s")
                .detection(3, 0.5f, 1, 2, 3, 4, 11)
                .detection(4, 0.25f, 5, 6, 7, 8, 12);
        int bytes = encode();
        long from = Memory.addressOf(buffer);
        int grown = bytes + 8 + 2 * 16;
        long to = from + 65_536;
        Memory.copy(from, to, 112);
        for (int i = 0; i < 2; i++) {
            Memory.copy(from + 112 + 32L * i, to + 120 + 48L * i, 32);
        }
        Memory.copy(from + 112 + 64, to + 120 + 96, bytes - 112 - 64L);
        Memory.putShort(to + EventLayout.HEADER_BYTES_OFFSET, (short) 120);
        Memory.putShort(to + EventLayout.DETECTION_BYTES_OFFSET, (short) 48);
        Memory.putInt(to + EventLayout.TOTAL_BYTES, grown);
        Memory.putInt(to + 120 + 96 + 4, Memory.getInt(to + 120 + 96 + 4) + 40);
        Memory.putInt(to, new Crc32c().of(to + 4, grown - 4));
        event.wrap(to, grown);
        assertThat(event.detection(1)).isEqualTo(new Detection(4, 0.25f, 5, 6, 7, 8, 12));
        assertThat(event.source()).isEqualTo("s");
    }

    @Test
    void aSkipHasAReasonAndNoDetections() {
        draft.clear()
                .capturedNanos(0)
                .source("broken.jpg")
                .detection(1, 1, 0, 0, 1, 1, 0)
                .skip("not a picture");
        assertThat(read().kind()).isEqualTo(EventKind.SKIP);
        assertThat(event.reason()).isEqualTo("not a picture");
        assertThat(event.detectionCount()).isZero();
        assertThatThrownBy(() -> draft.detection(1, 1, 0, 0, 1, 1, 0)).hasMessage("a skip has no detections");
    }

    @ParameterizedTest
    @CsvSource({
        "-10, -20, 30, 40, 0, 0, 20, 20",
        "90, 40, 30, 40, 90, 40, 10, 10",
        "200, 200, 5, 5, 100, 50, 0, 0",
        "-50, -50, 5, 5, 0, 0, 0, 0",
        "0, 0, 100, 50, 0, 0, 100, 50",
        "10.25, 20.5, 3.75, 4.125, 10.25, 20.5, 3.75, 4.125",
    })
    void boxesAreClippedToThePicture(
            float x, float y, float w, float h, float left, float top, float width, float height) {
        draft.clear().capturedNanos(0).size(100, 50).detection(0, 1, x, y, w, h, 0);
        Detection once = read().detection(0);
        assertThat(once).isEqualTo(new Detection(0, 1, left, top, width, height));
        draft.clear().capturedNanos(0).size(100, 50).detection(once);
        assertThat(read().detection(0)).isEqualTo(once);
    }

    @Test
    void nothingThatIsNoNumberOrOutOfRangeGetsIn() {
        draft.clear().capturedNanos(0);
        float[] bad = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
        for (float value : bad) {
            assertThatThrownBy(() -> draft.detection(0, value, 0, 0, 0, 0, 0))
                    .hasMessageContaining("confidence=" + value);
            assertThatThrownBy(() -> draft.detection(0, 0, value, 0, 0, 0, 0)).hasMessageContaining("x=" + value);
            assertThatThrownBy(() -> draft.detection(0, 0, 0, value, 0, 0, 0)).hasMessageContaining("y=" + value);
            assertThatThrownBy(() -> draft.detection(0, 0, 0, 0, value, 0, 0)).hasMessageContaining("w=" + value);
            assertThatThrownBy(() -> draft.detection(0, 0, 0, 0, 0, value, 0)).hasMessageContaining("h=" + value);
        }
        assertThatThrownBy(() -> draft.detection(0, 1.01f, 0, 0, 0, 0, 0)).hasMessageContaining("confidence=1.01");
        assertThatThrownBy(() -> draft.detection(-1, 1, 0, 0, 0, 0, 0)).hasMessageContaining("classId=-1");
        assertThatThrownBy(() -> draft.detection(0, 1, 0, 0, -1, 0, 0)).hasMessageContaining("w=-1.0");
        assertThatThrownBy(() -> draft.detection(0, 1, 0, 0, 0, 0, -5)).hasMessageContaining("trackId=-5");
        assertThatThrownBy(() -> draft.frame(-1, 0)).hasMessageContaining("frame=-1");
        assertThatThrownBy(() -> draft.source("x".repeat(70_000))).hasMessageContaining("source has 70000 bytes");
        assertThat(read().detectionCount()).isZero();
        assertThat(event.source()).isEmpty();
    }

    @Test
    void holdsAsManyDetectionsAsItSaysAndNoMore() {
        draft.clear().capturedNanos(0);
        for (int i = 0; i < EventLayout.MAX_DETECTIONS; i++) {
            draft.detection(i, 1, 0, 0, 0, 0, 0);
        }
        assertThat(draft.encodedBytes()).isEqualTo(112 + 3_200_000);
        assertThatThrownBy(() -> draft.detection(0, 1, 0, 0, 0, 0, 0))
                .hasMessage("a frame has at most 100000 detections");
    }

    @Test
    void labelsComeFromTheEventItselfElseFromTheCatalogueElseThereAreNone() {
        TreeMap<Integer, String> labels = new TreeMap<>();
        labels.put(1, "Person");
        labels.put(900, "Dog");
        LabelSet set = new LabelSet(LabelSet.Model.named("m"), labels);
        Event known = new Event(hash -> hash == 5 ? set : null);
        long at = Memory.addressOf(buffer);

        draft.clear()
                .capturedNanos(0)
                .labelSet(5)
                .detection(1, 0.7f, 0, 0, 1, 1, 0)
                .detection(900, 0.2f, 0, 0, 1, 1, 0);
        known.wrap(at, encode());
        assertThat(known.label(1)).isEqualTo("Dog");
        assertThat(known.sees("person", 0.7f)).isTrue();
        assertThat(known.sees("person", 0.71f)).isFalse();
        assertThat(known.sees("dog", 0.1f)).isTrue();
        assertThat(known.sees("cat", 0)).isFalse();

        draft.ownLabels("other", "1\tKatze\n900\tHund\n");
        known.wrap(at, encode());
        assertThat(known.label(0)).isEqualTo("Katze");
        assertThat(known.labels().model().name()).isEqualTo("other");

        draft.clear().capturedNanos(0).labelSet(6).detection(1, 0.7f, 0, 0, 1, 1, 0);
        known.wrap(at, encode());
        assertThat(known.labels()).isNull();
        assertThat(known.label(0)).isNull();
        assertThat(known.sees("person", 0)).isFalse();
    }

    @Test
    void aFilterTakesDetectionsAndNothingElse() {
        TreeMap<Integer, String> labels = new TreeMap<>();
        labels.put(1, "Person");
        labels.put(2, "Dog");
        LabelSource source = hash -> new LabelSet(LabelSet.Model.named("m"), labels);
        Event seen = new Event(source);
        draft.clear()
                .capturedNanos(0)
                .source("s")
                .labelSet(5)
                .section(50_000, new byte[] {1, 2, 3})
                .detection(1, 0.7f, 0, 0, 1, 1, 0)
                .detection(2, 0.6f, 0, 0, 1, 1, 0)
                .detection(1, 0.3f, 0, 0, 1, 1, 0);
        seen.wrap(Memory.addressOf(buffer), encode());
        seen.at(77, 3);

        Event people = new EventFilter(List.of("person"), 0.5f, source).filter(seen);
        assertThat(people.detectionCount()).isEqualTo(1);
        assertThat(people.classId(0)).isEqualTo(1);
        assertThat(people.index()).isEqualTo(77);
        assertThat(people.place()).isEqualTo(3);
        assertThat(people.sequence()).isEqualTo(8);
        assertThat(people.appendedNanos()).isEqualTo(9);
        assertThat(people.sectionContent(people.section(50_000))).containsExactly(1, 2, 3);
        assertThat(new EventFilter(List.of("2"), 0, source).filter(seen).detectionCount())
                .isEqualTo(1);
        assertThat(new EventFilter(List.of("cat"), 0, source).filter(seen).detectionCount())
                .isZero();
        assertThat(new EventFilter(List.of(), 0, source).filter(seen)).isSameAs(seen);
    }

    @Test
    void digestsReadAsSha256SumPrintsThem() {
        long digest = Digest.of(new byte[0]);
        assertThat(Digest.hex(digest)).isEqualTo("e3b0c44298fc1c14");
        assertThat(Digest.parse("e3b0c44298fc1c14")).isEqualTo(digest);
    }
}
