package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.OnnxFile;
import java.util.Locale;
import java.util.Set;

/** What cannot be used, and what to do. */
final class Refusals {
    private static final Set<String> OTHER_TASKS = Set.of("segment", "pose", "classify", "obb", "semantic", "depth");

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
}
