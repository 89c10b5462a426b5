package io.sightlog.detect;

import io.sightlog.detect.TinyOnnx.Type;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** One net for each family of which no real file is at hand, and what its exporters write. */
public final class FamilyNets {
    private static final long ROWS = 3;
    private static final String LABELS = "[red, green, blue]";
    private static final String UNIT = "128x96 RGB 0..1 NCHW, ";
    private static final String IMAGENET = "128x96 RGB mean 123.675/116.28/103.53 std 58.395/57.12/57.375 NCHW, ";

    private static final String HF_SIZE = "\"size\": {\"height\": 96, \"width\": 128}, ";
    private static final String HF_IMAGENET = "{\"do_rescale\": true, \"rescale_factor\": 0.00392156862745098, "
            + HF_SIZE
            + "\"do_normalize\": true, \"image_mean\": [0.485, 0.456, 0.406], \"image_std\": [0.229, 0.224, 0.225]}";
    private static final String HF_LABELS = "\"id2label\": {\"0\": \"red\", \"1\": \"green\", \"2\": \"blue\"}";

    private FamilyNets() {}

    static Stream<FamilyNet> all() {
        return Stream.concat(withoutCard(), withCard());
    }

    static Stream<FamilyNet> withoutCard() {
        return Stream.of(
                FamilyNet.of("RT-DETR", detr(true), "detr", UNIT + "stretch, area, with orig_target_sizes"),
                FamilyNet.of(
                        "RT-DETR without batch", detr(false), "detr", UNIT + "stretch, area, with orig_target_sizes"),
                FamilyNet.of("RT-DETR of Ultralytics", detrRows(), "detr-rows", UNIT + "stretch"),
                FamilyNet.of("RF-DETR", rfDetr(91), "rf-detr", IMAGENET + "stretch"),
                FamilyNet.of("RF-DETR trained anew", rfDetr(4), "rf-detr", IMAGENET + "stretch"),
                FamilyNet.of("DETR with its files", softmax(), "hf-detr", IMAGENET + "stretch, area, with pixel_mask")
                        .beside("config.json", "{\"model_type\": \"detr\", " + HF_LABELS + "}")
                        .beside("preprocessor_config.json", HF_IMAGENET),
                FamilyNet.of("RT-DETR of Hugging Face with its files", sigmoid(), "hf-detr", UNIT + "stretch, area")
                        .beside("config.json", "{\"model_type\": \"rt_detr_v2\", " + HF_LABELS + "}")
                        .beside(
                                "preprocessor_config.json",
                                "{\"do_rescale\": true, " + HF_SIZE + "\"do_normalize\": false}"),
                FamilyNet.of(
                                "PicoDet with its file",
                                paddle(FamilyNet.imageNet("image"), false),
                                "ppyoloe",
                                IMAGENET + "stretch, cubic, with scale_factor")
                        .beside("infer_cfg.yml", """
                                mode: paddle
                                draw_threshold: 0.5
                                arch: PicoDet
                                Preprocess:
                                - interp: 2
                                  keep_ratio: false
                                  target_size: [96, 128]
                                  type: Resize
                                - is_scale: true
                                  mean: [0.485, 0.456, 0.406]
                                  std: [0.229, 0.224, 0.225]
                                  type: NormalizeImage
                                - type: Permute
                                - stride: 32
                                  type: PadStride
                                label_list: [red, green, blue]
                                """),
                FamilyNet.of(
                                "PP-YOLOE+ with its file",
                                paddle(FamilyNet.open("image"), true),
                                "ppyoloe",
                                UNIT + "stretch, with im_shape, scale_factor")
                        .beside("inference.yml", """
                                Preprocess:
                                - {interp: 1, keep_ratio: false, target_size: [96, 128], type: Resize}
                                - {mean: [0.0, 0.0, 0.0], norm_type: none, std: [1.0, 1.0, 1.0], type: NormalizeImage}
                                - {type: Permute}
                                label_list:
                                - red
                                - green
                                - blue
                                """));
    }

    public static Stream<FamilyNet> withCard() {
        String range = "input.range";
        String labels = "labels";
        return Stream.of(
                FamilyNet.of("DETR", softmax(), "hf-detr", IMAGENET + "stretch, area, with pixel_mask")
                        .filling(
                                range,
                                "mean: [123.675, 116.28, 103.53]\n  std: [58.395, 57.12, 57.375]",
                                "settings.activation",
                                "softmax",
                                labels,
                                LABELS),
                FamilyNet.of(
                                "PP-YOLOE without its file",
                                paddle(FamilyNet.unit("image"), false),
                                "ppyoloe",
                                UNIT + "stretch, with scale_factor")
                        .filling(range, "[0, 1]", labels, LABELS),
                FamilyNet.of("YOLO-NAS", yoloNas(FamilyNet.unit("images")), "yolo-nas", UNIT + "letterbox on 114")
                        .filling(range, "[0, 1]", "input.fit", "letterbox", labels, LABELS),
                FamilyNet.of(
                                "YOLO-NAS of bytes",
                                yoloNas(FamilyNet.bytes("images")),
                                "yolo-nas",
                                "128x96 RGB 0..255 NHWC uint8, letterbox on 114")
                        .filling("input.fit", "letterbox", labels, LABELS),
                FamilyNet.of("TensorFlow", tensorFlow(":0"), "tf-od", "128x96 RGB 0..255 NHWC uint8, stretch")
                        .filling(labels, LABELS),
                FamilyNet.of("SSD of the zoo", zoo(), "boxes", IMAGENET + "stretch")
                        .filling(
                                range,
                                "mean: [123.675, 116.28, 103.53]\n  std: [58.395, 57.12, 57.375]",
                                "settings.unit",
                                "fraction",
                                "settings.first-class",
                                "1",
                                labels,
                                LABELS),
                FamilyNet.of("R-CNN of torchvision", torchvision(), "boxes", UNIT + "stretch")
                        .filling(range, "[0, 1]", "settings.first-class", "1", labels, LABELS));
    }

    /** Boxes come in whatever size is asked for. */
    private static TinyOnnx detr(boolean hasBatch) {
        TinyOnnx net = FamilyNet.unit("images")
                .input("orig_target_sizes", Type.INT64, -1, 2)
                .node("Cast", "orig_target_sizes", "asked", TinyOnnx.to(Type.FLOAT))
                .node("Concat", "asked,asked", "askedTwice", TinyOnnx.number("axis", 1))
                .node("Mul", "echoFractions,askedTwice", "sized")
                .node("Cast", "echoIds", "wholeIds", TinyOnnx.to(Type.INT64));
        long[] column = hasBatch ? new long[] {1, ROWS} : new long[] {ROWS};
        long[] box = hasBatch ? new long[] {1, ROWS, 4} : new long[] {ROWS, 4};
        return net.longs("columnShape", List.of((long) column.length), column)
                .longs("boxShape", List.of((long) box.length), box)
                .node("Reshape", "wholeIds,columnShape", "labels")
                .node("Reshape", "sized,boxShape", "boxes")
                .node("Reshape", "echoScores,columnShape", "scores")
                .output("labels", Type.INT64, column)
                .output("boxes", Type.FLOAT, box)
                .output("scores", Type.FLOAT, column);
    }

    private static TinyOnnx detrRows() {
        return perClass(FamilyNet.unit("images"), 5)
                .node("Concat", "echoCentred,perClass", "output0", TinyOnnx.number("axis", 2))
                .metadata("description", "Ultralytics RT-DETR-l model")
                .metadata("task", "detect")
                .metadata("names", "{0: 'red', 1: 'green', 2: 'blue', 3: 'x', 4: 'y'}")
                .output("output0", Type.FLOAT, 1, ROWS, 9);
    }

    private static TinyOnnx rfDetr(int classes) {
        return logits(FamilyNet.imageNet("input"), classes)
                .node("Identity", "echoCentred", "dets")
                .node("Identity", "eachLogit", "labels")
                .output("dets", Type.FLOAT, 1, ROWS, 4)
                .output("labels", Type.FLOAT, 1, ROWS, classes);
    }

    private static TinyOnnx sigmoid() {
        return logits(FamilyNet.open("pixel_values"), (int) ROWS)
                .node("Identity", "eachLogit", "logits")
                .node("Identity", "echoCentred", "pred_boxes")
                .output("logits", Type.FLOAT, 1, ROWS, ROWS)
                .output("pred_boxes", Type.FLOAT, 1, ROWS, 4);
    }

    /** The last class is for nothing; the mask must be all ones. */
    private static TinyOnnx softmax() {
        TinyOnnx net = FamilyNet.imageNet("pixel_values")
                .input("pixel_mask", Type.INT64, -1, -1, -1)
                .node("Cast", "pixel_mask", "mask", TinyOnnx.to(Type.FLOAT))
                .longs("all", List.of(4L), 1, 1, FamilyNet.HEIGHT, FamilyNet.WIDTH)
                .node("Reshape", "mask,all", "wholeMask")
                .node("ReduceMean", "wholeMask", "covered", TinyOnnx.ints("axes", 2, 3), TinyOnnx.number("keepdims", 0))
                .node("Mul", "echoScores,covered", "seen");
        likely(net, "seen").node("Log", "likely", "logOfSome").node("Log", "unlikely", "logOfNone");
        return eye(net, (int) ROWS)
                .node("Mul", "eye,logOfSome", "ownLogit")
                .node("Add", "ownLogit,off", "someLogits")
                .node("Concat", "someLogits,logOfNone", "logits", TinyOnnx.number("axis", 2))
                .node("Identity", "echoCentred", "pred_boxes")
                .output("logits", Type.FLOAT, 1, ROWS, ROWS + 1)
                .output("pred_boxes", Type.FLOAT, 1, ROWS, 4);
    }

    /** Boxes are divided by the factors, and by how far the shape is from the input's. */
    private static TinyOnnx paddle(TinyOnnx net, boolean hasShape) {
        net.input("scale_factor", Type.FLOAT, -1, 2);
        if (hasShape) {
            net.input("im_shape", Type.FLOAT, -1, 2)
                    .floats("size", List.of(1L, 2L), FamilyNet.HEIGHT, FamilyNet.WIDTH)
                    .node("Div", "im_shape,size", "part")
                    .node("Mul", "scale_factor,part", "factors");
        } else {
            net.node("Identity", "scale_factor", "factors");
        }
        return net.longs("one", List.of(1L), 1)
                .longs("none", List.of(1L), 0)
                .node("Gather", "factors,one", "acrossFactor", TinyOnnx.number("axis", 1))
                .node("Gather", "factors,none", "downFactor", TinyOnnx.number("axis", 1))
                .node(
                        "Concat",
                        "acrossFactor,downFactor,acrossFactor,downFactor",
                        "eachFactor",
                        TinyOnnx.number("axis", 1))
                .node("Div", "echoBoxes,eachFactor", "unscaled")
                .node("Concat", "echoIds,echoScores,unscaled", "batched", TinyOnnx.number("axis", 2))
                .longs("rowShape", List.of(2L), ROWS, 6)
                .node("Reshape", "batched,rowShape", "multiclass_nms3_0.tmp_0")
                .longs("count", List.of(1L), ROWS)
                .node("Cast", "count", "multiclass_nms3_0.tmp_2", TinyOnnx.to(Type.INT32))
                .output("multiclass_nms3_0.tmp_0", Type.FLOAT, -1, 6)
                .output("multiclass_nms3_0.tmp_2", Type.INT32, 1);
    }

    /** As many rows as there are cells; those that see nothing have no area. */
    private static TinyOnnx yoloNas(TinyOnnx net) {
        int cells = 16 * 12 + 8 * 6 + 4 * 3;
        long rest = cells - ROWS;
        return perClass(net, (int) ROWS)
                .floats("noBoxes", List.of(1L, rest, 4L), new float[(int) rest * 4])
                .floats("noScores", List.of(1L, rest, ROWS), new float[(int) rest * (int) ROWS])
                .node("Concat", "echoBoxes,noBoxes", "1004", TinyOnnx.number("axis", 1))
                .node("Concat", "perClass,noScores", "1005", TinyOnnx.number("axis", 1))
                .output("1004", Type.FLOAT, 1, cells, 4)
                .output("1005", Type.FLOAT, 1, cells, ROWS);
    }

    private static TinyOnnx tensorFlow(String ending) {
        return column(FamilyNet.bytes("image_tensor" + ending))
                .node("Identity", "echoTopFirst", "detection_boxes" + ending)
                .node("Identity", "scoreColumn", "detection_scores" + ending)
                .node("Identity", "fromOne", "detection_classes" + ending)
                .floats("three", List.of(1L), ROWS)
                .node("Identity", "three", "num_detections" + ending)
                .output("detection_boxes" + ending, Type.FLOAT, 1, ROWS, 4)
                .output("detection_classes" + ending, Type.FLOAT, 1, ROWS)
                .output("detection_scores" + ending, Type.FLOAT, 1, ROWS)
                .output("num_detections" + ending, Type.FLOAT, 1);
    }

    private static TinyOnnx zoo() {
        return column(FamilyNet.imageNet("image"))
                .node("Identity", "echoFractions", "bboxes")
                .node("Cast", "fromOne", "labels", TinyOnnx.to(Type.INT64))
                .node("Identity", "scoreColumn", "scores")
                .output("bboxes", Type.FLOAT, 1, ROWS, 4)
                .output("labels", Type.INT64, 1, ROWS)
                .output("scores", Type.FLOAT, 1, ROWS);
    }

    /** It always sees something weak, as R-CNN does, so that pixels are seen to be pixels. */
    private static TinyOnnx torchvision() {
        return column(FamilyNet.unit("input"))
                .floats("weakBox", List.of(1L, 1L, 4L), 0, 0, 100, 90)
                .node("Concat", "echoBoxes,weakBox", "four", TinyOnnx.number("axis", 1))
                .longs("boxShape", List.of(2L), ROWS + 1, 4)
                .node("Reshape", "four,boxShape", "boxes")
                .floats("weak", List.of(1L, 1L), 0.05f)
                .node("Concat", "scoreColumn,weak", "fourScores", TinyOnnx.number("axis", 1))
                .floats("first", List.of(1L, 1L), 1)
                .node("Concat", "fromOne,first", "fourLabels", TinyOnnx.number("axis", 1))
                .longs("flat", List.of(1L), ROWS + 1)
                .node("Reshape", "fourScores,flat", "scores")
                .node("Reshape", "fourLabels,flat", "flatLabels")
                .node("Cast", "flatLabels", "labels", TinyOnnx.to(Type.INT64))
                .output("boxes", Type.FLOAT, -1, 4)
                .output("labels", Type.INT64, -1)
                .output("scores", Type.FLOAT, -1);
    }

    /** {@code scoreColumn} and {@code fromOne}, classes from 1, each {@code [1, 3]}. */
    private static TinyOnnx column(TinyOnnx net) {
        return net.longs("columnShape", List.of(2L), 1, ROWS)
                .node("Reshape", "echoScores,columnShape", "scoreColumn")
                .floats("oneMore", List.of(), 1)
                .node("Add", "echoIds,oneMore", "ids1")
                .node("Reshape", "ids1,columnShape", "fromOne");
    }

    /** {@code perClass [1, 3, classes]}: the score in the class's own column, 0 elsewhere. */
    private static TinyOnnx perClass(TinyOnnx net, int classes) {
        return eye(net, classes).node("Mul", "eye,echoScores", "perClass");
    }

    /** {@code eachLogit [1, 3, classes]}: what sigmoid makes the score of, in the class's own column, nearly nothing elsewhere. */
    private static TinyOnnx logits(TinyOnnx net, int classes) {
        return eye(likely(net, "echoScores"), classes)
                .node("Div", "likely,unlikely", "odds")
                .node("Log", "odds", "logit")
                .node("Mul", "eye,logit", "ownLogit")
                .node("Add", "ownLogit,off", "eachLogit");
    }

    /** {@code likely}, a probability that is neither 0 nor 1, and {@code unlikely}, what is left to 1. */
    private static TinyOnnx likely(TinyOnnx net, String scores) {
        return net.floats("least", List.of(), 1e-6f)
                .floats("most", List.of(), 0.9999f)
                .floats("certain", List.of(), 1)
                .node("Clip", scores + ",least,most", "likely")
                .node("Sub", "certain,likely", "unlikely");
    }

    /** {@code eye [1, 3, classes]}, 1 in the class's own column, and {@code off}, -30 elsewhere. */
    private static TinyOnnx eye(TinyOnnx net, int classes) {
        float[] eye = new float[(int) ROWS * classes];
        float[] off = new float[eye.length];
        Arrays.fill(off, -30);
        for (int i = 0; i < ROWS; i++) {
            eye[i * classes + i] = 1;
            off[i * classes + i] = 0;
        }
        List<Long> shape = List.of(1L, ROWS, (long) classes);
        return net.floats("eye", shape, eye).floats("off", shape, off);
    }
}
