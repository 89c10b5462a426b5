package io.sightlog.detect;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import io.sightlog.detect.internal.decode.Candidates;
import io.sightlog.detect.internal.decode.Suppression;
import io.sightlog.detect.internal.engine.InputTensors;
import io.sightlog.detect.internal.engine.Tensor;
import io.sightlog.detect.internal.picture.InputPicture;
import io.sightlog.detect.internal.picture.Placement;
import io.sightlog.event.Detection;
import io.sightlog.event.LabelSet;
import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;
import java.nio.ByteBuffer;
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
    private final LoadedModel model;
    private final ModelCard card;
    private final InputPicture input;
    private final InputTensors tensors;
    private final ClassFilter classes;
    private final Candidates candidates = new Candidates();
    private final float threshold;
    private final float iou;
    private final LabelSet labelSet;

    private Detector(LoadedModel model, DetectorOptions options) {
        this.model = model;
        this.card = model.card();
        this.classes = ClassFilter.of(options.classes(), card);
        this.threshold = options.conf() == null ? card.threshold() : options.conf();
        this.iou = options.iou() == null ? card.iou() : options.iou();
        this.labelSet = card.labelSet(threshold, iou, classes.text());
        this.input = new InputPicture(card.input());
        this.tensors = new InputTensors(card.input(), model.engine().inputs());
    }

    /**
     * Loads a model, checks its SHA-256, and runs it once on a black picture, so that a model that is not what its card
     * says is told here, and the first picture is not slower than the others.
     *
     * @throws ModelException when the model cannot be loaded, or is not what its card says
     * @throws IllegalArgumentException when the model has no such class; the message lists near ones
     */
    public static Detector open(Model model, DetectorOptions options) {
        Natives.load(Bundle.OPENCV);
        LoadedModel loaded = model.load(options);
        Detector detector;
        try {
            detector = new Detector(loaded, options);
        } catch (RuntimeException e) {
            loaded.engine().close();
            throw e;
        }
        Input input = loaded.card().input();
        try (Scalar none = Scalar.all(0);
                Mat black = new Mat(input.height(), input.width(), CV_8UC3, none)) {
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
        ByteBuffer picture = input.prepare(bgr);
        Placement placement = input.placement();
        candidates.clear();
        try {
            List<Tensor> outputs = model.engine().run(tensors.with(picture), card.outputs());
            model.decoder().decode(outputs, threshold, (classId, confidence, left, top, right, bottom) -> {
                if (classes.keeps(classId)) {
                    candidates.add(
                            classId,
                            confidence,
                            placement.x(left),
                            placement.y(top),
                            placement.x(right),
                            placement.y(bottom));
                }
            });
        } catch (ModelException e) {
            throw new ModelException(
                    "the model " + card.name() + " is not what "
                            + (model.recognition().equals(Recognition.BY_CARD) ? "its card says" : "it seemed to be")
                            + " (" + card.input() + "): " + e.getMessage(),
                    e);
        }
        List<Detection> found = found(bgr.cols(), bgr.rows());
        long inferNanos = model.engine().lastInferNanos();
        return new Detections(found, inferNanos, System.nanoTime() - started - inferNanos);
    }

    /** What is left of the candidates, within the picture. */
    private List<Detection> found(int width, int height) {
        List<Detection> found = new ArrayList<>();
        for (int i : Suppression.kept(candidates, card.nms(), iou)) {
            float x = clip(candidates.left(i) * width, width);
            float y = clip(candidates.top(i) * height, height);
            float w = clip(candidates.right(i) * width, width) - x;
            float h = clip(candidates.bottom(i) * height, height) - y;
            if (w > 0 && h > 0) { // false for NaN, too
                found.add(new Detection(candidates.classId(i), Math.min(candidates.confidence(i), 1), x, y, w, h));
            }
        }
        return found;
    }

    private static float clip(float value, float most) {
        return Math.max(0, Math.min(value, most));
    }

    /** What the class ids of its detections mean, and the settings it works with. */
    public LabelSet labelSet() {
        return labelSet;
    }

    /** What is known about the model: its card, or what was concluded in place of one. */
    public ModelCard card() {
        return card;
    }

    /** How the card was concluded. */
    public Recognition recognition() {
        return model.recognition();
    }

    @Override
    public void close() {
        input.close();
        model.engine().close();
    }
}
