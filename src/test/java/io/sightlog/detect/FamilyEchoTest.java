package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.sightlog.detect.Echo.Drawn;
import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.TinyOnnx.Type;
import io.sightlog.event.Detection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Models of families of which no real file is at hand: told by what they look like, fed and read as their exporters mean it. */
class FamilyEchoTest {
    private static final List<List<Integer>> SIZES =
            List.of(List.of(FamilyNet.WIDTH, FamilyNet.HEIGHT), List.of(401, 307), List.of(97, 131));

    @TempDir
    Path folder;

    static Stream<FamilyNet> all() {
        return FamilyNets.all();
    }

    static Stream<FamilyNet> withCard() {
        return FamilyNets.withCard();
    }

    private static Detector open(Path onnx) {
        return Detector.open(Model.find(onnx.toString()), DetectorOptions.DEFAULT);
    }

    /** With a completed card where it needs one. */
    private Detector opened(FamilyNet family) throws IOException {
        Path onnx = family.write(folder);
        if (!family.filled().isEmpty()) {
            Files.writeString(folder.resolve("net.yaml"), family.complete(shown(onnx)));
        }
        return open(onnx);
    }

    private static String shown(Path onnx) {
        String card =
                catchThrowableOfType(ModelException.class, () -> open(onnx)).card();
        assertThat(card).isNotNull();
        return String.valueOf(card);
    }

    @ParameterizedTest
    @MethodSource("all")
    void boxesComeBackToHalfAPixel(FamilyNet family) throws IOException {
        try (Detector detector = opened(family)) {
            assertThat(detector.card().decoder()).isEqualTo(family.decoder());
            assertThat(detector.card().input()).hasToString(family.input());
            for (List<Integer> size : SIZES) {
                try (Mat picture = Echo.picture(size.get(0), size.get(1), FamilyNet.WIDTH, FamilyNet.HEIGHT)) {
                    assertEchoed(detector.detect(picture).found(), picture);
                }
            }
        }
    }

    private static void assertEchoed(List<Detection> found, Mat picture) {
        assertThat(found).hasSize(3);
        for (Detection box : found) {
            Drawn drawn = Echo.rectangles(Colour.RGB).get(box.classId());
            try (Rect where = drawn.in(picture)) {
                assertThat((double) box.x()).isCloseTo(where.x(), within(0.5));
                assertThat((double) box.y()).isCloseTo(where.y(), within(0.5));
                assertThat((double) box.x() + box.w()).isCloseTo(where.x() + where.width(), within(0.5));
                assertThat((double) box.y() + box.h()).isCloseTo(where.y() + where.height(), within(0.5));
            }
            assertThat((double) box.confidence()).isCloseTo(Echo.BRIGHTNESS / 255.0, within(0.02));
        }
        assertThat(found).extracting(Detection::classId).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("all")
    void aWrittenCardFindsTheSame(FamilyNet family) throws IOException {
        opened(family).close(); // completes a card that it needs
        try (Mat picture = Echo.picture(401, 307, FamilyNet.WIDTH, FamilyNet.HEIGHT)) {
            WrittenCardTest.assertFindsTheSame(folder.resolve("net.onnx"), picture, DetectorOptions.DEFAULT);
        }
    }

    @ParameterizedTest
    @MethodSource("withCard")
    void aFamilyThatNeedsACardSaysSoInOneLineAndShowsIt(FamilyNet family) {
        Path onnx = family.write(folder);
        assertThatThrownBy(() -> open(onnx))
                .isInstanceOf(ModelException.class)
                .message()
                .startsWith("the model " + onnx + " is ")
                .contains(
                        family.name().split(" ")[0],
                        ", but its file does not say ",
                        String.join(", ", family.filled().keySet()))
                .endsWith("; complete the card that follows, and write it as " + folder.resolve("net.yaml"))
                .doesNotContain("\n");
        assertThat(shown(onnx)).startsWith("# Model card. ").contains("\ndecoder: " + family.decoder() + "\n");
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsOnlyHabitIsSaid(FamilyNet family) throws IOException {
        Path onnx = family.write(folder);
        if (family.filled().isEmpty()) {
            try (Detector detector = open(onnx)) {
                List<String> assumed = detector.recognition().assumptions();
                boolean isSaidBeside = !family.neighbours().isEmpty();
                assertThat(assumed.stream().anyMatch(sentence -> sentence.startsWith("pixels are scaled ")))
                        .isNotEqualTo(isSaidBeside);
                assertThat(assumed.stream().anyMatch(sentence -> sentence.startsWith("the fit of pictures is ")))
                        .isNotEqualTo(isSaidBeside);
                assertThat(detector.recognition().conclusions())
                        .extracting(Recognition.Conclusion::what)
                        .contains("input", "fit", "colour", "scale", "outputs", "family", "labels", "nms");
            }
        }
    }

    @Test
    void twoFamiliesThatFitAreBothNamed() {
        Path onnx = FamilyNet.unit("in")
                .node("Identity", "echoCentred", "dets")
                .node("Identity", "echoCentred", "labels")
                .node("Identity", "echoCentred", "pred_boxes")
                .node("Identity", "echoCentred", "logits")
                .output("dets", Type.FLOAT, 1, 3, 4)
                .output("labels", Type.FLOAT, 1, 3, 4)
                .output("pred_boxes", Type.FLOAT, 1, 3, 4)
                .output("logits", Type.FLOAT, 1, 3, 4)
                .write(folder.resolve("net.onnx"));
        assertThatThrownBy(() -> open(onnx))
                .isInstanceOf(ModelException.class)
                .hasMessage("the model " + onnx + " may be RF-DETR or DETR of Hugging Face, its outputs are"
                        + " [dets[1, 3, 4], labels[1, 3, 4], pred_boxes[1, 3, 4], logits[1, 3, 4]]; a card beside it"
                        + " decides, with the line decoder: rf-detr or decoder: hf-detr");
    }

    @Test
    void labelsMakeACardNeedlessWhereNothingElseIsMissing() throws IOException {
        FamilyNet family = FamilyNets.withCard()
                .filter(net -> net.name().equals("TensorFlow"))
                .findAny()
                .orElseThrow();
        Path onnx = family.write(folder);
        Path labels = Files.writeString(folder.resolve("mine.txt"), "red\ngreen\nblue\n");
        try (Detector detector = Detector.open(
                        Model.find(onnx.toString(), new ModelFiles(null, labels)), DetectorOptions.DEFAULT);
                Mat picture = Echo.picture(401, 307, FamilyNet.WIDTH, FamilyNet.HEIGHT)) {
            assertEchoed(detector.detect(picture).found(), picture);
            assertThat(detector.labelSet().label(2)).isEqualTo("blue");
            assertThat(detector.recognition().assumptions())
                    .anySatisfy(sentence -> assertThat(sentence).contains("classes are counted from 1"));
        }
    }

    @ParameterizedTest
    @CsvSource({"DETR with its files,softmax", "RT-DETR of Hugging Face with its files,sigmoid"})
    void howManyLabelsThereAreSaysHowConfidencesAreMadeOfAnUnknownKind(String name, String activation) {
        FamilyNet family = FamilyNets.withoutCard()
                .filter(net -> net.name().equals(name))
                .findAny()
                .orElseThrow();
        String config = family.neighbours().get("config.json").replaceFirst("\"model_type\": \"[^\"]*\"", "\"a\": 1");
        try (Detector detector = open(family.beside("config.json", config).write(folder));
                Mat picture = Echo.picture(401, 307, FamilyNet.WIDTH, FamilyNet.HEIGHT)) {
            assertThat(detector.card().settings()).containsEntry("activation", activation);
            assertEchoed(detector.detect(picture).found(), picture);
        }
    }

    @Test
    void rfDetrWithOneLabelLessThanClassesIsToldWhatDecides() throws IOException {
        FamilyNet family = FamilyNets.withoutCard()
                .filter(net -> net.name().equals("RF-DETR trained anew"))
                .findAny()
                .orElseThrow();
        Path onnx = family.write(folder);
        Path labels = Files.writeString(folder.resolve("net.txt"), "red\ngreen\nblue\n");
        assertThatThrownBy(() -> open(onnx)).isInstanceOf(ModelException.class).hasMessageContaining("4 class");
        Files.delete(labels);
        Path mine = Files.writeString(folder.resolve("mine.txt"), "red\ngreen\nblue\n");
        assertThatThrownBy(() ->
                        Detector.open(Model.find(onnx.toString(), new ModelFiles(null, mine)), DetectorOptions.DEFAULT))
                .isInstanceOf(ModelException.class)
                .hasMessage("the model " + onnx + " has 4 classes as RF-DETR, but " + mine
                        + " has 3 labels; if its first or"
                        + " last class stands for nothing, a card says which: settings.background");
    }

    @Test
    void aMaskOfSeveralPicturesIsRefused() {
        Path onnx = FamilyNet.unit("pixel_values")
                .input("pixel_mask", Type.INT64, 2, 64, 64)
                .node("Identity", "echoCentred", "logits")
                .node("Identity", "echoCentred", "pred_boxes")
                .output("logits", Type.FLOAT, 1, 3, 4)
                .output("pred_boxes", Type.FLOAT, 1, 3, 4)
                .write(folder.resolve("net.onnx"));
        assertThatThrownBy(() -> open(onnx))
                .isInstanceOf(ModelException.class)
                .message()
                .contains("the model's input pixel_mask int64[2, 64, 64] is no mask; wanted: [1, HEIGHT, WIDTH]")
                .doesNotContain("\n");
    }

    @Test
    void aSegmenterIsRefused() {
        Path onnx = FamilyNet.imageNet("input")
                .node("Identity", "echoCentred", "dets")
                .node("Identity", "echoCentred", "labels")
                .node("Identity", "bright", "masks")
                .output("dets", Type.FLOAT, 1, 3, 4)
                .output("labels", Type.FLOAT, 1, 3, 4)
                .output("masks", Type.FLOAT, 1, 3, FamilyNet.HEIGHT, FamilyNet.WIDTH)
                .write(folder.resolve("net.onnx"));
        assertThatThrownBy(() -> open(onnx))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("is for the task segment");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RT-DETR of Hugging Face with its files|config.json|{|reading config.json beside the model: not JSON: ",
                "RT-DETR of Hugging Face with its files|config.json|[]|reading config.json beside the model: it has no keys",
                "RT-DETR of Hugging Face with its files|config.json|{\"model_type\": \"d_fine\", \"id2label\": {\"x\": \"y\"}}"
                        + "|id2label is x; wanted: numbers and their labels",
                "RT-DETR of Hugging Face with its files|preprocessor_config.json|{\"do_rescale\": 1}"
                        + "|do_rescale is 1; wanted: true or false",
                "RT-DETR of Hugging Face with its files|preprocessor_config.json"
                        + "|{\"do_rescale\": true, \"do_normalize\": true, \"image_mean\": [1, 2], \"image_std\": [1, 1, 1]}"
                        + "|image_mean is [1, 2]; wanted: 3 numbers",
                "RT-DETR of Hugging Face with its files|preprocessor_config.json"
                        + "|{\"do_rescale\": true, \"do_normalize\": true, \"image_mean\": [1, 2, 3], \"image_std\": [1, 1, 0]}"
                        + "|std is [1.0, 1.0, 0.0]; wanted: numbers above 0",
                "RT-DETR of Hugging Face with its files|preprocessor_config.json|{\"size\": {\"width\": 0, \"height\": 5}}"
                        + "|size.width is 0; wanted: 1 to 8192",
                "PicoDet with its file|infer_cfg.yml|Preprocess: 3|Preprocess is 3; wanted: a list",
                "PicoDet with its file|infer_cfg.yml|Preprocess: [{type: WarpAffine}]"
                        + "|Preprocess.type is WarpAffine; wanted: Resize, NormalizeImage or Permute",
                "PicoDet with its file|infer_cfg.yml|Preprocess: [{type: Resize, keep_ratio: true}]"
                        + "|Preprocess.keep_ratio is true; wanted: false",
                "PicoDet with its file|infer_cfg.yml|Preprocess: [{type: Resize, target_size: [0, 4]}]"
                        + "|Preprocess.target_size is [0.0, 4.0]; wanted: [HEIGHT, WIDTH]",
                "PicoDet with its file|infer_cfg.yml|Preprocess: [{type: NormalizeImage}]"
                        + "|Preprocess.mean is null; wanted: three numbers",
                "PicoDet with its file|infer_cfg.yml|a: [[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]|more than 16 deep",
            })
    void aFileBesideTheModelThatIsNotUnderstoodIsTold(String name, String file, String text, String message) {
        FamilyNet family = FamilyNets.withoutCard()
                .filter(net -> net.name().equals(name))
                .findAny()
                .orElseThrow();
        Path onnx = family.beside(file, text).write(folder);
        assertThatThrownBy(() -> open(onnx))
                .isInstanceOf(ModelException.class)
                .message()
                .contains("reading " + file, message)
                .doesNotContain("\n");
    }

    @Test
    void aFileBesideTheModelThatIsLargeIsRefused() {
        FamilyNet family = FamilyNets.withoutCard()
                .filter(net -> net.name().equals("PicoDet with its file"))
                .findAny()
                .orElseThrow();
        Path onnx = family.beside("infer_cfg.yml", "#".repeat(2 << 20)).write(folder);
        assertThatThrownBy(() -> open(onnx))
                .isInstanceOf(ModelException.class)
                .message()
                .contains("infer_cfg.yml beside the model has more than 1048576 bytes")
                .doesNotContain("\n");
    }
}
