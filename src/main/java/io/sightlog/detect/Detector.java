package io.sightlog.detect;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import io.sightlog.event.Detection;
import io.sightlog.event.LabelSet;
import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * One loaded model that finds things in pictures. Owned by one thread; close it to free the model's memory.
 *
 * <pre>{@code
 * try (Detector detector = Detector.open(Model.byDefault(), DetectorOptions.DEFAULT)) {
 *     for (Detection detection : detector.detect(picture).found()) {
 *         System.out.println(detector.labelSet().label(detection.classId()) + " " + detection);
 *     }
 * }
 * }</pre>
 */
public final class Detector implements AutoCloseable {
    private final ModelCard card;
    private final OnnxModel model;
    private final InputPicture input;
    private final OutputDecoder decoder;
    private final ClassFilter classes;
    private final float threshold;
    private final float iou;
    private final LabelSet labelSet;

    private Detector(Model from, DetectorOptions options) {
        Natives.load(Bundle.OPENCV);
        this.card = from.card();
        this.decoder = OutputDecoders.named(card.decoder());
        this.classes = ClassFilter.of(options.classes(), card);
        this.threshold = options.conf() == null ? card.threshold() : options.conf();
        this.iou = options.iou() == null ? card.iou() : options.iou();
        this.labelSet = card.labelSet(threshold, iou, classes.text());
        this.model = new OnnxModel(from, options.threads());
        this.input = new InputPicture(card.input());
    }

    /**
     * Loads a model, checks its SHA-256, and runs it once on a black picture, so that a model that is not what its card
     * says is told here, and the first picture is not slower than the others.
     *
     * @throws ModelException when the model cannot be loaded, or is not what its card says
     * @throws IllegalArgumentException when the model has no such class; the message lists near ones
     */
    public static Detector open(Model model, DetectorOptions options) {
        Detector detector = new Detector(model, options);
        try (Scalar none = Scalar.all(0);
                Mat black = new Mat(
                        model.card().input().height(), model.card().input().width(), CV_8UC3, none)) {
            detector.detect(black);
            return detector;
        } catch (RuntimeException e) {
            detector.close();
            throw e;
        }
    }

    /**
     * Looks at one picture.
     *
     * @param bgr 8-bit BGR, not empty; neither changed nor kept
     * @throws ModelException when the model fails
     */
    public Detections detect(Mat bgr) {
        long started = System.nanoTime();
        FloatBuffer tensor = input.prepare(bgr);
        List<Tensor> outputs = model.run(tensor);
        List<Detection> candidates = new ArrayList<>();
        int width = bgr.cols();
        int height = bgr.rows();
        try {
            decoder.decode(outputs, card, threshold, (classId, confidence, left, top, right, bottom) -> {
                if (classes.keeps(classId)) {
                    float x = clip(left * width, width);
                    float y = clip(top * height, height);
                    float w = clip(right * width, width) - x;
                    float h = clip(bottom * height, height) - y;
                    if (w > 0 && h > 0) { // false for NaN, too
                        candidates.add(new Detection(classId, Math.min(confidence, 1), x, y, w, h));
                    }
                }
            });
        } catch (ModelException e) {
            throw new ModelException("the model " + card.name() + " is not what its card says: " + e.getMessage(), e);
        }
        List<Detection> found = Suppression.suppress(candidates, iou);
        long inferNanos = model.lastInferNanos();
        return new Detections(found, inferNanos, System.nanoTime() - started - inferNanos);
    }

    private static float clip(float value, float most) {
        return Math.max(0, Math.min(value, most));
    }

    /** What the class ids of its detections mean, and the settings it works with. */
    public LabelSet labelSet() {
        return labelSet;
    }

    public ModelCard card() {
        return card;
    }

    @Override
    public void close() {
        input.close();
        model.close();
    }
}
