package io.sightlog.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.AnsweredEvent;
import io.sightlog.event.EventDraft;
import io.sightlog.event.JournalId;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.LabelSet;
import io.sightlog.event.LiveSource;
import io.sightlog.event.Origin;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was printed, appended elsewhere and printed again, differs only in index, place, append time, producer and sequence. */
class RoundTripTest {
    private static final String[] TEXTS = {
        "",
        "dog",
        "person",
        "17",
        "0",
        "-1",
        " ",
        "véhicule",
        "信号",
        "😀 cat",
        "a\"b\\c",
        "\u2028",
        "yes",
        "#",
        "null",
        "a,b;c",
        "\ufeffx"
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20_261_122})
    void keepsEverythingThatIsPrinted(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        Lines here = new Lines(1);
        long[] sets = new long[6];
        for (int i = 0; i < 4; i++) {
            sets[i] = here.publish(labelSet(random));
        }
        sets[4] = random.nextLong(); // in no catalogue
        Lines there = new Lines(2);
        // known in both, with another meaning, only here, only here; only there
        there.catalogue.put(sets[0], here.find(sets[0]));
        there.catalogue.put(sets[1], labelSet(random));
        there.catalogue.put(sets[4], labelSet(random));
        EventLines lines = new EventLines(there, there, () -> 1, UnknownFields.IGNORED);
        for (int i = 0; i < 3_000; i++) {
            EventDraft draft = randomEvent(random, sets);
            String printed = here.print(draft);
            String again = there.print(lines.parse(printed));
            assertThat(Lines.lasting(again)).as("seed=%d event=%d", seed, i).isEqualTo(Lines.lasting(printed));
            assertThat(again).isNotEqualTo(printed);
        }
        assertThat(there.catalogue).as("nothing had to be published").hasSize(3);
    }

    @Test
    void keepsThousandDetections() throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        Lines here = new Lines(1);
        Lines there = new Lines(2);
        EventDraft draft = new EventDraft().capturedNanos(0).size(1920, 1080).labelSet(here.publish(labelSet(random)));
        for (int i = 0; i < 1_000; i++) {
            detection(random, draft);
        }
        String printed = here.print(draft);
        String again = there.print(new EventLines(there, there, () -> 1, UnknownFields.IGNORED).parse(printed));
        assertThat(Lines.lasting(again)).isEqualTo(Lines.lasting(printed));
        assertThat(again.split("classId")).hasSize(1_001);
    }

    @Test
    void refersToTheLabelSetWhereItIsKnownAndSaysTheSame() throws Exception {
        Lines here = new Lines(1);
        Lines there = new Lines(2);
        TreeMap<Integer, String> labels = new TreeMap<>();
        labels.put(3, "dog");
        LabelSet set = new LabelSet(LabelSet.Model.named("m"), labels);
        long hash = here.publish(set);
        there.publish(set);
        String printed = here.print(new EventDraft()
                .capturedNanos(0)
                .labelSet(hash)
                .detection(3, .5f, 0, 0, 1, 1, 0)
                .detection(4, .5f, 0, 0, 1, 1, 0));

        EventDraft known = new EventLines(there, there, () -> 1, UnknownFields.IGNORED).parse(printed);
        assertThat(there.append(known).sectionCount()).isZero();
        EventDraft unknown = new EventLines(h -> null, there, () -> 1, UnknownFields.IGNORED).parse(printed);
        assertThat(there.append(unknown).sectionCount()).isEqualTo(2);
        assertThat(there.append(unknown).labelSetHash()).isEqualTo(hash);
    }

    private static EventDraft message(SplittableRandom random) {
        EventDraft draft = new EventDraft()
                .source(random.nextInt(4) == 0 ? text(random) : "").stream(text(random))
                        .capturedNanos(random.nextLong());
        String topic = "t" + text(random).replace("\u2028", "/");
        if (random.nextBoolean()) {
            StringBuilder content = new StringBuilder();
            for (int i = random.nextInt(5); i > 0; i--) {
                content.append(text(random)).append((char) random.nextInt(0xd800));
            }
            return draft.message(topic, content.toString());
        }
        byte[] content = new byte[random.nextInt(1 << random.nextInt(1, 12))];
        random.nextBytes(content);
        return draft.message(topic, content, 0, content.length);
    }

    private static EventDraft randomEvent(SplittableRandom random, long[] sets) {
        if (random.nextInt(5) == 0) {
            return links(random, message(random));
        }
        EventDraft draft = new EventDraft()
                .source(text(random)).stream(
                                text(random) + (random.nextInt(10) == 0 ? "\n\u0001\u001b[31m\u007f\u0085" : ""))
                        .frame(random.nextLong(1L << random.nextInt(1, 54)), random.nextLong(1L << 40))
                        .capturedNanos(
                                random.nextInt(20) == 0
                                        ? random.nextLong()
                                        : 1_800_000_000_000_000_000L + random.nextInt())
                        .took(random.nextLong(1L << 30), random.nextLong(Long.MAX_VALUE))
                        .labelSet(sets[random.nextInt(sets.length)])
                        .digest(random.nextInt(4) == 0 ? 0 : random.nextLong());
        if (random.nextInt(3) > 0) {
            draft.size(random.nextInt(1, 4000), random.nextInt(1, 4000));
        }
        ofACamera(random, links(random, draft));
        switch (random.nextInt(6)) {
            case 0 -> draft.ownLabels(text(random), "");
            case 1 ->
                draft.ownLabels(
                        text(random),
                        "3\tdog\n4\t" + text(random) + "\n17\t17\n"
                                + (random.nextInt(30) == 0 ? "1000000\tlast\n" : ""));
            default -> {}
        }
        if (random.nextInt(8) == 0) {
            return draft.skip(text(random) + "\r\nwhy: \"\\");
        }
        int count = random.nextInt(3) == 0 ? 0 : random.nextInt(8);
        for (int i = 0; i < count; i++) {
            detection(random, draft);
        }
        return draft;
    }

    /** Where it came from, and what it answers. */
    private static EventDraft links(SplittableRandom random, EventDraft draft) {
        if (random.nextInt(4) == 0) {
            boolean wasEvent = random.nextBoolean();
            draft.origin(new Origin(
                    random.nextInt(1, 4),
                    text(random),
                    text(random) + "\n\u0001",
                    text(random),
                    text(random),
                    random.nextInt(-1, 100),
                    random.nextInt(3) == 0 ? -1 : random.nextLong(Long.MAX_VALUE),
                    Stream.generate(() -> id(random)).limit(random.nextInt(9)).toList(),
                    wasEvent ? random.nextLong() | 1 : 0,
                    wasEvent ? random.nextLong(Long.MAX_VALUE) : 0,
                    random.nextLong()));
        }
        if (random.nextInt(4) == 0) {
            draft.answers(new AnsweredEvent(
                    random.nextBoolean() ? id(random) : null,
                    random.nextLong() | 1,
                    random.nextLong(Long.MAX_VALUE),
                    random.nextLong(Long.MAX_VALUE),
                    random.nextInt(Integer.MAX_VALUE)));
        }
        return draft;
    }

    private static void ofACamera(SplittableRandom random, EventDraft draft) {
        if (random.nextInt(4) == 0) {
            draft.live(new LiveSource(
                    random.nextInt(10), random.nextLong(Long.MAX_VALUE), random.nextInt(3), random.nextLong(1L << 40)));
        }
        if (random.nextInt(4) == 0) {
            draft.keptFrame(new KeptFrame(
                    id(random),
                    random.nextLong() | 1,
                    random.nextInt(100),
                    random.nextLong(Long.MAX_VALUE),
                    random.nextInt(1, Integer.MAX_VALUE),
                    random.nextInt(),
                    random.nextBoolean() ? KeptFrame.JPEG : random.nextInt(1, 65_536),
                    random.nextInt(4000),
                    random.nextInt(4000)));
        }
    }

    private static JournalId id(SplittableRandom random) {
        return new JournalId(random.nextLong(), random.nextLong() | 1);
    }

    private static void detection(SplittableRandom random, EventDraft draft) {
        int id = random.nextInt(300) == 0 ? 1_000_000 : random.nextInt(20);
        float confidence = random.nextInt(9) == 0 ? random.nextInt(2) : (float) random.nextDouble();
        draft.detection(
                id,
                confidence,
                coordinate(random),
                coordinate(random),
                Math.abs(coordinate(random)),
                Math.abs(coordinate(random)),
                random.nextInt(2) == 0 ? 0 : random.nextLong(Long.MAX_VALUE));
    }

    private static float coordinate(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(-100, 5000);
            case 1 -> (float) random.nextDouble(-10, 4000);
            case 2 -> -0f;
            default -> {
                float any = Float.intBitsToFloat(random.nextInt());
                yield Float.isFinite(any) ? any : 1e-20f;
            }
        };
    }

    private static LabelSet labelSet(SplittableRandom random) {
        TreeMap<Integer, String> labels = new TreeMap<>();
        for (int i = 0; i < 12; i++) {
            labels.put(random.nextInt(18), text(random).replace("\u2028", "-"));
        }
        return new LabelSet(LabelSet.Model.named(text(random)), labels);
    }

    private static String text(SplittableRandom random) {
        return TEXTS[random.nextInt(TEXTS.length)];
    }
}
