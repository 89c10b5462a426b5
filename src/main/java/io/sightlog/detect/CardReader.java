package io.sightlog.detect;

import io.sightlog.detect.ModelCard.Colour;
import io.sightlog.detect.ModelCard.Input;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads model cards. Every error names the card and the key. */
final class CardReader {
    private static final int MAX_CODE_POINTS = 1 << 20;
    private static final int MAX_DEPTH = 16;
    private static final int MAX_SIDE = 8192;
    private static final Set<String> KEYS = new TreeSet<>(List.of(
            "name",
            "file",
            "source",
            "licence",
            "sha256",
            "input",
            "decoder",
            "outputs",
            "labels",
            "threshold",
            "iou"));
    private static final Set<String> INPUT_KEYS = new TreeSet<>(List.of("name", "shape", "layout", "colour", "range"));

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
        Map<?, ?> top = map(parse(yaml), "the card");
        refuseOthers(top, KEYS, "");
        Map<?, ?> in = map(required(top, "input"), "input");
        refuseOthers(in, INPUT_KEYS, "input.");
        String sha256 = text(top, "sha256", "sha256");
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw wrong("sha256", sha256, "64 lower-case hex digits, as sha256sum prints them");
        }
        String decoder = text(top, "decoder", "decoder");
        if (!OutputDecoders.names().contains(decoder)) {
            throw wrong("decoder", decoder, "one of " + OutputDecoders.names());
        }
        return new ModelCard(
                text(top, "name", "name"),
                text(top, "file", "file"),
                text(top, "source", "source"),
                text(top, "licence", "licence"),
                sha256,
                input(in),
                decoder,
                texts(top, "outputs"),
                texts(top, "labels"),
                fraction(top, "threshold"),
                fraction(top, "iou"));
    }

    private @Nullable Object parse(String yaml) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(card)
                .setAllowDuplicateKeys(false)
                .setCodePointLimit(MAX_CODE_POINTS)
                .build();
        try {
            checkDepth(settings, yaml);
            return new Load(settings).loadFromString(yaml);
        } catch (YamlEngineException e) {
            throw new ModelException("reading the model card " + card + ": not YAML: " + oneLine(e.getMessage()), e);
        }
    }

    /** Loading goes down into what stands in what by calls, for which a deep card would take more stack than there is. */
    private void checkDepth(LoadSettings settings, String yaml) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(yaml)) {
            if (event instanceof CollectionStartEvent) {
                depth++;
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            }
            if (depth > MAX_DEPTH) {
                throw new ModelException("reading the model card " + card
                        + ": lists and keys stand in each other more than " + MAX_DEPTH + " deep; a card needs 2");
            }
        }
    }

    private Input input(Map<?, ?> in) {
        List<?> shape = list(required(in, "shape", "input.shape"), "input.shape");
        boolean picture = shape.size() == 4
                && shape.stream().allMatch(n -> n instanceof Integer i && i > 0 && i <= MAX_SIDE)
                && shape.get(0).equals(1)
                && shape.get(3).equals(Input.CHANNELS);
        if (!picture) {
            throw wrong("input.shape", shape, "[1, HEIGHT, WIDTH, 3] with sides up to " + MAX_SIDE);
        }
        String layout = text(in, "layout", "input.layout");
        if (!layout.equals("NHWC")) {
            throw wrong("input.layout", layout, "NHWC");
        }
        String colour = text(in, "colour", "input.colour");
        if (Arrays.stream(Colour.values()).noneMatch(c -> c.name().equals(colour))) {
            throw wrong("input.colour", colour, "one of " + Arrays.toString(Colour.values()));
        }
        List<?> range = list(required(in, "range", "input.range"), "input.range");
        boolean ascending = range.size() == 2
                && range.get(0) instanceof Number low
                && range.get(1) instanceof Number high
                && low.floatValue() < high.floatValue();
        if (!ascending) {
            throw wrong("input.range", range, "[BLACK, WHITE], two ascending numbers");
        }
        return new Input(
                text(in, "name", "input.name"),
                (Integer) shape.get(2),
                (Integer) shape.get(1),
                Colour.valueOf(colour),
                ((Number) range.get(0)).floatValue(),
                ((Number) range.get(1)).floatValue());
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
                : value.toString().strip();
        if (text.isEmpty() || text.codePoints().anyMatch(Character::isISOControl)) {
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
                + oneLine(String.valueOf(value)) + "; wanted: " + wanted);
    }

    private static String oneLine(@Nullable String text) {
        String line = String.valueOf(text).replaceAll("\\s+", " ").strip();
        return line.length() <= 200 ? line : line.substring(0, 200) + "...";
    }
}
