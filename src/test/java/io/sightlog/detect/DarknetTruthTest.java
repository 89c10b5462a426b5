package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imread;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sightlog.event.Detection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Darknet itself finds, built from its source and asked by others: the same must be found here. */
@Tag("slow")
class DarknetTruthTest {
    /** Of scores and pixels with Darknet's own pixels; what is so near the threshold may be found or not. */
    private static final float EXACT = .0005f;

    private static final float EXACT_PIXELS = .1f;

    /** With the pixels that everybody else's JPEG reader gives, of which 7 % differ by 1 or 2. */
    private static final float USUAL = .01f;

    private static final float USUAL_PIXELS = .7f;

    @TempDir
    static Path folder;

    private static JsonObject truth;

    @BeforeAll
    static void prepareModels() throws IOException {
        truth = JsonParser.parseString(Files.readString(Material.need("darknet-truth/truth.json")))
                .getAsJsonObject();
        Files.copy(Material.need("models/yolo-fastest-1.1.weights"), folder.resolve("yolo-fastest-1.1.weights"));
        Files.copy(Material.need("darknet-truth/coco.names"), folder.resolve("coco.names"));
        MadeWeights.write(Material.need("models/yolov4-tiny.cfg"), folder.resolve("yolov4-tiny.weights"));
    }

    private static Detector open(String net, String pictures) throws IOException {
        String cfg = Files.readString(Material.need("models/" + net + ".cfg"));
        assertThat(cfg).contains("nms_kind=greedynms");
        Path model = folder.resolve(net + ".cfg");
        Files.writeString(model, pictures.equals("pictures_diou") ? cfg : cfg.replace("=greedynms", "=default"));
        float threshold = truth.getAsJsonObject(net).get("threshold").getAsFloat();
        return Detector.open(Model.find(model.toString()), DetectorOptions.DEFAULT.withConf(threshold - USUAL));
    }

    @ParameterizedTest
    @CsvSource({
        "yolo-fastest-1.1, pictures_diou",
        "yolo-fastest-1.1, pictures_iou",
        "yolov4-tiny, pictures_diou",
        "yolov4-tiny, pictures_iou"
    })
    void findsWhatDarknetFindsAndNothingElse(String net, String pictures) throws IOException {
        int compared = 0;
        try (Detector detector = open(net, pictures)) {
            JsonObject byPicture = truth.getAsJsonObject(net).getAsJsonObject(pictures);
            for (String name : byPicture.keySet()) {
                Path file = Material.need("images/" + name);
                try (Mat darknets = DarknetJpeg.read(file);
                        Mat usual = imread(file.toString())) {
                    List<Detection> wanted = new ArrayList<>();
                    byPicture.getAsJsonArray(name).forEach(row -> wanted.add(detection(row, usual)));
                    float threshold =
                            truth.getAsJsonObject(net).get("threshold").getAsFloat();
                    compare(name, wanted, detector.detect(darknets).found(), threshold, EXACT, EXACT_PIXELS);
                    compare(name, wanted, detector.detect(usual).found(), threshold, USUAL, USUAL_PIXELS);
                    compared += wanted.size();
                }
            }
        }
        assertThat(compared).isGreaterThan(15);
    }

    private static void compare(
            String picture, List<Detection> wanted, List<Detection> found, float threshold, float score, float pixels) {
        List<Detection> unknown = new ArrayList<>(found);
        List<Detection> missing = new ArrayList<>();
        for (Detection one : wanted) {
            if (!unknown.removeIf(other -> isSame(one, other, score, pixels))) {
                missing.add(one);
            }
        }
        missing.removeIf(one -> one.confidence() < threshold + score);
        unknown.removeIf(one -> one.confidence() < threshold + score);
        assertThat(missing).as("missing in " + picture).isEmpty();
        assertThat(unknown).as("not Darknet's in " + picture).isEmpty();
    }

    private static boolean isSame(Detection a, Detection b, float score, float pixels) {
        boolean near = Math.abs(a.x() - b.x()) <= pixels
                && Math.abs(a.y() - b.y()) <= pixels
                && Math.abs(a.x() + a.w() - b.x() - b.w()) <= pixels
                && Math.abs(a.y() + a.h() - b.y() - b.h()) <= pixels;
        return a.classId() == b.classId()
                && Math.abs(a.confidence() - b.confidence()) <= score
                && (near || score == USUAL && a.iou(b) >= .98f);
    }

    /** Class, confidence, left, top, width, height; within the picture. */
    private static Detection detection(JsonElement row, Mat picture) {
        JsonArray numbers = row.getAsJsonArray();
        float left = numbers.get(2).getAsFloat();
        float top = numbers.get(3).getAsFloat();
        float right = Math.min(left + numbers.get(4).getAsFloat(), picture.cols());
        float bottom = Math.min(top + numbers.get(5).getAsFloat(), picture.rows());
        float x = Math.max(left, 0);
        float y = Math.max(top, 0);
        return new Detection(numbers.get(0).getAsInt(), numbers.get(1).getAsFloat(), x, y, right - x, bottom - y);
    }

    @Test
    void aModelOfDarknetSaysWhatWasConcluded() throws IOException {
        try (Detector detector = open("yolo-fastest-1.1", "pictures_diou")) {
            assertThat(detector.card().labels()).hasSize(80).contains("dog");
            assertThat(detector.card().sha256())
                    .isEqualTo(CardModel.sha256(Files.readAllBytes(folder.resolve("yolo-fastest-1.1.weights"))));
            assertThat(detector.labelSet().model().input())
                    .isEqualTo("darknet: 320x320 RGB 0..1 NCHW, stretch, as Darknet");
            assertThat(detector.recognition().assumptions()).isEmpty();
            assertThat(detector.recognition().conclusions())
                    .extracting(Recognition.Conclusion::toString)
                    .anySatisfy(text -> assertThat(text).contains("Darknet yolo, 2 heads", "[yolo] of line 862"))
                    .anySatisfy(
                            text -> assertThat(text).contains("DIoU, exponent 0.6", "nms_kind=greedynms of line 944"))
                    .anySatisfy(text -> assertThat(text).contains("80, from person on", "coco.names beside the model"));
        }
    }

    /** As the program of others makes them, of which this is the SHA-256. */
    @Test
    void madeWeightsAreThoseThatDarknetWasAskedWith() throws IOException {
        assertThat(CardModel.sha256(Files.readAllBytes(folder.resolve("yolov4-tiny.weights"))))
                .isEqualTo("df68b94c0b02cf2158d5fbf148e665f2bf25476c643677d14b34b2e2c4d39aa2");
    }
}
