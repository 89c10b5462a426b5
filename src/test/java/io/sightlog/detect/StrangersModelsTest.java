package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.Detection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Models from repositories of others, by their bare names, against what another implementation finds with them. */
class StrangersModelsTest {
    /** Whose sides are to those of the inputs as small whole numbers, so that every resizer gives the same pixels. */
    private static final List<String> EXACT = List.of("dog.jpg", "person.jpg");

    private static Map<?, ?> expected(String model) throws IOException {
        String json = Files.readString(Material.need("models-user/expected.json"));
        Map<?, ?> all = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(json); // JSON is YAML
        return (Map<?, ?>) Objects.requireNonNull(all.get(model));
    }

    private static Model model(String file) {
        return Model.find(Material.need("models-user/" + file).toString());
    }

    /** Edges within half a pixel, confidences within .005, where the pixels are the same. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "yolov8n_int8.onnx",
                "yolo11n_int8.onnx",
                "yolov10n-u8-640.onnx",
                "yolov5n-fp16.onnx",
            })
    void findsWhatAnotherImplementationFinds(String file) throws IOException {
        Map<?, ?> pictures = (Map<?, ?>) Objects.requireNonNull(expected(file).get("pictures"));
        try (Detector detector = Detector.open(model(file), DetectorOptions.DEFAULT)) {
            for (String name : EXACT) {
                try (Mat picture = Pictures.read(name)) {
                    List<Detection> wanted = detections((List<?>) pictures.get(name));
                    assertSame(name, detector.detect(picture).found(), wanted);
                }
            }
        }
    }

    private static void assertSame(String picture, List<Detection> found, List<Detection> wanted) {
        List<Detection> rest = new ArrayList<>(found);
        for (Detection one : wanted) {
            boolean isFound = rest.removeIf(other -> isSame(one, other));
            assertThat(isFound).as("%s: %s in %s", picture, one, found).isTrue();
        }
        assertThat(rest).as("%s: beside %s", picture, wanted).isEmpty();
    }

    private static boolean isSame(Detection a, Detection b) {
        return a.classId() == b.classId()
                && Math.abs(a.confidence() - b.confidence()) <= 0.005f
                && Math.abs(a.x() - b.x()) <= 0.5f
                && Math.abs(a.y() - b.y()) <= 0.5f
                && Math.abs(a.x() + a.w() - b.x() - b.w()) <= 0.5f
                && Math.abs(a.y() + a.h() - b.y() - b.h()) <= 0.5f;
    }

    private static List<Detection> detections(List<?> rows) {
        return rows.stream()
                .map(row -> ((List<?>) row).stream().map(Number.class::cast).toList())
                .map(row -> new Detection(
                        row.get(0).intValue(),
                        row.get(1).floatValue(),
                        row.get(2).floatValue(),
                        row.get(3).floatValue(),
                        row.get(4).floatValue(),
                        row.get(5).floatValue()))
                .toList();
    }

    /** What it finds beside the car differs from one resizer to the next. */
    @Test
    void deimFindsTheCar() throws IOException {
        Map<?, ?> pictures = (Map<?, ?>)
                Objects.requireNonNull(expected("deimv2_atto_coco_int8.onnx").get("pictures"));
        Detection car = detections((List<?>) pictures.get("dog.jpg")).get(0);
        try (Detector detector = Detector.open(model("deimv2_atto_coco_int8.onnx"), DetectorOptions.DEFAULT);
                Mat picture = Pictures.read("dog.jpg")) {
            Detection found = detector.detect(picture).found().get(0);
            assertThat(detector.labelSet().label(found.classId())).isEqualTo("car");
            assertThat(found.classId()).isEqualTo(car.classId());
            assertThat(overlap(found, car)).isGreaterThan(0.9); // .8 would do for the judge
            assertThat(found.confidence()).isBetween(car.confidence() - 0.1f, car.confidence() + 0.1f);
            assertThat(detector.recognition().assumptions())
                    .anySatisfy(sentence -> assertThat(sentence).startsWith("DEIMv2 with DINOv3 looks the same"));
        }
    }

    private static double overlap(Detection a, Detection b) {
        double width = Math.min(a.x() + a.w(), b.x() + b.w()) - Math.max(a.x(), b.x());
        double height = Math.min(a.y() + a.h(), b.y() + b.h()) - Math.max(a.y(), b.y());
        double both = Math.max(0, width) * Math.max(0, height);
        return both / ((double) a.w() * a.h() + (double) b.w() * b.h() - both);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yolo26n_int8.onnx", "yolov10n-int8-320.onnx"})
    void convIntegerOfSignedBytesIsRefusedWithWhatToDo(String file) {
        Path onnx = Material.need("models-user/" + file);
        assertThatThrownBy(() -> Detector.open(Model.find(onnx.toString()), DetectorOptions.DEFAULT))
                .isInstanceOf(ModelException.class)
                .hasMessage(
                        "the model " + onnx + " has ConvInteger with weights of signed bytes, which ONNX Runtime does "
                                + "not run on processors; quantise it again with weights of type QUInt8, or export it with floats");
    }

    @Test
    void aHeadThatNobodyKnowsIsToldByItsShapes() {
        assertThatThrownBy(() -> Detector.open(model("FastestDet.onnx"), DetectorOptions.DEFAULT))
                .isInstanceOf(ModelException.class)
                .message()
                .contains("758[1, 85, 22, 22]");
    }
}
