package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Input;
import io.sightlog.detect.Input.ElementType;
import io.sightlog.detect.Input.Range;
import io.sightlog.detect.ModelCard;
import io.sightlog.detect.Recognition;
import io.sightlog.detect.Recognition.Conclusion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes a card of what was seen and what a family says, and puts both into the order in which people ask. */
final class Conclusions {
    /** As Ultralytics' {@code predict} has it. */
    private static final float THRESHOLD = 0.25f;

    private static final float IOU = 0.45f;

    private final Facts facts;
    private final Match match;
    private final Input input;
    private final Set<String> seen;

    private Conclusions(Facts facts, Match match) {
        this.facts = facts;
        this.match = match;
        PictureInput picture = facts.picture();
        this.input = new Input(
                picture.name(),
                picture.width(),
                picture.height(),
                picture.layout(),
                picture.type(),
                match.colour(),
                picture.type() == ElementType.UINT8 ? Range.BYTES : match.scale(),
                match.fit(),
                match.sides());
        this.seen = match.seen().stream().map(Conclusion::what).collect(Collectors.toSet());
    }

    /** @throws io.sightlog.detect.ModelException when the labels are not as many as the classes */
    static Recognised of(Facts facts, Match match, Subject subject) {
        return new Conclusions(facts, match).of(subject);
    }

    private Recognised of(Subject subject) {
        Labels labels = Labels.of(match, Names.of(facts.metadata()), subject.labels(), subject.where());
        ModelCard card = new ModelCard(
                subject.name(),
                subject.file(),
                "",
                "",
                subject.sha256(),
                input,
                match.decoder(),
                match.settings(),
                match.outputs(),
                labels.values(),
                THRESHOLD,
                IOU,
                match.nms());
        return new Recognised(
                card,
                new Recognition(conclusions(card, labels), assumptions(labels)),
                match.family(),
                unknown(labels.assumed() == null));
    }

    private Map<String, String> unknown(boolean hasLabels) {
        Map<String, String> unknown = new HashMap<>(match.unknown());
        if (hasLabels) {
            unknown.remove("labels");
        }
        if (input.type() == ElementType.UINT8) {
            unknown.remove("input.range");
        }
        return unknown;
    }

    private List<String> assumptions(Labels labels) {
        List<String> all = new ArrayList<>();
        String as = ", as " + match.family() + " has it; a card's ";
        if (facts.picture().sizeFrom().startsWith("assumed")) {
            all.add("the input is " + input.width() + "x" + input.height()
                    + ", as the model leaves its size open; --imgsz says otherwise");
        }
        if (!seen.contains("fit")) {
            all.add("the fit of pictures is " + input.fit() + as + "input.fit says otherwise");
        }
        if (!seen.contains("colour")) {
            all.add("colours are " + input.colour() + as + "input.colour says otherwise");
        }
        if (!seen.contains("scale") && input.type() != ElementType.UINT8) {
            boolean isRange = input.scale() instanceof Range;
            all.add("pixels are scaled " + (isRange ? "to " : "by ") + input.scale() + as
                    + (isRange ? "input.range says otherwise" : "input.mean and input.std say otherwise"));
        }
        all.addAll(match.assumed());
        if (labels.assumed() != null) {
            all.add(labels.assumed());
        }
        return all;
    }

    private List<Conclusion> conclusions(ModelCard card, Labels labels) {
        String habit = "assumed: " + match.family() + " has it so";
        String type = input.type().name().toLowerCase(Locale.ROOT);
        Map<String, Conclusion> all = new LinkedHashMap<>();
        put(
                all,
                "input",
                input.name() + " " + input.width() + "x" + input.height() + " " + input.layout() + " " + type,
                "size: " + facts.picture().sizeFrom());
        put(all, "fit", input.fit().toString(), habit);
        put(all, "colour", input.colour().name(), habit);
        put(
                all,
                "scale",
                input.scale().toString(),
                input.type() == ElementType.UINT8 ? "the input takes bytes" : habit);
        put(
                all,
                "outputs",
                facts.outputs().stream().map(Object::toString).collect(Collectors.joining(" ")),
                "one run on a grey picture");
        put(all, "family", match.family(), "names and shapes of the outputs");
        put(all, "labels", card.labelSummary(), labels.why());
        put(all, "nms", match.nms().toString(), match.family() + " has it so");
        match.seen().forEach(one -> all.put(one.what(), one));
        return List.copyOf(all.values());
    }

    private static void put(Map<String, Conclusion> all, String what, String value, String why) {
        all.put(what, new Conclusion(what, value, why));
    }
}
