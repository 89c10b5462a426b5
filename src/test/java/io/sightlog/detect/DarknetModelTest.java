package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.detect.ModelCard.Nms;
import io.sightlog.detect.Recognition.Conclusion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files make a model of Darknet's, and what is concluded from them. */
class DarknetModelTest {
    private static final String CFG = """
            [net]
            width=32
            height=24   # of the input
            channels=3

            [convolutional]
            filters=14
            size=3
            stride=4
            pad=1
            activation=linear

            [yolo]
            classes=2
            num=2
            anchors=5,6, 10,12
            """;

    @TempDir
    Path folder;

    private Path cfg;
    private Path weights;

    @BeforeEach
    void makeModel() throws IOException {
        cfg = Files.writeString(folder.resolve("birds.cfg"), CFG);
        weights = folder.resolve("birds.weights");
        MadeWeights.write(cfg, weights);
    }

    private static Detector open(Path model, ModelFiles files) {
        return Detector.open(Model.find(model.toString(), files), DetectorOptions.DEFAULT);
    }

    private static void assertRefused(Path model, ModelFiles files, String... parts) {
        assertThatThrownBy(() -> open(model, files))
                .isInstanceOf(ModelException.class)
                .hasMessageContainingAll(parts)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void cfgAndWeightsOfOneNameAreOneModelByEitherName() throws IOException {
        try (Detector byCfg = open(cfg, ModelFiles.BESIDE);
                Detector byWeights = open(weights, ModelFiles.BESIDE)) {
            assertThat(byCfg.card()).isEqualTo(byWeights.card());
            ModelCard card = byCfg.card();
            assertThat(card.name()).isEqualTo("birds");
            assertThat(card.file()).isEqualTo("birds.weights");
            assertThat(card.sha256()).isEqualTo(CardModel.sha256(Files.readAllBytes(weights)));
            assertThat(card.decoder()).isEqualTo("darknet");
            assertThat(card.threshold()).isEqualTo(.25f);
            assertThat(card.iou()).isEqualTo(.45f);
            assertThat(card.input().toString()).isEqualTo("32x24 RGB 0..1 NCHW, stretch, as Darknet");
            assertThat(card.nms()).isEqualTo(Nms.IOU);
        }
    }

    @Test
    void weightsThatTrainingSavedFindTheirCfgAndItsLabels() throws IOException {
        Files.writeString(folder.resolve("birds.names"), "wren\nowl\n");
        for (String name : new String[] {"birds_best", "birds_final", "birds_last", "birds_12000"}) {
            Path trained = Files.copy(weights, folder.resolve(name + ".weights"));
            try (Detector detector = open(trained, ModelFiles.BESIDE)) {
                assertThat(detector.card().name()).isEqualTo(name);
                assertThat(detector.card().labels()).containsExactly("wren", "owl");
            }
        }
        Path other = Files.copy(weights, folder.resolve("birds_2.1.weights"));
        assertRefused(other, ModelFiles.BESIDE, "need their cfg", "birds_2.1.cfg", "--model FILE.cfg --weights");
    }

    @Test
    void weightsMayLieElsewhere() throws IOException {
        Path elsewhere = Files.move(weights, folder.resolve("w.bin"));
        assertRefused(cfg, ModelFiles.BESIDE, "needs its weights", "birds.weights", "--weights FILE");
        try (Detector detector = open(cfg, new ModelFiles(elsewhere, null))) {
            assertThat(detector.card().file()).isEqualTo("w.bin");
        }
        assertRefused(cfg, new ModelFiles(folder.resolve("gone"), null), "there is no file", "gone");
        Path both = Files.copy(elsewhere, weights);
        assertRefused(both, new ModelFiles(elsewhere, null), "give the cfg as the model");
    }

    @Test
    void labelsAreThoseGivenThoseBesideOrNumbers() throws IOException {
        try (Detector detector = open(cfg, ModelFiles.BESIDE)) {
            assertThat(detector.card().labels()).containsExactly("class 0", "class 1");
            assertThat(detector.recognition().assumptions())
                    .containsExactly(
                            "labels are class 0 to class 1: no birds.names lies beside the model; --labels FILE gives them");
        }
        Path names = Files.writeString(folder.resolve("birds.names"), "wren\nowl\n");
        try (Detector detector = open(weights, ModelFiles.BESIDE)) {
            assertThat(detector.card().labels()).containsExactly("wren", "owl");
            assertThat(detector.recognition().assumptions()).isEmpty();
        }
        Files.writeString(names, "wren\n");
        assertRefused(cfg, ModelFiles.BESIDE, "birds.names has 1 label,", "the model has 2 classes");
        Path other = Files.writeString(folder.resolve("other.txt"), "rook\ncrow\n");
        try (Detector detector = open(cfg, new ModelFiles(null, other))) {
            assertThat(detector.card().labels()).containsExactly("rook", "crow");
        }
    }

    @Test
    void anotherSizeOfTheInputIsTaken() {
        DetectorOptions options = DetectorOptions.DEFAULT.withImgsz(new DetectorOptions.ImageSize(64, 48));
        try (Detector detector = Detector.open(Model.find(cfg.toString()), options)) {
            assertThat(detector.card().input().width()).isEqualTo(64);
            assertThat(detector.recognition().conclusions())
                    .contains(new Conclusion("input", "64x48 NCHW float32", "as --imgsz says"))
                    .contains(new Conclusion("outputs", "16x12x14", "what comes into [yolo] of line 13"));
        }
    }

    @Test
    void conclusionsNameTheLinesOfTheCfg() throws IOException {
        Files.writeString(
                cfg, CFG.replace("channels=3", "channels=3\nletter_box=1") + "nms_kind=diounms\nbeta_nms=.7\n");
        try (Detector detector = open(cfg, ModelFiles.BESIDE)) {
            assertThat(detector.card().nms()).isEqualTo(new Nms(Nms.Kind.DIOU, .7f, false));
            assertThat(detector.card().input().fit()).isEqualTo(Fit.DARKNET_LETTERBOX);
            assertThat(detector.recognition().conclusions())
                    .contains(
                            new Conclusion("family", "Darknet yolo, 1 head", "[yolo] of line 14 in birds.cfg"),
                            new Conclusion(
                                    "input", "32x24 NCHW float32", "width of line 2, height of line 3 in birds.cfg"),
                            new Conclusion(
                                    "fit", "letterbox on 127.5, as Darknet", "letter_box=1 of line 5 in birds.cfg"),
                            new Conclusion("nms", "DIoU, exponent 0.7", "nms_kind=diounms of line 18 in birds.cfg"));
        }
    }

    @Test
    void suppressionIsThatOfTheLastHead() throws IOException {
        String head = CFG.substring(CFG.indexOf("[convolutional]"));
        String[][] kinds = {
            {"greedynms", "DIOU 0.6"}, {"diounms", "DIOU 0.3"}, {"default", "IOU 0.0"}, {"cornersnms", "IOU 0.0"}
        };
        for (String[] kind : kinds) {
            Files.writeString(
                    cfg,
                    CFG + "nms_kind=diounms\nbeta_nms=.9\n[route]\nlayers=0\n"
                            + head.replace("filters=14", "filters=14\n#") + "nms_kind=" + kind[0] + "\nbeta_nms=.3\n");
            MadeWeights.write(cfg, weights);
            try (Detector detector = open(cfg, ModelFiles.BESIDE)) {
                Nms nms = detector.card().nms();
                assertThat(nms.kind() + " " + nms.beta()).isEqualTo(kind[1]);
            }
        }
    }
}
