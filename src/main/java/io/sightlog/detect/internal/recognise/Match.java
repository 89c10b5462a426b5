package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.Input.Range;
import io.sightlog.detect.Input.Scale;
import io.sightlog.detect.Input.Side;
import io.sightlog.detect.ModelCard.Nms;
import io.sightlog.detect.Recognition.Conclusion;
import io.sightlog.detect.internal.recognise.Subject.GivenLabels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a family says of a model that looks like one of its own.
 *
 * @param family for people, such as {@code YOLOv8}
 * @param decoder reads its outputs
 * @param settings what the decoder wants to know
 * @param outputs names of the tensors the decoder wants, in its order
 * @param classes how many there are, or 0 when that cannot be seen
 * @param habit the labels its models have unless somebody trained them anew, or empty when there is no such habit
 * @param colour order of colours
 * @param scale of pixels; without meaning where the model takes bytes
 * @param fit of pictures
 * @param sides what the other inputs take
 * @param nms after the decoder
 * @param seen what was seen, and where; a fit, colour or scale that does not stand here is an assumption
 * @param assumed what else was not seen, one sentence each: printed at the start of a run
 * @param given labels that its exporter has written into a file beside it, or null
 * @param unknown what cannot be known without a card, by its key there, and what may stand there: an error that shows the card to complete
 */
record Match(
        String family,
        String decoder,
        Map<String, Object> settings,
        List<String> outputs,
        int classes,
        List<String> habit,
        Colour colour,
        Scale scale,
        Fit fit,
        Map<String, Side> sides,
        Nms nms,
        List<Conclusion> seen,
        List<String> assumed,
        @Nullable GivenLabels given,
        Map<String, String> unknown) {
    Match {
        settings = Map.copyOf(settings);
        outputs = List.copyOf(outputs);
        habit = List.copyOf(habit);
        sides = Map.copyOf(sides);
        seen = List.copyOf(seen);
        assumed = List.copyOf(assumed);
        unknown = Map.copyOf(unknown);
    }

    /** RGB in 0..1, COCO's labels if there are as many classes, the usual suppression, nothing beside the picture. */
    static Match of(String family, String decoder, List<String> outputs, int classes, Fit fit) {
        return new Match(
                family,
                decoder,
                Map.of(),
                outputs,
                classes,
                Coco.habit(classes),
                Colour.RGB,
                Range.UNIT,
                fit,
                Map.of(),
                Nms.IOU,
                List.of(),
                List.of(),
                null,
                Map.of());
    }

    Match fed(Colour newColour, Scale newScale) {
        return new Match(
                family, decoder, settings, outputs, classes, habit, newColour, newScale, fit, sides, nms, seen, assumed,
                given, unknown);
    }

    Match fitted(Fit newFit) {
        return new Match(
                family, decoder, settings, outputs, classes, habit, colour, scale, newFit, sides, nms, seen, assumed,
                given, unknown);
    }

    Match withSettings(Map<String, Object> values) {
        return new Match(
                family, decoder, values, outputs, classes, habit, colour, scale, fit, sides, nms, seen, assumed, given,
                unknown);
    }

    Match withHabit(List<String> labels) {
        return new Match(
                family, decoder, settings, outputs, classes, labels, colour, scale, fit, sides, nms, seen, assumed,
                given, unknown);
    }

    Match withSides(Map<String, Side> values) {
        return new Match(
                family, decoder, settings, outputs, classes, habit, colour, scale, fit, values, nms, seen, assumed,
                given, unknown);
    }

    Match withNms(Nms value) {
        return new Match(
                family, decoder, settings, outputs, classes, habit, colour, scale, fit, sides, value, seen, assumed,
                given, unknown);
    }

    /** With what was seen, in place of what else is concluded under the same name. */
    Match seeing(String what, String value, String why) {
        List<Conclusion> more = new ArrayList<>(seen);
        more.add(new Conclusion(what, value, why));
        return new Match(
                family, decoder, settings, outputs, classes, habit, colour, scale, fit, sides, nms, more, assumed,
                given, unknown);
    }

    Match assuming(String sentence) {
        List<String> more = new ArrayList<>(assumed);
        more.add(sentence);
        return new Match(
                family, decoder, settings, outputs, classes, habit, colour, scale, fit, sides, nms, seen, more, given,
                unknown);
    }

    /** With what only a card can say; nothing of it, and the model is used without one. */
    Match needing(Map<String, String> values) {
        return new Match(
                family, decoder, settings, outputs, classes, habit, colour, scale, fit, sides, nms, seen, assumed,
                given, values);
    }

    Match withLabels(List<String> labels, String file) {
        return new Match(
                family,
                decoder,
                settings,
                outputs,
                classes,
                habit,
                colour,
                scale,
                fit,
                sides,
                nms,
                seen,
                assumed,
                new GivenLabels(labels, file),
                unknown);
    }
}
