package io.sightlog.detect;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Files that are given for a model and are none that is read here, and what to do about each. */
final class OtherFiles {
    private static final Map<String, String> FORMATS = Map.ofEntries(
            Map.entry("pt", "PyTorch's"),
            Map.entry("pth", "PyTorch's"),
            Map.entry("ckpt", "PyTorch's"),
            Map.entry("safetensors", "Hugging Face's"),
            Map.entry("torchscript", "TorchScript's"),
            Map.entry("engine", "TensorRT's"),
            Map.entry("trt", "TensorRT's"),
            Map.entry("plan", "TensorRT's"),
            Map.entry("tflite", "TensorFlow Lite's"),
            Map.entry("pb", "TensorFlow's"),
            Map.entry("h5", "Keras'"),
            Map.entry("keras", "Keras'"),
            Map.entry("param", "ncnn's"),
            Map.entry("bin", "ncnn's or OpenVINO's"),
            Map.entry("xml", "OpenVINO's"),
            Map.entry("mlpackage", "Core ML's"),
            Map.entry("mlmodel", "Core ML's"),
            Map.entry("mnn", "MNN's"),
            Map.entry("rknn", "Rockchip's"),
            Map.entry("pdmodel", "Paddle's"),
            Map.entry("caffemodel", "Caffe's"));

    private OtherFiles() {}

    /** What is wrong with what was given, as one line; null when it is no file at all. */
    static @Nullable String problem(String given) {
        if (given.isBlank()) {
            return "the model has an empty name; wanted: a name that sightlog models lists, or a file";
        }
        String lower = given.toLowerCase(Locale.ROOT);
        String ending = lower.substring(lower.lastIndexOf('.') + 1);
        String stem = given.substring(0, Math.max(0, given.lastIndexOf('.')));
        String format = FORMATS.get(ending);
        if (format != null && !stem.isEmpty()) {
            return given + " is in " + format + " format, which is not read here; export the model to ONNX, as by: yolo"
                    + " export model=" + (ending.startsWith("pt") ? given : "best.pt") + " format=onnx";
        }
        if (ending.equals("yaml") || ending.equals("yml")) {
            return given + " is a card; give the model beside it: " + stem + ".onnx";
        }
        if (ending.equals("names") || ending.equals("data")) {
            return given + " has labels; give it with --labels, and the model with --model";
        }
        Path path = Path.of(given);
        if (Files.isDirectory(path)) {
            return given + " is a folder; wanted: FILE.onnx, or Darknet's FILE.cfg or FILE.weights";
        }
        return Files.exists(path)
                ? given + " is no model by its name; wanted: FILE.onnx, or Darknet's FILE.cfg or FILE.weights"
                : null;
    }
}
