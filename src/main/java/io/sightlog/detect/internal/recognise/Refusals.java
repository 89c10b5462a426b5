package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.OnnxFile;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What cannot be used, and what to do. */
final class Refusals {
    private static final Set<String> OTHER_TASKS = Set.of("segment", "pose", "classify", "obb", "semantic", "depth");

    private static final int MASKS = 32;

    private Refusals() {}

    /** @throws ModelException when ONNX Runtime has not what the model needs */
    static void byOperators(OnnxFile file, String where) {
        for (String operator : file.operators()) {
            if (operator.endsWith("_TRT")) {
                throw new ModelException("the model " + where + " needs the operator "
                        + operator.substring(operator.indexOf(':') + 1)
                        + ", which TensorRT has and ONNX Runtime has not; export it without NMS, or for ONNX Runtime");
            }
        }
        if (file.hasSignedConvInteger()) {
            throw new ModelException("the model " + where
                    + " has ConvInteger with weights of signed bytes, which ONNX Runtime does not run on processors;"
                    + " quantise it again with weights of type QUInt8, or export it with floats");
        }
    }

    /** @throws ModelException when the exporter says that it is no detector of upright boxes */
    static void byTask(OnnxFile file, String where) {
        String task = file.metadata().getOrDefault("task", "").strip().toLowerCase(Locale.ROOT);
        if (OTHER_TASKS.contains(task)) {
            throw task(where, task, "its metadata says");
        }
    }

    static ModelException task(String where, String task, String why) {
        return new ModelException("the model " + where + " is for the task " + task + ", " + why
                + "; only models that detect upright boxes are read: export the detect model of its family");
    }

    /** @throws ModelException when its outputs are those of another task, or of a model that leaves its boxes to others */
    static void byOutputs(Facts facts, String where) {
        List<Tensor> outputs = facts.outputs();
        if (has(outputs, 3) && outputs.stream().anyMatch(t -> t.shape().length == 4 && t.shape()[1] == MASKS)) {
            throw task(where, "segment", "as its outputs are " + outputs);
        }
        if (outputs.size() == 1
                && outputs.get(0).shape().length == 2
                && outputs.get(0).shape()[0] == 1) {
            throw task(where, "classify", "as its only output is " + outputs.get(0));
        }
        if (outputs.stream().allMatch(t -> t.shape().length == 5)) {
            throw raw(
                    where,
                    "raw heads, as of YOLOv5 or v7",
                    outputs,
                    "export it with its boxes decoded (v7: --grid), or write a card with decoder: yolov5-raw and its anchors");
        }
        if (outputs.stream().allMatch(t -> t.shape().length == 4)) {
            String like = outputs.size() == 1 ? "a raw head, as of FastestDet" : "raw heads";
            throw raw(where, like, outputs, "export it with its boxes decoded");
        }
        if (facts.outputNames().stream().anyMatch(name -> name.startsWith("kps_"))) {
            throw raw(where, "raw heads of the face detector YuNet", outputs, "take another model");
        }
        Tensor boxes = facts.output("boxes");
        Tensor scores = facts.output("scores");
        if (boxes != null
                && scores != null
                && boxes.shape().length == 3
                && scores.shape()[scores.shape().length - 1] == 2) {
            throw raw(where, "outputs as of the face detector RFB", outputs, "take another model, or write a card");
        }
    }

    private static boolean has(List<Tensor> outputs, int dimensions) {
        return outputs.stream().anyMatch(t -> t.shape().length == dimensions);
    }

    private static ModelException raw(String where, String what, List<Tensor> outputs, String todo) {
        return new ModelException(
                "the model " + where + " has " + what + ": " + outputs + "; they are not read here: " + todo);
    }
}
