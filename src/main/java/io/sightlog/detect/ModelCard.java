package io.sightlog.detect;

import io.sightlog.event.LabelSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What must be known about a model to use it: read from the YAML file beside it, or concluded from the model itself.
 *
 * @param name how people call it
 * @param file name of the model's file, in the card's folder
 * @param source where the model comes from, empty when unknown
 * @param licence SPDX identifier, empty when unknown
 * @param sha256 64 lower-case hex digits, of the model's file; empty in a card that does not ask for a check
 * @param input what the model wants to see
 * @param decoder the family that reads its outputs, as {@code docs/models.md} lists them
 * @param settings what the decoder wants to know beside that, by its name in the card: numbers, texts, or lists of them
 * @param outputs names of its output tensors, in the order the decoder wants them
 * @param labels what its class ids mean, from id 0
 * @param threshold the confidence below which its detections are not worth showing, 0..1
 * @param iou overlap above which the weaker of two boxes is dropped, 0..1
 * @param nms which boxes are compared, and how
 */
public record ModelCard(
        String name,
        String file,
        String source,
        String licence,
        String sha256,
        Input input,
        String decoder,
        Map<String, Object> settings,
        List<String> outputs,
        List<String> labels,
        float threshold,
        float iou,
        Nms nms) {

    public ModelCard {
        settings = Map.copyOf(settings);
        outputs = List.copyOf(outputs);
        labels = List.copyOf(labels);
    }

    public ModelCard withLabels(List<String> values) {
        return new ModelCard(
                name, file, source, licence, sha256, input, decoder, settings, outputs, values, threshold, iou, nms);
    }

    public ModelCard withSha256(String value) {
        return new ModelCard(
                name, file, source, licence, value, input, decoder, settings, outputs, labels, threshold, iou, nms);
    }

    public ModelCard withInput(Input value) {
        return new ModelCard(
                name, file, source, licence, sha256, value, decoder, settings, outputs, labels, threshold, iou, nms);
    }

    /**
     * Non-maximum suppression.
     *
     * @param kind how overlap is measured
     * @param beta exponent of the distance in {@link Kind#DIOU}, as Darknet has it; without meaning in the others
     * @param acrossClasses whether a box may drop one of another class
     */
    public record Nms(Kind kind, float beta, boolean acrossClasses) {
        /** The usual one: intersection over union, class by class. */
        public static final Nms IOU = new Nms(Kind.IOU, 0, false);

        /** For models whose outputs need none. */
        public static final Nms NONE = new Nms(Kind.NONE, 0, false);

        /** How overlap is measured. */
        public enum Kind {
            /** Not at all: no box is dropped. */
            NONE,
            /** Intersection over union. */
            IOU,
            /** Intersection over union, less the distance of the centres over the enclosing diagonal to the power of 2 beta. */
            DIOU
        }

        /** For people, such as {@code IoU, class by class}. */
        @Override
        public String toString() {
            String which = acrossClasses ? ", over all classes" : ", class by class";
            return switch (kind) {
                case NONE -> "none";
                case IOU -> "IoU" + which;
                case DIOU -> "DIoU of exponent " + beta + which;
            };
        }
    }

    /** How many labels there are, and the first, for people: {@code 80: person, bicycle, ...}. */
    public String labelSummary() {
        return labels.size() + ": " + String.join(", ", labels.subList(0, Math.min(2, labels.size())))
                + (labels.size() > 2 ? ", ..." : "");
    }

    SortedMap<Integer, String> labelsById() {
        SortedMap<Integer, String> byId = new TreeMap<>();
        for (int id = 0; id < labels.size(); id++) {
            byId.put(id, labels.get(id));
        }
        return byId;
    }

    /** What an event's class ids mean when this model made them with these settings. */
    public LabelSet labelSet(float effectiveThreshold, float effectiveIou, String classes) {
        return new LabelSet(
                new LabelSet.Model(name, sha256, decoder + ": " + input, effectiveThreshold, effectiveIou, classes),
                labelsById());
    }
}
