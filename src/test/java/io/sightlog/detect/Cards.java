package io.sightlog.detect;

import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.Input.Layout;
import io.sightlog.detect.ModelCard.Nms;
import java.util.List;
import java.util.Map;

/** Cards of models that there are not. */
public final class Cards {
    private Cards() {}

    /** RGB, NHWC, 0..1, stretched. */
    public static ModelCard of(String decoder, int width, int height, String... labels) {
        return of(decoder, Map.of(), width, height, labels);
    }

    public static ModelCard of(String decoder, Map<String, Object> settings, int width, int height, String... labels) {
        return new ModelCard(
                "m",
                "m.onnx",
                "here",
                "MIT",
                "0",
                Input.floats("in", width, height, Layout.NHWC, Colour.RGB, Input.Range.UNIT, Fit.STRETCH),
                decoder,
                settings,
                List.of("o"),
                List.of(labels),
                0.5f,
                0.5f,
                Nms.IOU);
    }
}
