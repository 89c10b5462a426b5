package io.sightlog.detect;

import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.Input.ElementType;
import io.sightlog.detect.Input.Layout;
import io.sightlog.detect.Input.MeanStd;
import io.sightlog.detect.Input.Range;
import io.sightlog.detect.Input.Scale;
import io.sightlog.detect.Input.Side;
import io.sightlog.detect.ModelCard.Nms;
import io.sightlog.detect.internal.decode.OutputDecoders;
import io.sightlog.detect.internal.recognise.TextTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads model cards. Every error names the card and the key. */
final class CardReader {
    private static final Set<String> KEYS = new TreeSet<>(List.of(
            "name",
            "file",
            "source",
            "licence",
            "sha256",
            "input",
            "decoder",
            "settings",
            "outputs",
            "labels",
            "threshold",
            "iou",
            "nms"));
    private static final Set<String> INPUT_KEYS = new TreeSet<>(List.of(
            "name",
            "shape",
            "layout",
            "type",
            "colour",
            "range",
            "mean",
            "std",
            "fit",
            "pad",
            "rounding",
            "resize",
            "sides"));
    private static final Set<String> NMS_KEYS = new TreeSet<>(List.of("kind", "beta", "classes"));

    private final String card;

    private CardReader(String card) {
        this.card = card;
    }

    /**
     * @param where the card's path, for messages
     * @throws ModelException when it is not a good card
     */
    static ModelCard read(String yaml, String where) {
        return new CardReader(where).read(yaml);
    }

    private ModelCard read(String yaml) {
        Object said = parse(yaml);
        if (said == null) {
            throw new ModelException(
                    "reading the model card " + card + ": it is empty; models/README.md says what is in one");
        }
        Map<?, ?> top = map(said, "the card");
        refuseOthers(top, KEYS, "");
        Map<?, ?> in = map(required(top, "input"), "input");
        refuseOthers(in, INPUT_KEYS, "input.");
        String sha256 = textOr(top, "sha256", "");
        if (!sha256.isEmpty() && !sha256.matches("[0-9a-f]{64}")) {
            throw wrong("sha256", sha256, "64 lower-case hex digits, as sha256sum prints them");
        }
        String decoder = text(top, "decoder", "decoder");
        if (!OutputDecoders.names().contains(decoder)) {
            throw wrong("decoder", decoder, "one of " + OutputDecoders.names());
        }
        return new ModelCard(
                text(top, "name", "name"),
                text(top, "file", "file"),
                textOr(top, "source", ""),
                textOr(top, "licence", ""),
                sha256,
                input(in),
                decoder,
                settings(top),
                texts(top, "outputs"),
                texts(top, "labels"),
                fraction(top, "threshold"),
                fraction(top, "iou"),
                nms(top));
    }

    private @Nullable Object parse(String yaml) {
        try {
            return TextTree.yaml(yaml, card);
        } catch (IllegalArgumentException e) {
            throw new ModelException("reading the model card " + card + ": " + e.getMessage(), e);
        }
    }

    private Input input(Map<?, ?> in) {
        Layout layout = choice(in, "input.", "layout", Layout.class, null);
        List<?> shape = list(required(in, "shape", "input.shape"), "input.shape");
        int colours = layout == Layout.NCHW ? 1 : 3;
        boolean picture = shape.size() == 4
                && shape.stream().allMatch(n -> n instanceof Integer i && i > 0 && i <= Input.MAX_SIDE)
                && shape.get(0).equals(1)
                && shape.get(colours).equals(Input.CHANNELS);
        if (!picture) {
            throw wrong(
                    "input.shape",
                    shape,
                    (layout == Layout.NCHW ? "[1, 3, HEIGHT, WIDTH]" : "[1, HEIGHT, WIDTH, 3]") + " with sides up to "
                            + Input.MAX_SIDE);
        }
        ElementType type = choice(in, "input.", "type", ElementType.class, ElementType.FLOAT32);
        Scale scale = scale(in);
        if (type == ElementType.UINT8 && !scale.equals(Range.BYTES)) {
            throw wrong("input.range", scale, "[0, 255], as input.type is uint8");
        }
        return new Input(
                text(in, "name", "input.name"),
                (Integer) shape.get(layout == Layout.NCHW ? 3 : 2),
                (Integer) shape.get(layout == Layout.NCHW ? 2 : 1),
                layout,
                type,
                choice(in, "input.", "colour", Colour.class, null),
                scale,
                fit(in),
                sides(in));
    }

    private Scale scale(Map<?, ?> in) {
        if (in.containsKey("mean") || in.containsKey("std")) {
            if (in.containsKey("range")) {
                throw new ModelException("reading the model card " + card
                        + ": it has input.range and input.mean or input.std; one of them says how pixels are scaled");
            }
            try {
                return new MeanStd(numbers(in, "mean"), numbers(in, "std"));
            } catch (IllegalArgumentException e) {
                throw new ModelException("reading the model card " + card + ": input." + e.getMessage(), e);
            }
        }
        List<?> range = list(required(in, "range", "input.range"), "input.range");
        boolean ascending = range.size() == 2
                && range.get(0) instanceof Number low
                && range.get(1) instanceof Number high
                && low.floatValue() < high.floatValue();
        if (!ascending) {
            throw wrong("input.range", range, "[BLACK, WHITE], two ascending numbers");
        }
        return new Range(((Number) range.get(0)).floatValue(), ((Number) range.get(1)).floatValue());
    }

    private List<Float> numbers(Map<?, ?> in, String key) {
        List<Float> numbers = new ArrayList<>();
        for (Object value : list(required(in, key, "input." + key), "input." + key)) {
            if (!(value instanceof Number number)) {
                throw wrong("input." + key, value, "three numbers");
            }
            numbers.add(number.floatValue());
        }
        return numbers;
    }

    private Fit fit(Map<?, ?> in) {
        Fit.Kind kind = choice(in, "input.", "fit", Fit.Kind.class, Fit.Kind.STRETCH);
        Fit usual = usual(kind);
        Object pad = in.get("pad");
        if (pad != null && !(pad instanceof Number number && number.floatValue() >= 0 && number.floatValue() <= 255)) {
            throw wrong("input.pad", pad, "a number from 0 to 255");
        }
        return new Fit(
                kind,
                pad == null ? usual.pad() : ((Number) pad).floatValue(),
                choice(in, "input.", "rounding", Fit.Rounding.class, usual.rounding()),
                choice(in, "input.", "resize", Fit.Filter.class, usual.filter()));
    }

    /** What a card that says no more than this means. */
    static Fit usual(Fit.Kind kind) {
        return switch (kind) {
            case STRETCH -> Fit.STRETCH;
            case LETTERBOX -> Fit.LETTERBOX;
            case CORNER -> Fit.CORNER;
        };
    }

    private Map<String, Side> sides(Map<?, ?> in) {
        Map<String, Side> sides = new HashMap<>();
        if (in.containsKey("sides")) {
            Map<?, ?> said = map(in.get("sides"), "input.sides");
            for (Object name : said.keySet()) {
                sides.put(String.valueOf(name), choice(said, "input.sides.", String.valueOf(name), Side.class, null));
            }
        }
        return sides;
    }

    private Nms nms(Map<?, ?> top) {
        if (!top.containsKey("nms")) {
            return Nms.IOU;
        }
        Map<?, ?> nms = map(top.get("nms"), "nms");
        refuseOthers(nms, NMS_KEYS, "nms.");
        Nms.Kind kind = choice(nms, "nms.", "kind", Nms.Kind.class, Nms.Kind.IOU);
        Object beta = nms.get("beta");
        if (beta != null && !(beta instanceof Number number && number.floatValue() > 0)) {
            throw wrong("nms.beta", beta, "a number above 0");
        }
        boolean across = choice(nms, "nms.", "classes", Compared.class, Compared.EACH) == Compared.ALL;
        return new Nms(kind, beta == null ? usualBeta(kind) : ((Number) beta).floatValue(), across);
    }

    /** What a card that says no more than this means. */
    static float usualBeta(Nms.Kind kind) {
        return kind == Nms.Kind.DIOU ? 0.6f : 0;
    }

    /** Whose boxes are compared: those of each class, or of all. */
    private enum Compared {
        EACH,
        ALL
    }

    private Map<String, Object> settings(Map<?, ?> top) {
        Map<String, Object> settings = new HashMap<>();
        if (top.containsKey("settings")) {
            map(top.get("settings"), "settings").forEach((key, value) -> {
                if (value == null) {
                    throw wrong("settings." + key, null, "a number, a text, or a list of them");
                }
                settings.put(String.valueOf(key), value);
            });
        }
        return settings;
    }

    /** One of an enum's names, in lower case and with hyphens, or as it is written in Java. */
    private <E extends Enum<E>> E choice(
            Map<?, ?> map, String prefix, String key, Class<E> type, @Nullable E otherwise) {
        if (!map.containsKey(key) && otherwise != null) {
            return otherwise;
        }
        String said = text(map, key, prefix + key);
        for (E one : type.getEnumConstants()) {
            if (said.equals(one.name()) || said.equals(cardName(one))) {
                return one;
            }
        }
        throw wrong(
                prefix + key,
                said,
                "one of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(CardReader::cardName)
                                .toList());
    }

    /** As a card has it: colours and layouts in capitals, everything else small. */
    static String cardName(Enum<?> value) {
        return value instanceof Colour || value instanceof Layout
                ? value.name()
                : value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private String textOr(Map<?, ?> map, String key, String otherwise) {
        return map.containsKey(key) ? text(map, key, key) : otherwise;
    }

    private void refuseOthers(Map<?, ?> map, Set<String> known, String prefix) {
        for (Object key : map.keySet()) {
            if (!known.contains(String.valueOf(key))) {
                throw new ModelException(
                        "reading the model card " + card + ": unknown key " + prefix + key + "; the keys are " + known);
            }
        }
    }

    private Object required(Map<?, ?> map, String key) {
        return required(map, key, key);
    }

    private Object required(Map<?, ?> map, String key, String path) {
        Object value = map.get(key);
        if (value == null) {
            throw new ModelException("reading the model card " + card + ": the key " + path + " is missing");
        }
        return value;
    }

    private Map<?, ?> map(@Nullable Object value, String path) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw wrong(path, value, "keys and their values");
    }

    private List<?> list(Object value, String path) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong(path, value, "a list");
    }

    /** Plain scalars such as 1.0 or true are texts, too, where a text is wanted. */
    private String text(Map<?, ?> map, String key, String path) {
        return text(required(map, key, path), path);
    }

    private String text(Object value, String path) {
        String text = value instanceof Map || value instanceof List
                ? ""
                : value.toString().replaceFirst("\\R+$", "");
        if (text.isBlank() || text.codePoints().anyMatch(Character::isISOControl)) {
            throw wrong(path, value, "one line of text");
        }
        return text;
    }

    private List<String> texts(Map<?, ?> map, String key) {
        List<String> texts = new ArrayList<>();
        for (Object item : list(required(map, key), key)) {
            texts.add(text(item == null ? "" : item, key + "[" + texts.size() + "]"));
        }
        if (texts.isEmpty()) {
            throw wrong(key, "[]", "at least one");
        }
        return texts;
    }

    private float fraction(Map<?, ?> map, String key) {
        Object value = required(map, key);
        if (value instanceof Number number && number.floatValue() >= 0 && number.floatValue() <= 1) {
            return number.floatValue();
        }
        throw wrong(key, value, "a number from 0 to 1");
    }

    private ModelException wrong(String path, @Nullable Object value, String wanted) {
        return new ModelException("reading the model card " + card + ": " + path + " is "
                + TextTree.oneLine(String.valueOf(value)) + "; wanted: " + wanted);
    }
}
