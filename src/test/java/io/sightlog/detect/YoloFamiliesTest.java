package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sightlog.detect.Echo.Drawn;
import io.sightlog.detect.TinyOnnx.Type;
import io.sightlog.event.Detection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX files without a card, one a family: what is recognised, and that the boxes come back as they were drawn. */
class YoloFamiliesTest {
    private static final String NAMES = "{0: 'first', 1: 'second', 2: 'third'}";

    @TempDir
    Path folder;

    private record Net(String decoder, String family, String input, TinyOnnx onnx) {
        @Override
        public String toString() {
            return family + " by " + decoder;
        }
    }

    static Stream<Net> nets() {
        String unit = "128x96 RGB 0..1 NCHW, letterbox on 114";
        return Stream.of(
                new Net("yolov8", "YOLOv8", unit, YoloNets.yoloV8(Type.FLOAT)),
                new Net(
                        "yolov8",
                        "YOLOv8",
                        "128x96 RGB 0..1 NCHW float16, letterbox on 114",
                        YoloNets.yoloV8(Type.FLOAT16)),
                new Net(
                        "yolov8",
                        "YOLOv8",
                        "128x96 RGB 0..255 NCHW uint8, letterbox on 114",
                        YoloNets.yoloV8(Type.UINT8)),
                new Net(
                        "yolov8",
                        "YOLO11",
                        unit,
                        YoloNets.yoloV8(Type.FLOAT)
                                .metadata("description", "Ultralytics YOLO11n model trained on mine.yaml")
                                .metadata("task", "detect")),
                new Net("yolov8", "YOLOv8", unit, YoloNets.turnedYoloV8()),
                new Net("yolov10", "YOLOv10", unit, YoloNets.yoloV10()),
                new Net("yolov5", "YOLOv5", unit, YoloNets.yoloV5()),
                new Net("yolov6", "YOLOv6", unit, YoloNets.yoloV6()),
                new Net("yolox", "YOLOX", "128x96 BGR 0..255 NCHW, corner on 114, floored", YoloNets.yoloX()),
                new Net(
                        "yolox-decoded",
                        "YOLOX",
                        "128x96 BGR 0..255 NCHW, corner on 114, floored",
                        YoloNets.decodedYoloX()),
                new Net("yolov7-end2end", "YOLOv7", unit, YoloNets.flat("output", false)),
                new Net("num-dets", "YOLOv7", unit, YoloNets.numDets()),
                new Net("yolov4", "YOLOv4", "128x96 RGB 0..1 NCHW, stretch", YoloNets.yoloV4()),
                new Net(
                        "nanodet",
                        "NanoDet",
                        "128x96 BGR mean 103.53/116.28/123.675 std 57.375/57.12/58.395 NCHW, letterbox on 0, floored, area",
                        YoloNets.nanoDet()),
                new Net(
                        "nanodet",
                        "NanoDet-Plus",
                        "128x96 BGR mean 103.53/116.28/123.675 std 57.375/57.12/58.395 NCHW, letterbox on 0, floored, area",
                        YoloNets.nanoDetPlus()));
    }

    private Model model(TinyOnnx net) {
        return Model.find(net.write(folder.resolve("net.onnx")).toString());
    }

    @ParameterizedTest
    @MethodSource("nets")
    void isRecognisedAndItsBoxesComeBackToHalfAPixel(Net net) {
        try (Detector detector = Detector.open(
                        model(net.onnx.metadata("names", NAMES)), DetectorOptions.DEFAULT.withConf(0.5f));
                Mat picture = Echo.picture(341, 230, YoloNets.WIDTH, YoloNets.HEIGHT)) {
            ModelCard card = detector.card();
            assertThat(card.decoder()).isEqualTo(net.decoder);
            assertThat(card.input().toString()).isEqualTo(net.input);
            assertThat(detector.recognition().conclusions())
                    .anySatisfy(c -> assertThat(c.what() + " " + c.value()).isEqualTo("family " + net.family));
            assertThat(card.labels()).containsExactly("first", "second", "third");
            List<Detection> found = detector.detect(picture).found();
            List<Drawn> drawn = Echo.rectangles(card.input().colour());
            assertThat(found).hasSameSizeAs(drawn);
            for (Detection one : found) {
                try (Rect where = drawn.get(one.classId()).in(picture)) {
                    assertEdge(one.x(), where.x(), one);
                    assertEdge(one.y(), where.y(), one);
                    assertEdge(one.x() + one.w(), where.x() + where.width(), one);
                    assertEdge(one.y() + one.h(), where.y() + where.height(), one);
                }
                assertThat((double) one.confidence()).isCloseTo(Echo.BRIGHTNESS / 255.0, within(0.02));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nets")
    void aWrittenCardFindsTheSame(Net net) throws IOException {
        Path onnx = net.onnx.metadata("names", NAMES).write(folder.resolve("net.onnx"));
        try (Mat picture = Echo.picture(341, 230, YoloNets.WIDTH, YoloNets.HEIGHT)) {
            WrittenCardTest.assertFindsTheSame(onnx, picture, DetectorOptions.DEFAULT.withConf(0.5f));
        }
    }

    private static void assertEdge(double edge, double expected, Detection of) {
        assertThat(edge).as("edge of %s", of).isCloseTo(expected, within(0.5));
    }
}
