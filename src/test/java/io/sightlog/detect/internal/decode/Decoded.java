package io.sightlog.detect.internal.decode;

import io.sightlog.detect.Cards;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a decoder makes of tensors, for an input of 200x100 and the labels dog, cat, car. */
final class Decoded {
    private Decoded() {}

    /** Lines such as {@code 0 0.9 20.0,10.0 100.0,50.0}: class id, confidence, left top, right bottom. */
    static List<String> boxes(String decoder, Map<String, Object> settings, float minConfidence, Tensor... outputs) {
        List<String> boxes = new ArrayList<>();
        OutputDecoders.of(Cards.of(decoder, settings, 200, 100, "dog", "cat", "car"))
                .decode(
                        List.of(outputs),
                        minConfidence,
                        (id, confidence, left, top, right, bottom) ->
                                boxes.add(id + " " + confidence + " " + left + "," + top + " " + right + "," + bottom));
        return boxes;
    }

    /** @param shape such as {@code 1,2,4} */
    static Tensor tensor(String name, String shape, double... values) {
        String[] sizes = shape.split(",");
        long[] dimensions = new long[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            dimensions[i] = Long.parseLong(sizes[i]);
        }
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return new Tensor(name, dimensions, floats);
    }
}
