package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Detections that the model itself has chosen, in three tensors: boxes {@code [1,N,4]}, the class and the score of each {@code [1,N]};
 * the leading 1 may be missing.
 */
final class ChosenDecoder implements OutputDecoder {
    private static final int MOST_FIRST_CLASS = 1000;
    private static final int BOX = 4;

    /** What sides of boxes are measured in. */
    private enum Unit {
        PIXELS,
        /** Of the input: 0 its left or top edge, 1 the other. */
        FRACTION
    }

    /** Order of a box's four numbers. */
    private enum Order {
        /** Left, top, right, bottom. */
        XYXY,
        /** Top, left, bottom, right. */
        YXYX
    }

    /** Which output is what. */
    private record Places(int boxes, int classes, int scores) {}

    private final Places places;
    private final int firstClass;
    private final float width;
    private final float height;
    /** In a box: where left is; top is at the other end of its pair. */
    private final int x;

    private ChosenDecoder(ModelCard card, Places places, Unit unit, Order order, int firstClass) {
        this.places = places;
        this.firstClass = firstClass;
        this.width = unit == Unit.PIXELS ? 1 : card.input().width();
        this.height = unit == Unit.PIXELS ? 1 : card.input().height();
        this.x = order == Order.XYXY ? 0 : 1;
    }

    /** RT-DETR and what came after it: {@code labels}, {@code boxes} in pixels, {@code scores}. */
    static ChosenDecoder detr(ModelCard card) {
        Settings settings = new Settings(card, "first-class");
        return new ChosenDecoder(card, new Places(1, 0, 2), Unit.PIXELS, Order.XYXY, firstClass(settings, 0));
    }

    /** TensorFlow's object detection: boxes as fractions, top first; scores; classes from 1. */
    static ChosenDecoder tensorFlow(ModelCard card) {
        Settings settings = new Settings(card, "first-class");
        return new ChosenDecoder(card, new Places(0, 2, 1), Unit.FRACTION, Order.YXYX, firstClass(settings, 1));
    }

    /** Any other: boxes, labels, scores, the card says how to read them. */
    static ChosenDecoder boxes(ModelCard card) {
        Settings settings = new Settings(card, "unit", "order", "first-class");
        return new ChosenDecoder(
                card,
                new Places(0, 1, 2),
                settings.choice("unit", Unit.class, null),
                settings.choice("order", Order.class, Order.XYXY),
                firstClass(settings, 0));
    }

    private static int firstClass(Settings settings, int otherwise) {
        return settings.whole("first-class", otherwise, 0, MOST_FIRST_CLASS);
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        OutputDecoders.requireCount(outputs, 3);
        Tensor boxes = OutputDecoders.unbatched(outputs.get(places.boxes), 2);
        boxes.require(-1, BOX);
        long count = boxes.shape()[0];
        float[] classes = column(outputs.get(places.classes), count);
        float[] scores = column(outputs.get(places.scores), count);
        float[] box = boxes.values();
        for (int i = 0; i < count; i++) {
            if (scores[i] >= minConfidence) {
                int at = i * BOX;
                into.add(
                        (int) classes[i] - firstClass,
                        scores[i],
                        box[at + x] * width,
                        box[at + 1 - x] * height,
                        box[at + 2 + x] * width,
                        box[at + 3 - x] * height);
            }
        }
    }

    private static float[] column(Tensor tensor, long count) {
        Tensor column = OutputDecoders.unbatched(tensor, 1);
        if (!Arrays.equals(column.shape(), new long[] {count})) {
            throw new ModelException("output " + tensor + " has not one number for each of the " + count
                    + " boxes; correct the order of outputs in the card");
        }
        return column.values();
    }
}
