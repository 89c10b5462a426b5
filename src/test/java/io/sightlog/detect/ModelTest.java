package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTest {
    private static final String NAME = "mb3-centernet";

    @TempDir
    Path folder;

    private Path onnx;
    private Path card;
    private String good;

    @BeforeEach
    void ownModel() throws IOException {
        onnx = folder.resolve("own.onnx");
        card = folder.resolve("own.yaml");
        try (InputStream model = resource(NAME + ".onnx");
                InputStream yaml = resource(NAME + ".yaml")) {
            Files.copy(model, onnx);
            good = new String(yaml.readAllBytes(), StandardCharsets.UTF_8).replace("file: " + NAME, "file: own");
        }
        Files.writeString(card, good);
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(ModelTest.class.getResourceAsStream("/io/sightlog/models/" + name));
    }

    @Test
    void everyCardInTheModelsFolderIsBundled() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("models"))) {
            assertThat(Model.bundled())
                    .extracting(model -> model.card().name() + ".yaml")
                    .containsExactlyInAnyOrderElementsOf(
                            files.map(file -> file.getFileName().toString())
                                    .filter(name -> name.endsWith(".yaml"))
                                    .toList());
        }
        assertThat(Model.bundled()).allSatisfy(model -> {
            assertThat(((CardModel) model).bytes()).isNotEmpty();
            assertThat(model.card().licence()).isNotEmpty();
            assertThat(model.card().source()).isNotEmpty();
        });
        assertThat(Model.byDefault().card().name()).isEqualTo("ssd_mobilenetv2_oidv4");
        assertThat(Model.byDefault().card().threshold()).isEqualTo(0.5f);
        assertThat(Model.find(NAME).card().threshold()).isEqualTo(0.35f);
    }

    @Test
    void aModelWithItsCardBesideItIsFound() {
        Model own = Model.find(onnx.toString());
        assertThat(own.location()).isEqualTo(onnx.toString());
        assertThat(own.card().labels()).hasSize(80);
        try (Detector detector = Detector.open(own, DetectorOptions.DEFAULT)) {
            assertThat(detector.card()).isEqualTo(own.card());
        }
    }

    @Test
    void tellsWhatIsMissing() {
        assertThatThrownBy(() -> Model.find("mb3-centrenet"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no model is called mb3-centrenet; near it: mb3-centernet, or ");
        assertThatThrownBy(() -> Model.find(folder + "/gone.onnx"))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("no such model file: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "runs/best.pt|PyTorch|yolo export model=runs/best.pt format=onnx",
                "best.pth|PyTorch|yolo export model=best.pth format=onnx",
                "best.torchscript|TorchScript|model=best.pt format=onnx",
                "best.engine|TensorRT|model=best.pt format=onnx",
                "BEST.TFLITE|TensorFlow Lite|format=onnx",
                "best.param|ncnn|format=onnx",
                "best.xml|OpenVINO|format=onnx",
                "model.safetensors|Hugging Face|format=onnx",
                "best.yaml|is a card|best.onnx",
                "coco.names|labels|--labels",
                "' '|empty|a file",
            })
    void aFileOfAnotherKindIsRefusedWithWhatToDo(String file, String kind, String todo) {
        assertThatThrownBy(() -> Model.find(file))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains(kind, todo)
                .doesNotContain("\n");
    }

    @Test
    void aFolderAndAFileWithoutAnEndingAreNoModels() throws IOException {
        Path other = Files.writeString(folder.resolve("model"), "a model");
        assertThatThrownBy(() -> Model.find(folder.toString())).hasMessageContaining("is a folder; wanted: FILE.onnx");
        assertThatThrownBy(() -> Model.find(other.toString()))
                .hasMessageContaining("is no model by its name; wanted: ");
        Path wrong = Files.createDirectory(folder.resolve("folder.onnx"));
        assertThatThrownBy(() -> Model.find(wrong.toString()))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("is a folder; wanted: a file");
    }

    @Test
    void weightsBesideAModelThatHasItsOwnAreRefused() {
        ModelFiles files = new ModelFiles(Path.of("yolo.weights"), null);
        for (String model : List.of(NAME, onnx.toString())) {
            assertThatThrownBy(() -> Model.find(model, files))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has its own; they are for Darknet's FILE.cfg");
        }
    }

    @Test
    void aSizeThatTheModelDoesNotTakeIsRefused() {
        DetectorOptions options = DetectorOptions.DEFAULT.withImgsz(new DetectorOptions.ImageSize(320, 256));
        assertThatThrownBy(() -> Detector.open(Model.find(onnx.toString()), options))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("imgsz is 320x256")
                .hasMessageContaining("[1, 512, 512, 3] only");
    }

    @Test
    void aChangedModelIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(onnx);
        bytes[bytes.length / 2] ^= 1;
        Files.write(onnx, bytes);
        assertThatThrownBy(() -> Detector.open(Model.find(onnx.toString()), DetectorOptions.DEFAULT))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has SHA-256 ")
                .hasMessageContaining(", its card says 91a2e10d");
    }

    @Test
    void whatIsNoOnnxModelIsRefusedInOneLine() throws IOException {
        byte[] bytes = "hello".getBytes(StandardCharsets.UTF_8);
        Files.write(onnx, bytes);
        String sha256 = HexFormat.of().formatHex(Digest.sha256().digest(bytes));
        Files.writeString(card, good.replaceAll("sha256: .*", "sha256: " + sha256));
        assertThatThrownBy(() -> Detector.open(Model.find(onnx.toString()), DetectorOptions.DEFAULT))
                .isInstanceOf(ModelException.class)
                .message()
                .startsWith("the model " + onnx + " is no ONNX file, or not a whole one: ")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shape: [1, 512, 512, 3]|shape: [1, 300, 300, 3]|is not what its card says (300x300",
                "name: images|name: input|has the inputs [images], its card says input",
                "outputs: [detections]|outputs: [boxes]|no output is called boxes",
                "decoder: centernet|decoder: ssd|the card names 1 outputs",
            })
    void aModelOfAnotherShapeThanItsCardSaysIsRefused(String was, String is, String message) throws IOException {
        Files.writeString(card, good.replace(was, is));
        assertThatThrownBy(() -> Detector.open(Model.find(onnx.toString()), DetectorOptions.DEFAULT))
                .isInstanceOf(ModelException.class)
                .message()
                .contains(message)
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: mb3-centernet||the key name is missing",
                "sha256: 91|sha256: zz|sha256 is zz",
                "layout: NHWC|layout: CHWN|input.layout is CHWN; wanted: one of [NHWC, NCHW]",
                "  colour: RGB||the key input.colour is missing",
                "colour: RGB|colour: CMYK|input.colour is CMYK; wanted: one of [RGB, BGR]",
                "range: [0, 255]|range: [255, 0]|input.range is [255, 0]; wanted: [BLACK, WHITE]",
                "shape: [1, 512, 512, 3]|shape: [1, 3, 512, 512]|input.shape is [1, 3, 512, 512]; wanted: [1, HEIGHT",
                "decoder: centernet|decoder: yolo|decoder is yolo; wanted: one of [boxes, centernet, ",
                "outputs: [detections]|outputs: []|outputs is []; wanted: at least one",
                "threshold: 0.35|threshold: 35|threshold is 35; wanted: a number from 0 to 1",
                "iou: 0.5|iuo: 0.5|unknown key iuo",
                "iou: 0.5|iou: [|not YAML: ",
                "  - person|  - [person]|labels[0] is ",
                "name: mb3-centernet|name: !!java.io.File x|",
                "file: own.onnx|file: other.onnx|file is other.onnx; wanted: own.onnx",
            })
    void aWrongCardIsToldByItsKey(String was, String is, String message) throws IOException {
        assertThat(good).contains(was);
        Files.writeString(card, good.replace(was, is == null ? "" : is));
        assertThatThrownBy(() -> Model.find(onnx.toString()))
                .isInstanceOf(ModelException.class)
                .message()
                .contains(card.toString(), message == null ? "" : message)
                .doesNotContain("\n");
    }
}
