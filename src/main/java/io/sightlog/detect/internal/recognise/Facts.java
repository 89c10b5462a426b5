package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Input.Side;
import io.sightlog.detect.internal.engine.OnnxFile;
import io.sightlog.detect.internal.engine.Tensor;
import io.sightlog.detect.internal.recognise.Subject.Neighbours;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can be seen of a model: in its file, and in one run on a grey picture.
 *
 * @param file what its file says
 * @param picture the input that takes the picture
 * @param sides the other inputs, and what they seem to take
 * @param outputs what came out, in the model's order
 * @param labels how many there are, in the file or beside it; 0 when there are none
 * @param neighbours small files beside it
 */
record Facts(
        OnnxFile file,
        PictureInput picture,
        Map<String, Side> sides,
        List<Tensor> outputs,
        int labels,
        Neighbours neighbours) {
    Facts {
        sides = Map.copyOf(sides);
        outputs = List.copyOf(outputs);
    }

    /** Of the picture, in pixels. */
    int width() {
        return picture.width();
    }

    /** Of the picture, in pixels. */
    int height() {
        return picture.height();
    }

    /** What the exporter wrote beside the model, such as {@code names}. */
    Map<String, String> metadata() {
        return file.metadata();
    }

    /** How many labels there are, or most likely are: where nobody says, those of COCO. */
    int likelyLabels() {
        return labels > 0 ? labels : Coco.LABELS.size();
    }

    /** How many cells a grid of each of these strides has, in pixels of the input, together. */
    long cells(int... strides) {
        long cells = 0;
        for (int stride : strides) {
            cells += (long) ((width() + stride - 1) / stride) * ((height() + stride - 1) / stride);
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

    /** The only output, or null when there are several. */
    @Nullable
    Tensor onlyOutput() {
        return outputs.size() == 1 ? outputs.get(0) : null;
    }

    /** Names of the outputs, in the model's order. */
    List<String> outputNames() {
        return outputs.stream().map(Tensor::name).toList();
    }
}
