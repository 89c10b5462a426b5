package io.sightlog.detect;

import io.sightlog.detect.Input.ElementType;
import io.sightlog.detect.Input.Layout;
import io.sightlog.detect.Input.MeanStd;
import io.sightlog.detect.Input.Range;
import io.sightlog.detect.ModelCard.Nms;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes model cards. What it leaves out is read as it was. */
public final class CardWriter {
    private final StringBuilder yaml = new StringBuilder();
    private final Map<String, String> unknown;
    private final Set<String> told = new HashSet<>();

    private CardWriter(Map<String, String> unknown) {
        this.unknown = unknown;
    }

    /** The card as YAML. */
    public static String write(ModelCard card) {
        return new CardWriter(Map.of()).card("docs/models.md says what each key means.", card);
    }

    /**
     * A card for somebody to complete: what is not known has a comment where its value belongs, {@code # fill in: ...}; it is no good
     * card before all of them have been replaced.
     *
     * @param card values of the rest
     * @param unknown what to fill in, by its key, such as {@code input.range}
     */
    static String template(ModelCard card, Map<String, String> unknown) {
        CardWriter writer = new CardWriter(unknown);
        String yaml = writer.card("docs/models.md says what each key means; fill in what is missing.", card);
        if (!writer.told.equals(unknown.keySet())) {
            throw new IllegalArgumentException("a card has not all of the keys " + unknown.keySet());
        }
        return yaml;
    }

    private String card(String comment, ModelCard card) {
        yaml.append("# Model card. ").append(comment).append('\n');
        put("", "name", YamlText.of(card.name()), true);
        put("", "file", YamlText.of(card.file()), true);
        put("", "source", YamlText.of(card.source()), !card.source().isEmpty());
        put("", "licence", YamlText.of(card.licence()), !card.licence().isEmpty());
        put("", "sha256", YamlText.of(card.sha256()), !card.sha256().isEmpty());
        yaml.append("input:\n");
        input(card.input());
        put("", "decoder", YamlText.of(card.decoder()), true);
        settings(card.settings());
        put("", "outputs", YamlText.of(card.outputs()), true);
        put("", "threshold", YamlText.of(card.threshold()), true);
        put("", "iou", YamlText.of(card.iou()), true);
        nms(card.nms());
        if (!isUnknown("", "labels")) {
            yaml.append("labels:\n");
            card.labels()
                    .forEach(label ->
                            yaml.append("  - ").append(YamlText.of(label)).append('\n'));
        }
        return yaml.toString();
    }

    private void input(Input input) {
        String in = "input.";
        List<Integer> shape = input.layout() == Layout.NCHW
                ? List.of(1, Input.CHANNELS, input.height(), input.width())
                : List.of(1, input.height(), input.width(), Input.CHANNELS);
        put(in, "name", YamlText.of(input.name()), true);
        put(in, "shape", shape.toString(), true);
        put(in, "layout", CardReader.cardName(input.layout()), true);
        put(in, "type", CardReader.cardName(input.type()), input.type() != ElementType.FLOAT32);
        put(in, "colour", CardReader.cardName(input.colour()), true);
        if (input.scale() instanceof MeanStd scale) {
            put(in, "mean", YamlText.of(scale.mean()), true);
            put(in, "std", YamlText.of(scale.std()), true);
        } else if (input.scale() instanceof Range range) {
            put(in, "range", YamlText.of(List.of(range.low(), range.high())), true);
        }
        Fit fit = input.fit();
        Fit usual = CardReader.usual(fit.kind());
        boolean isUsual = fit.equals(Fit.STRETCH);
        put(in, "fit", CardReader.cardName(fit.kind()), !isUsual);
        put(in, "pad", YamlText.of(fit.pad()), Float.compare(fit.pad(), usual.pad()) != 0);
        put(in, "rounding", CardReader.cardName(fit.rounding()), fit.rounding() != usual.rounding());
        put(in, "resize", CardReader.cardName(fit.filter()), fit.filter() != usual.filter());
        if (!input.sides().isEmpty()) {
            yaml.append("  sides:\n");
            new TreeMap<>(input.sides())
                    .forEach((name, side) -> yaml.append("    ")
                            .append(YamlText.of(name))
                            .append(": ")
                            .append(CardReader.cardName(side))
                            .append('\n'));
        }
    }

    private void settings(Map<String, Object> settings) {
        Set<String> keys = new TreeSet<>(settings.keySet());
        unknown.keySet().stream()
                .filter(key -> key.startsWith("settings."))
                .forEach(key -> keys.add(key.substring("settings.".length())));
        if (!keys.isEmpty()) {
            yaml.append("settings:\n");
            keys.forEach(key -> put("settings.", key, YamlText.of(settings.getOrDefault(key, "")), true));
        }
    }

    private void nms(Nms nms) {
        if (!nms.equals(Nms.IOU)) {
            yaml.append("nms:\n");
            put("nms.", "kind", CardReader.cardName(nms.kind()), true);
            put(
                    "nms.",
                    "beta",
                    YamlText.of(nms.beta()),
                    Float.compare(nms.beta(), CardReader.usualBeta(nms.kind())) != 0);
            put("nms.", "classes", "all", nms.acrossClasses());
        }
    }

    /** @param parent the keys that it stands under, with a point at the end, or empty */
    private void put(String parent, String key, String value, boolean isWanted) {
        if (!isUnknown(parent, key) && isWanted) {
            line(parent, key, value);
        }
    }

    private boolean isUnknown(String parent, String key) {
        String hint = unknown.get(parent + key);
        if (hint == null) {
            return false;
        }
        told.add(parent + key);
        line(parent, key, "# fill in: " + hint);
        return true;
    }

    private void line(String parent, String key, String value) {
        yaml.append(parent.isEmpty() ? "" : "  ")
                .append(YamlText.of(key))
                .append(": ")
                .append(value)
                .append('\n');
    }
}
