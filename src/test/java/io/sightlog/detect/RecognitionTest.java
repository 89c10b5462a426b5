package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl;
import io.sightlog.detect.DetectorOptions.ImageSize;
import io.sightlog.detect.TinyOnnx.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is concluded about ONNX files without a card, and what is refused. */
class RecognitionTest {
    /** Cells of an input of 64x64 in the strides 8, 16 and 32. */
    private static final int CELLS = 84;

    @TempDir
    Path folder;

    private Path onnx;

    /** A net whose outputs have these shapes and are 0 everywhere. */
    private static TinyOnnx zeros(String output, long... shape) {
        return zeros(new TinyOnnx().input("images", Type.FLOAT, 1, 3, 64, 64), output, shape);
    }

    private static TinyOnnx zeros(TinyOnnx net, String output, long... shape) {
        int count = 1;
        for (long size : shape) {
            count *= (int) size;
        }
        return net.longs(output + "count", List.of(1L), count)
                .longs(output + "shape", List.of((long) shape.length), shape)
                .node("ConstantOfShape", output + "count", output + "flat")
                .node("Reshape", output + "flat," + output + "shape", output)
                .output(output, Type.FLOAT, shape);
    }

    private Detector open(TinyOnnx net, DetectorOptions options) {
        onnx = net.write(folder.resolve("net.onnx"));
        return Detector.open(Model.find(onnx.toString()), options);
    }

    private ModelCard card(TinyOnnx net, DetectorOptions options) {
        try (Detector detector = open(net, options)) {
            return detector.card();
        }
    }

    private AbstractStringAssert<?> assertRefused(TinyOnnx net) {
        return assertRefused(net, DetectorOptions.DEFAULT);
    }

    private AbstractStringAssert<?> assertRefused(TinyOnnx net, DetectorOptions options) {
        return assertThatThrownBy(() -> open(net, options).close())
                .isInstanceOf(ModelException.class)
                .message()
                .contains(folder.resolve("net").toString())
                .doesNotContain("\n");
    }

    @Test
    void whatWasConcludedIsToldInOrderAndWhatIsHabitIsAnAssumption() {
        try (Detector detector = open(zeros("output0", 1, 84, CELLS), DetectorOptions.DEFAULT)) {
            assertThat(detector.recognition().conclusions())
                    .extracting(c -> c.what() + ": " + c.value() + " (" + c.why() + ")")
                    .containsExactly(
                            "input: images 64x64 NCHW float32 (size: the model's input)",
                            "fit: letterbox on 114 (assumed: YOLOv8 has it so)",
                            "colour: RGB (assumed: YOLOv8 has it so)",
                            "scale: 0..1 (assumed: YOLOv8 has it so)",
                            "outputs: output0[1, 84, 84] (4 numbers of a box and 80 scores for each of 84 cells)",
                            "family: YOLOv8 (names and shapes of the outputs)",
                            "labels: 80: person, bicycle, ... (assumed)",
                            "nms: IoU, class by class (YOLOv8 has it so)");
            assertThat(detector.recognition().assumptions())
                    .containsExactly(
                            "the fit of pictures is letterbox on 114, as YOLOv8 has it; a card's input.fit says otherwise",
                            "colours are RGB, as YOLOv8 has it; a card's input.colour says otherwise",
                            "pixels are scaled to 0..1, as YOLOv8 has it; a card's input.range says otherwise",
                            "labels are the 80 of COCO, which YOLOv8 is trained on unless somebody trains it anew; "
                                    + "--labels FILE says otherwise");
            ModelCard card = detector.card();
            assertThat(card.name()).isEqualTo("net");
            assertThat(card.file()).isEqualTo("net.onnx");
            assertThat(card.sha256()).matches("[0-9a-f]{64}");
            assertThat(card.threshold()).isEqualTo(0.25f);
            assertThat(card.iou()).isEqualTo(0.45f);
        }
    }

    @Test
    void aCardOverridesEverything() throws IOException {
        TinyOnnx net = zeros("output0", 1, 84, CELLS);
        String card = CardWriter.write(card(net, DetectorOptions.DEFAULT))
                .replace("fit: letterbox", "fit: stretch")
                .replace("- person", "- somebody");
        Files.writeString(folder.resolve("net.yaml"), card);
        try (Detector detector = open(net, DetectorOptions.DEFAULT)) {
            assertThat(detector.card().input().fit().kind()).isEqualTo(Fit.Kind.STRETCH);
            assertThat(detector.card().labels()).startsWith("somebody", "bicycle");
            assertThat(detector.recognition()).isEqualTo(Recognition.BY_CARD);
        }
    }

    @Test
    void labelsComeFromTheOneWhoAsksThenTheExporterThenAFileBesideThenCocoElseAreNumbered() throws IOException {
        TinyOnnx three = zeros("output0", 1, 7, CELLS);
        assertThat(card(three, DetectorOptions.DEFAULT).labels()).containsExactly("class 0", "class 1", "class 2");
        Files.writeString(folder.resolve("net.names"), "a\nb\nc\n");
        assertThat(card(three, DetectorOptions.DEFAULT).labels()).containsExactly("a", "b", "c");
        three.metadata("names", "['d', 'e', 'f']");
        assertThat(card(three, DetectorOptions.DEFAULT).labels()).containsExactly("d", "e", "f");
        Path own = Files.writeString(folder.resolve("own.txt"), "g\nh\ni\n");
        try (Detector detector =
                Detector.open(Model.find(onnx.toString(), new ModelFiles(null, own)), DetectorOptions.DEFAULT)) {
            assertThat(detector.card().labels()).containsExactly("g", "h", "i");
        }
    }

    @Test
    void labelsOfAnotherNumberThanClassesAreAnErrorThatNamesBoth() {
        assertRefused(zeros("output0", 1, 7, CELLS).metadata("names", "['a', 'b']"))
                .contains("has 3 classes as YOLOv8, but metadata names has 2 labels; give others with --labels FILE");
    }

    @Test
    void anOpenSizeIsTheAskedOneElseTheExportersElse640() {
        assertThat(card(open64(), DetectorOptions.DEFAULT.withImgsz(new ImageSize(96, 64)))
                        .input()
                        .toString())
                .startsWith("96x64 ");
        assertThat(card(open64().metadata("imgsz", "[32, 64]"), DetectorOptions.DEFAULT)
                        .input()
                        .toString())
                .startsWith("64x32 ");
        try (Detector detector = open(open64(), DetectorOptions.DEFAULT)) {
            assertThat(detector.card().input().toString()).startsWith("640x640 ");
            assertThat(detector.recognition().assumptions())
                    .contains("the input is 640x640, as the model leaves its size open; --imgsz says otherwise");
        }
    }

    /** Takes any size, and has one box for each. */
    private static TinyOnnx open64() {
        return zeros(new TinyOnnx().input("images", Type.FLOAT, -1, 3, -1, -1), "output0", 1, 300, 6);
    }

    @Test
    void aFixedSizeAndAnotherAskedOneAreAnErrorThatNamesBoth() {
        assertRefused(zeros("output0", 1, 84, CELLS), DetectorOptions.DEFAULT.withImgsz(new ImageSize(96, 64)))
                .startsWith("imgsz is 96x64, but the model ")
                .contains("takes 64x64 only");
    }

    @Test
    void anInputWithColoursLastIsFedPixelAfterPixel() {
        TinyOnnx net = zeros(new TinyOnnx().input("in", Type.UINT8, 1, 64, 64, 3), "output0", 1, 300, 6);
        assertThat(card(net, DetectorOptions.DEFAULT).input().toString())
                .isEqualTo("64x64 RGB 0..255 NHWC uint8, letterbox on 114");
    }

    /** As somebody exported a model for 640, and wrote 320 over its input. */
    @Test
    void aModelThatFailsWithItsOwnSizeIsToldWithWhatItsMetadataSay() {
        TinyOnnx net = new TinyOnnx()
                .metadata("imgsz", "[640, 640]")
                .input("images", Type.FLOAT, 1, 3, 320, 320)
                .longs("size", List.of(4L), 1, 3, 640, 640)
                .node("Neg", "images", "negative")
                .node("Reshape", "negative,size", "output0")
                .output("output0", Type.FLOAT, -1, -1, -1, -1);
        assertRefused(net)
                .contains("fails with a picture of 320x320 (size: the model's input, metadata imgsz says 640x640): ")
                .endsWith("; where it leaves its size open, give another with --imgsz, else export it again");
    }

    /** In a list of boxes with nothing in it, no column tells what it is. */
    @Test
    void twoFamiliesThatFitAreAnErrorWithTheLineThatDecides() {
        assertRefused(YoloNets.flat("boxes", false))
                .contains("may be YOLOv7 or YOLO-NAS")
                .contains("boxes[0, 7]")
                .endsWith("a card beside it decides, with the line decoder: yolov7-end2end or decoder: yolo-nas-flat");
    }

    @Test
    void scoresWithOrWithoutObjectnessAreTwoFamiliesUnlessTheNumberOfLabelsDecides() {
        TinyOnnx net = YoloNets.decodedYoloX();
        assertRefused(net)
                .contains("may be YOLOv8 or YOLOX")
                .endsWith("with the line decoder: yolov8 or decoder: yolox-decoded");
        assertThat(card(net.metadata("names", "['a', 'b', 'c', 'd']"), DetectorOptions.DEFAULT)
                        .decoder())
                .isEqualTo("yolov8");
    }

    @Test
    void yoloNasNeedsACardWhichTheErrorShows() {
        assertThatThrownBy(() -> open(YoloNets.flat("graph2_flat_predictions", true), DetectorOptions.DEFAULT)
                        .close())
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.card()).contains("decoder: yolo-nas-flat"))
                .hasMessageContaining("is YOLO-NAS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"segment", "pose", "classify", "obb"})
    void modelsForOtherTasksAreRefusedByTheirMetadata(String task) {
        assertRefused(zeros("output0", 1, 84, CELLS).metadata("task", task))
                .contains("is for the task " + task + ", its metadata says; ")
                .endsWith("export the detect model of its family");
    }

    @Test
    void modelsForOtherTasksAreRefusedByTheirOutputs() {
        assertRefused(zeros(zeros("output0", 1, 116, CELLS), "output1", 1, 32, 16, 16))
                .contains("is for the task segment, as its outputs are [output0[1, 116, 84], output1[1, 32, 16, 16]]");
        assertRefused(zeros("output0", 1, 1000)).contains("is for the task classify");
        float[] keypoints = new float[56 * CELLS];
        keypoints[55 * CELLS] = 63; // pixels
        assertRefused(new TinyOnnx()
                        .input("images", Type.FLOAT, 1, 3, 64, 64)
                        .floats("keypoints", List.of(1L, 56L, (long) CELLS), keypoints)
                        .node("Identity", "keypoints", "output0")
                        .output("output0", Type.FLOAT, 1, 56, CELLS))
                .contains("is for the task pose, obb or segment");
    }

    @Test
    void rawHeadsAreRefusedByWhatTheyAre() {
        TinyOnnx heads = zeros("a", 1, 3, 8, 8, 85);
        zeros(heads, "b", 1, 3, 4, 4, 85);
        assertRefused(zeros(heads, "c", 1, 3, 2, 2, 85))
                .contains("has raw heads, as of YOLOv5 or v7")
                .endsWith("or write a card with decoder: yolov5-raw and its anchors");
        assertRefused(zeros("758", 1, 85, 4, 4)).contains("has a raw head, as of FastestDet: [758[1, 85, 4, 4]]");
        assertRefused(zeros(zeros("cls_8", 1, 64, 1), "kps_8", 1, 64, 10)).contains("the face detector YuNet");
        assertRefused(zeros(zeros("scores", 1, 100, 2), "boxes", 1, 100, 4)).contains("the face detector RFB");
    }

    @Test
    void whatNobodyKnowsIsToldWithItsShapesAndWhatToDo() {
        assertRefused(zeros("mystery", 1, 5, 7, 9, 11, 13))
                .contains("is of no family that is known here: its input is images 64x64")
                .contains("mystery[1, 5, 7, 9, 11, 13]")
                .endsWith("net.yaml, as docs/models.md says");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2,3,64,64|takes 2 pictures at once",
                "1,1,64,64|no input for a picture",
                "3,64,64|no input for a picture",
                "1,3,2147483648,64|takes pictures of 64x2147483648; wanted: sides up to 8192",
            })
    void inputsThatAreNotOnePictureOfThreeColoursAreRefused(String shape, String message) {
        long[] sizes =
                List.of(shape.split(",")).stream().mapToLong(Long::parseLong).toArray();
        assertRefused(zeros(new TinyOnnx().input("images", Type.FLOAT, sizes), "output0", 1, 84, CELLS))
                .contains(message);
    }

    @Test
    void twoPicturesAndNumbersOfOtherTypesAreRefused() {
        TinyOnnx two = new TinyOnnx().input("left", Type.FLOAT, 1, 3, 64, 64).input("right", Type.FLOAT, 1, 3, 64, 64);
        assertRefused(zeros(two, "output0", 1, 84, CELLS)).contains("has 2 inputs for a picture");
        TinyOnnx doubles = new TinyOnnx().input("images", Type.DOUBLE, 1, 3, 64, 64);
        assertRefused(zeros(doubles, "output0", 1, 84, CELLS))
                .contains("takes pictures as images double[1, 3, 64, 64]; wanted: float, float16 or uint8");
    }

    @Test
    void anOperatorOfTensorRtIsRefusedAlsoWithACard() throws IOException {
        TinyOnnx net = new TinyOnnx()
                .input("images", Type.FLOAT, 1, 3, 64, 64)
                .node("EfficientNMS_TRT", "images", "num_dets")
                .output("num_dets", Type.INT32, 1, 1);
        String message = "needs the operator EfficientNMS_TRT, which TensorRT has and ONNX Runtime has not";
        assertRefused(net).contains(message);
        Files.writeString(
                folder.resolve("net.yaml"),
                CardWriter.write(Cards.of("yolov8", 64, 64, "a").withSha256("")).replace("m.onnx", "net.onnx"));
        assertRefused(net).contains(message);
    }

    @Test
    void weightsMayLieBesideTheModel() throws IOException {
        Files.write(folder.resolve("net.onnx_data"), new byte[84 * CELLS * Float.BYTES]);
        outside("net.onnx_data");
        try (Detector detector = Detector.open(Model.find(onnx.toString()), DetectorOptions.DEFAULT)) {
            assertThat(detector.card().decoder()).isEqualTo("yolov8");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gone.bin|has weights in the file gone.bin, which is not beside it",
                "../../etc/passwd|has weights in ../../etc/passwd; wanted: a file beside the model",
                "/etc/passwd|has weights in /etc/passwd; wanted: a file beside the model",
            })
    void weightsThatAreNotBesideTheModelAreAnError(String location, String message) throws IOException {
        outside(location);
        assertThatThrownBy(() -> Detector.open(Model.find(onnx.toString()), DetectorOptions.DEFAULT))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(message);
    }

    private void outside(String location) throws IOException {
        TinyOnnx net = new TinyOnnx()
                .input("images", Type.FLOAT, 1, 3, 64, 64)
                .floats("w", List.of())
                .node("Identity", "w", "output0")
                .output("output0", Type.FLOAT, 1, 84, CELLS);
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.parseFrom(net.bytes()).toBuilder();
        model.getGraphBuilder()
                .getInitializerBuilder(0)
                .addDims(1)
                .addDims(84)
                .addDims(CELLS)
                .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
                .addExternalData(OnnxMl.StringStringEntryProto.newBuilder()
                        .setKey("location")
                        .setValue(location));
        onnx = Files.write(folder.resolve("net.onnx"), model.build().toByteArray());
    }
}
