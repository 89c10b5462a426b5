package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.Seeds;
import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.Input.ElementType;
import io.sightlog.detect.Input.Layout;
import io.sightlog.detect.Input.MeanStd;
import io.sightlog.detect.Input.Range;
import io.sightlog.detect.Input.Side;
import io.sightlog.detect.ModelCard.Nms;
import io.sightlog.detect.internal.decode.OutputDecoders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CardWriterTest {
    private static final ModelCard DETR = new ModelCard(
            "rtdetr",
            "rtdetr.onnx",
            "",
            "",
            "",
            new Input(
                    "images",
                    640,
                    480,
                    Layout.NCHW,
                    ElementType.FLOAT32,
                    Colour.RGB,
                    Range.UNIT,
                    new Fit(Fit.Kind.STRETCH, 0, Fit.Rounding.ROUND, Fit.Filter.AREA),
                    Map.of("orig_target_sizes", Side.WIDTH_HEIGHT)),
            "detr",
            Map.of("first-class", 1),
            List.of("labels", "boxes", "scores"),
            List.of("person", "traffic light", "no"),
            0.25f,
            0.45f,
            Nms.NONE);

    private static ModelCard read(String yaml) {
        return CardReader.read(yaml, "card.yaml");
    }

    @Test
    void aCardIsWrittenAsSomebodyWouldHaveWrittenIt() {
        assertThat(CardWriter.write(DETR)).isEqualTo("""
                        # Model card. docs/models.md says what each key means.
                        name: rtdetr
                        file: rtdetr.onnx
                        input:
                          name: images
                          shape: [1, 3, 480, 640]
                          layout: NCHW
                          colour: RGB
                          range: [0, 1]
                          fit: stretch
                          resize: area
                          sides:
                            orig_target_sizes: width-height
                        decoder: detr
                        settings:
                          first-class: 1
                        outputs: [labels, boxes, scores]
                        threshold: 0.25
                        iou: 0.45
                        nms:
                          kind: none
                        labels:
                          - person
                          - traffic light
                          - "no"
                        """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yes",
                "No",
                "null",
                "~",
                "true",
                "1",
                "1.10",
                "0x1F",
                "1e3",
                ".inf",
                "it's",
                "\"quoted\"",
                "a: b",
                "a:",
                "a #b",
                "#b",
                "- a",
                "-",
                "?",
                "a, b",
                "[a]",
                "{a}",
                "&a",
                "*a",
                "!a",
                "!!int 1",
                "%a",
                "@a",
                "`a`",
                "| a",
                "> a",
                " led",
                "trailed ",
                "two  spaces",
                "C:\\new",
                "2026-11-30",
                "Möwe",
                "\u732b",
                "\ud83d\udc08",
                "a\u2028b",
                "\ufeffa",
                "a\u00a0b",
                "---",
                "...",
                "<<"
            })
    void everyTextIsReadAsItWas(String text) {
        ModelCard card = DETR.withLabels(List.of("a", text, "b"));
        assertThat(read(CardWriter.write(card)).labels()).containsExactly("a", text, "b");
        ModelCard named = new ModelCard(
                text,
                text,
                text,
                text,
                "",
                DETR.input(),
                "detr",
                Map.of(text, text),
                List.of(text, text),
                DETR.labels(),
                1,
                0,
                Nms.IOU);
        assertThat(read(CardWriter.write(named))).isEqualTo(named);
    }

    @Test
    void everyCardIsReadAsItWas() {
        Random random = new Random(Seeds.of(CardWriterTest.class));
        for (int i = 0; i < 500; i++) {
            ModelCard card = card(random);
            String yaml = CardWriter.write(card);
            assertThat(read(yaml)).as(yaml).isEqualTo(card);
        }
    }

    @Test
    void bundledCardsAreReadAsTheyWere() {
        for (Model model : Model.bundled()) {
            assertThat(model.card())
                    .isNotNull()
                    .satisfies(card -> assertThat(read(CardWriter.write(card))).isEqualTo(card));
        }
    }

    @Test
    void aTemplateIsGoodOnceItIsFilledIn() {
        Map<String, String> unknown = Map.of(
                "input.range", "[0, 1] or [0, 255]",
                "settings.unit", "pixels or fraction",
                "input.fit", "stretch or letterbox",
                "labels", "3 of them, as in [cat, dog]");
        String template = CardWriter.template(DETR, unknown);
        assertThat(template)
                .contains(
                        "\n  range: # fill in: [0, 1] or [0, 255]\n",
                        "\n  unit: # fill in: pixels or fraction\n",
                        "\n  fit: # fill in: stretch or letterbox\n",
                        "\nlabels: # fill in: 3 of them, as in [cat, dog]\n");
        assertThatThrownBy(() -> read(template)).isInstanceOf(ModelException.class);
        String filled = template.replaceFirst("# fill in: \\[0, 1].*", "[0, 255]")
                .replaceFirst("# fill in: pixels.*", "pixels")
                .replaceFirst("# fill in: stretch.*", "letterbox");
        assertThatThrownBy(() -> read(filled)).hasMessageEndingWith("the key labels is missing");
        ModelCard card = read(filled.replaceFirst("# fill in: 3.*", "[cat, dog]"));
        assertThat(card.input().scale()).isEqualTo(Range.BYTES);
        assertThat(card.input().fit()).isEqualTo(new Fit(Fit.Kind.LETTERBOX, 114, Fit.Rounding.ROUND, Fit.Filter.AREA));
        assertThat(card.settings()).containsOnly(Map.entry("first-class", 1), Map.entry("unit", "pixels"));
        assertThat(card.labels()).containsExactly("cat", "dog");
        assertThatThrownBy(() -> CardWriter.template(DETR, Map.of("input.rang", "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("input.rang");
    }

    private static ModelCard card(Random random) {
        ElementType type = pick(random, ElementType.values());
        Input input = new Input(
                text(random),
                1 + random.nextInt(Input.MAX_SIDE),
                1 + random.nextInt(Input.MAX_SIDE),
                pick(random, Layout.values()),
                type,
                pick(random, Colour.values()),
                type == ElementType.UINT8 ? Range.BYTES : scale(random),
                new Fit(
                        pick(random, Fit.Kind.values()),
                        pick(random, 0f, 114f, 127.5f, 255 * random.nextFloat()),
                        pick(random, Fit.Rounding.values()),
                        pick(random, Fit.Filter.values())),
                map(random, () -> pick(random, Side.values())));
        Nms.Kind kind = pick(random, Nms.Kind.values());
        return new ModelCard(
                text(random),
                text(random),
                random.nextBoolean() ? "" : text(random),
                random.nextBoolean() ? "" : text(random),
                random.nextBoolean() ? "" : "0123456789abcdef".repeat(4),
                input,
                pick(random, OutputDecoders.names().toArray(String[]::new)),
                map(random, () -> setting(random)),
                texts(random),
                texts(random),
                fraction(random),
                fraction(random),
                new Nms(
                        kind,
                        kind == Nms.Kind.DIOU ? pick(random, 0.6f, random.nextFloat() + 0.001f) : 0,
                        random.nextBoolean()));
    }

    private static Input.Scale scale(Random random) {
        if (random.nextBoolean()) {
            float low = pick(random, 0f, -0f, -1f, -1e9f, number(random));
            return new Range(low, pick(random, low + Math.max(1, Math.abs(low)), Math.nextUp(low)));
        }
        return new MeanStd(
                List.of(number(random), number(random), number(random)),
                List.of(0.001f + random.nextFloat(), 57.12f, Float.MIN_VALUE));
    }

    /** Any that is finite, also very large and very small ones. */
    private static float number(Random random) {
        float any = Float.intBitsToFloat(random.nextInt());
        return random.nextBoolean() || !Float.isFinite(any) ? random.nextInt(256) : any / 2;
    }

    private static float fraction(Random random) {
        return pick(random, 0f, 1f, 0.45f, random.nextFloat(), Float.MIN_VALUE);
    }

    private static Object setting(Random random) {
        return pick(
                random,
                random.nextInt(),
                random.nextDouble() * 1e9,
                3.0,
                text(random),
                true,
                List.of(1, 2.5, text(random)),
                List.of(List.of(10, 13), List.of()),
                Map.of(text(random), text(random)));
    }

    private static <T> Map<String, T> map(Random random, Supplier<T> value) {
        Map<String, T> map = new TreeMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            map.put(text(random), value.get());
        }
        return map;
    }

    private static List<String> texts(Random random) {
        return Stream.generate(() -> text(random)).limit(1 + random.nextInt(5)).toList();
    }

    /** Any line of text that is not blank. */
    private static String text(Random random) {
        List<Integer> points = new ArrayList<>();
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            points.add(
                    switch (random.nextInt(4)) {
                        case 0 -> "yesnoNULtruefa".codePointAt(random.nextInt(14));
                        case 1 -> ":#-?,[]{}&*!|>'\"%@`~\\/. 01e_+=<^".codePointAt(random.nextInt(32));
                        case 2 -> 0x20 + random.nextInt(0x5f);
                        default -> random.nextInt(Character.MAX_CODE_POINT + 1);
                    });
        }
        StringBuilder text = new StringBuilder();
        points.stream()
                .filter(point -> !Character.isISOControl(point) && Character.getType(point) != Character.SURROGATE)
                .forEach(text::appendCodePoint);
        return text.toString().isBlank() || text.toString().matches(".*[\u2028\u2029]$")
                ? "x" + text + "x"
                : text.toString();
    }

    @SafeVarargs
    private static <T> T pick(Random random, T... from) {
        return from[random.nextInt(from.length)];
    }
}
