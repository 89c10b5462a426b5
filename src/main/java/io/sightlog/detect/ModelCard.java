package io.sightlog.detect;

import io.sightlog.event.LabelSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What must be known about a model to use it, read from the YAML file beside it.
 *
 * @param name how people call it
 * @param file name of the ONNX file, in the card's folder
 * @param source where the model comes from
 * @param licence SPDX identifier
 * @param sha256 64 lower-case hex digits, of the ONNX file
 * @param input what the model wants to see
 * @param decoder which {@link OutputDecoder} reads its outputs
 * @param outputs names of its output tensors, in the order the decoder wants them
 * @param labels what its class ids mean, from id 0
 * @param threshold the confidence below which its detections are not worth showing, 0..1
 * @param iou overlap above which the weaker of two boxes of a class is dropped, 0..1
 */
public record ModelCard(
        String name,
        String file,
        String source,
        String licence,
        String sha256,
        Input input,
        String decoder,
        List<String> outputs,
        List<String> labels,
        float threshold,
        float iou) {

    public ModelCard {
        outputs = List.copyOf(outputs);
        labels = List.copyOf(labels);
    }

    /** Order of the three colours in the input tensor. */
    public enum Colour {
        RGB,
        BGR
    }

    /**
     * The one input tensor: a batch of one picture, rows of pixels of three colours (NHWC), as 32-bit floats.
     *
     * @param name of the tensor
     * @param width in pixels
     * @param height in pixels
     * @param colour order of the colours
     * @param low value that stands for black
     * @param high value that stands for full brightness
     */
    public record Input(String name, int width, int height, Colour colour, float low, float high) {
        public static final int CHANNELS = 3;

        /** Floats in the tensor. */
        public int size() {
            return width * height * CHANNELS;
        }

        /** For people, as in {@code 300x300 RGB -1..1 NHWC}. */
        @Override
        public String toString() {
            return "%dx%d %s %s..%s NHWC".formatted(width, height, colour, plain(low), plain(high));
        }

        private static String plain(float value) {
            return value == Math.rint(value) ? Integer.toString((int) value) : Float.toString(value);
        }
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
                new LabelSet.Model(name, sha256, input.toString(), effectiveThreshold, effectiveIou, classes),
                labelsById());
    }
}
