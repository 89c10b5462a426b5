package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Input.ElementType;
import io.sightlog.detect.Input.Layout;
import io.sightlog.detect.internal.engine.Engine.Port;
import io.sightlog.detect.internal.engine.OnnxFile;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can be seen of a model: in its file, and in one run on a grey picture.
 *
 * @param file what its file says
 * @param metadata what its exporter wrote beside it, such as {@code names}
 * @param picture the input that takes the picture
 * @param layout of the picture
 * @param type of the picture's numbers
 * @param width of the picture in pixels
 * @param height of the picture in pixels
 * @param sizeIsOpen whether the model leaves the size open, so that another would do
 * @param sides the other inputs
 * @param outputs what came out, in the model's order
 */
record Facts(
        OnnxFile file,
        Map<String, String> metadata,
        Port picture,
        Layout layout,
        ElementType type,
        int width,
        int height,
        boolean sizeIsOpen,
        List<Port> sides,
        List<Tensor> outputs) {

    /** How many cells a grid of each of these strides has, in pixels of the input, together. */
    long cells(int... strides) {
        long cells = 0;
        for (int stride : strides) {
            cells += (long) ((width + stride - 1) / stride) * ((height + stride - 1) / stride);
        }
        return cells;
    }

    /** The output of a name, or null. */
    @Nullable
    Tensor output(String name) {
        return outputs.stream()
                .filter(tensor -> tensor.name().equals(name))
                .findAny()
                .orElse(null);
    }

    /** Names of the outputs, in the model's order. */
    List<String> outputNames() {
        return outputs.stream().map(Tensor::name).toList();
    }
}
