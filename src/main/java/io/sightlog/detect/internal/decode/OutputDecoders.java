package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The decoders a card may name. A new family of models is registered here. */
public final class OutputDecoders {
    private static final Map<String, Function<ModelCard, OutputDecoder>> BY_NAME = new TreeMap<>(Map.ofEntries(
            Map.entry("boxes", ChosenDecoder::boxes),
            Map.entry("centernet", RowsDecoder::new),
            Map.entry("detr", ChosenDecoder::detr),
            Map.entry("detr-rows", DetrRowsDecoder::new),
            Map.entry("hf-detr", QueriesDecoder::huggingFace),
            Map.entry("nanodet", NanoDetDecoder::new),
            Map.entry("num-dets", NumDetsDecoder::new),
            Map.entry("ppyoloe", PaddleDecoder::new),
            Map.entry("rf-detr", QueriesDecoder::rfDetr),
            Map.entry("ssd", SsdDecoder::new),
            Map.entry("tf-od", ChosenDecoder::tensorFlow),
            Map.entry("yolo-nas", YoloNasDecoder::new),
            Map.entry("yolo-nas-flat", FlatRowsDecoder::yoloNas),
            Map.entry("yolov10", RowsDecoder::new),
            Map.entry("yolov4", YoloV4Decoder::new),
            Map.entry("yolov5", ObjectnessDecoder::new),
            Map.entry("yolov5-raw", RawAnchorsDecoder::new),
            Map.entry("yolov6", ObjectnessDecoder::new),
            Map.entry("yolov7-end2end", FlatRowsDecoder::yoloV7),
            Map.entry("yolov8", YoloV8Decoder::new),
            Map.entry("yolox", YoloXDecoder::new),
            Map.entry("yolox-decoded", ObjectnessDecoder::new)));

    private OutputDecoders() {}

    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /** @throws ModelException when no decoder has the name in the card, or one of its settings is wrong */
    public static OutputDecoder of(ModelCard card) {
        Function<ModelCard, OutputDecoder> decoder = BY_NAME.get(card.decoder());
        if (decoder == null) {
            throw new ModelException("no decoder is called " + card.decoder() + "; wanted: one of " + names());
        }
        return decoder.apply(card);
    }

    /** The outputs a family has, by their number. */
    static void requireCount(List<Tensor> outputs, int wanted) {
        if (outputs.size() != wanted) {
            throw new ModelException(
                    "the card names " + outputs.size() + " outputs " + outputs + "; wanted: " + wanted);
        }
    }

    /** The same numbers without the dimension of the batch, where there is one of 1 more than the wanted ones. */
    static Tensor unbatched(Tensor tensor, int dimensions) {
        long[] shape = tensor.shape();
        return shape.length == dimensions + 1 && shape[0] == 1
                ? new Tensor(tensor.name(), Arrays.copyOfRange(shape, 1, shape.length), tensor.values())
                : tensor;
    }

    /** The place, from 0, of the largest of {@code count} numbers from {@code from} on. */
    static int most(float[] values, int from, int count) {
        int most = 0;
        for (int i = 1; i < count; i++) {
            if (values[from + i] > values[from + most]) {
                most = i;
            }
        }
        return most;
    }

    /** A box by its centre. */
    static void addCentred(
            OutputDecoder.Boxes into, int classId, float confidence, float x, float y, float width, float height) {
        into.add(classId, confidence, x - width / 2, y - height / 2, x + width / 2, y + height / 2);
    }
}
