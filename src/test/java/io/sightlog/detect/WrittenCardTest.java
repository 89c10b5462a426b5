package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Detection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A card that was written from what was recognised, in place of recognition. {@link FamilyEchoTest} and {@link YoloFamiliesTest} have the
 * families without a file.
 */
class WrittenCardTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deimv2_atto_coco_int8.onnx",
                "nanodet_m_320.onnx",
                "yolo11n_int8.onnx",
                "yolov10n-u8-640.onnx",
                "yolov5n-fp16.onnx",
                "yolov8n_int8.onnx",
                "yolox_nano-kazuhito.onnx"
            })
    void findsTheSame(String file) throws IOException {
        Path onnx = Files.copy(Material.need("models-user/" + file), folder.resolve(file));
        try (Mat picture = Pictures.read("dog.jpg")) {
            assertFindsTheSame(onnx, picture, DetectorOptions.DEFAULT);
        }
    }

    /** With the card that is written beside it in place of recognition. */
    static void assertFindsTheSame(Path onnx, Mat picture, DetectorOptions options) throws IOException {
        List<Detection> found;
        ModelCard recognised;
        try (Detector detector = Detector.open(Model.find(onnx.toString()), options)) {
            recognised = detector.card();
            found = detector.detect(picture).found();
        }
        assertThat(found).isNotEmpty();
        Files.writeString(CardModel.cardOf(onnx), CardWriter.write(recognised));
        try (Detector detector = Detector.open(Model.find(onnx.toString()), options)) {
            assertThat(detector.recognition()).isEqualTo(Recognition.BY_CARD);
            assertThat(detector.card()).isEqualTo(recognised);
            assertThat(detector.detect(picture).found()).isEqualTo(found);
        }
    }
}
