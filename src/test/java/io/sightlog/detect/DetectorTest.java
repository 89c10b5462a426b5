package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import io.sightlog.event.Detection;
import io.sightlog.event.LabelSet;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real models on the real pictures. */
class DetectorTest {
    private static final Model SSD = Model.byDefault();
    private static final Model CENTERNET = Model.find("mb3-centernet");

    private static Mat dog;
    private static Mat person;
    private static Mat horses;

    /** A box measured with another implementation: left, top, right, bottom. */
    private record Known(String label, float confidence, int x1, int y1, int x2, int y2) {
        Detection box(LabelSet labels) {
            return new Detection(labels.idsOf(label).get(0), confidence, x1, y1, x2 - x1, y2 - y1);
        }
    }

    @BeforeAll
    static void readPictures() throws IOException {
        dog = picture("dog.jpg");
        person = picture("person.jpg");
        horses = picture("horses.jpg");
    }

    @AfterAll
    static void freePictures() {
        Stream.of(dog, person, horses).forEach(Mat::close);
    }

    private static Mat picture(String name) throws IOException {
        try (InputStream in = DetectorTest.class.getResourceAsStream("/io/sightlog/demo/" + name)) {
            byte[] bytes = Objects.requireNonNull(in).readAllBytes();
            try (BytePointer pointer = new BytePointer(bytes);
                    Mat encoded = new Mat(1, bytes.length, CV_8UC1, pointer)) {
                return imdecode(encoded, IMREAD_COLOR);
            }
        }
    }

    private static List<Detection> detect(Model model, DetectorOptions options, Mat picture) {
        try (Detector detector = Detector.open(model, options)) {
            return detector.detect(picture).found();
        }
    }

    private static void assertFinds(Model model, Mat picture, Known... known) {
        try (Detector detector = Detector.open(model, DetectorOptions.DEFAULT)) {
            List<Detection> found = detector.detect(picture).found();
            LabelSet labels = detector.labelSet();
            assertThat(found).hasSameSizeAs(known);
            for (int i = 0; i < known.length; i++) {
                Detection expected = known[i].box(labels);
                assertThat(found.get(i).classId()).isEqualTo(expected.classId());
                assertThat(found.get(i).iou(expected)).as(known[i].label).isGreaterThanOrEqualTo(0.9f);
                assertThat(Math.abs(found.get(i).confidence() - expected.confidence()))
                        .isLessThan(0.02f);
            }
        }
    }

    @Test
    void theDefaultModelFindsDogBicycleAndCarAndNothingElse() {
        assertFinds(
                SSD,
                dog,
                new Known("Dog", .70f, 125, 212, 324, 551),
                new Known("Bicycle", .69f, 128, 123, 568, 479),
                new Known("Car", .67f, 459, 82, 693, 170));
    }

    @Test
    void centerNetFindsCarBicycleAndDogAndNothingElse() {
        assertFinds(
                CENTERNET,
                dog,
                new Known("car", .55f, 472, 81, 683, 165),
                new Known("bicycle", .49f, 110, 125, 564, 445),
                new Known("dog", .43f, 124, 207, 312, 542));
    }

    @Test
    void findsThePersonAndTheDogBesideIt() {
        try (Detector detector = Detector.open(SSD, DetectorOptions.DEFAULT)) {
            assertThat(detector.detect(person).found())
                    .extracting(d -> detector.labelSet().label(d.classId()))
                    .containsExactly("Dog", "Person");
        }
    }

    @Test
    void anEmptyResultIsAResult() {
        assertThat(detect(SSD, DetectorOptions.DEFAULT, horses)).isEmpty();
    }

    @Test
    void oneDetectorSeesPicturesOfDifferentSizesAlike() {
        try (Detector detector = Detector.open(SSD, DetectorOptions.DEFAULT)) {
            List<Detection> first = detector.detect(dog).found();
            detector.detect(person);
            Detections again = detector.detect(dog);
            assertThat(again.found()).isEqualTo(first);
            assertThat(again.inferNanos()).isPositive();
            assertThat(again.otherNanos()).isPositive();
        }
    }

    @Test
    void boxesStayInThePictureStrongestFirst() {
        List<Detection> found = detect(CENTERNET, DetectorOptions.DEFAULT.withConf(0.01f), horses);
        assertThat(found)
                .hasSizeGreaterThan(10)
                .isSortedAccordingTo((a, b) -> Float.compare(b.confidence(), a.confidence()));
        assertThat(found).allSatisfy(d -> {
            assertThat(d.x()).isNotNegative();
            assertThat(d.y()).isNotNegative();
            assertThat(d.w()).isPositive();
            assertThat(d.h()).isPositive();
            assertThat(d.x() + d.w()).isLessThanOrEqualTo(horses.cols() + 0.01f);
            assertThat(d.y() + d.h()).isLessThanOrEqualTo(horses.rows() + 0.01f);
        });
    }

    @Test
    void boxesOfOneClassOverlapNoMoreThanAsked() {
        List<Detection> many =
                detect(SSD, DetectorOptions.DEFAULT.withConf(0.2f).withIou(1f), dog);
        List<Detection> few = detect(SSD, DetectorOptions.DEFAULT.withConf(0.2f).withIou(0.3f), dog);
        assertThat(few).hasSizeLessThan(many.size()).isSubsetOf(many);
        for (Detection a : few) {
            assertThat(few).noneMatch(b -> b != a && b.classId() == a.classId() && b.iou(a) > 0.3f);
        }
    }

    @Test
    void classesAndConfOnlyTakeAway() {
        List<Detection> all = detect(SSD, DetectorOptions.DEFAULT, dog);
        List<Detection> byNameAndId = detect(SSD, DetectorOptions.DEFAULT.withClasses(List.of("dOG", "0")), dog);
        assertThat(byNameAndId).containsExactly(all.get(0), all.get(1));
        assertThat(detect(SSD, DetectorOptions.DEFAULT.withConf(0.69f), dog)).containsExactly(all.get(0));
    }

    @Test
    void theLabelSetTellsModelAndSettings() {
        DetectorOptions options = DetectorOptions.DEFAULT.withConf(0.4f).withClasses(List.of("dog", "22"));
        try (Detector detector = Detector.open(SSD, options)) {
            LabelSet labels = detector.labelSet();
            assertThat(labels.label(0)).isEqualTo("Bicycle");
            assertThat(labels.label(22)).isEqualTo("Car");
            assertThat(labels.labels()).hasSize(23);
            assertThat(labels.model())
                    .isEqualTo(new LabelSet.Model(
                            "ssd_mobilenetv2_oidv4",
                            "608587c247e93fb33013994a9398a2ab4e247ac126f525f59b42de1b7bce1e29",
                            "ssd: 300x300 RGB -1..1 NHWC, stretch",
                            0.4f,
                            0.5f,
                            "Dog,Car"));
        }
    }

    @Test
    void anUnknownClassIsToldWithNearNames() {
        assertThatThrownBy(() -> detect(SSD, DetectorOptions.DEFAULT.withClasses(List.of("bicicle")), dog))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model ssd_mobilenetv2_oidv4 has no class bicicle; near it: Bicycle");
        assertThatThrownBy(() -> detect(SSD, DetectorOptions.DEFAULT.withClasses(List.of("23")), dog))
                .hasMessage("the model ssd_mobilenetv2_oidv4 has no class 23; its ids are 0 to 22");
        assertThatThrownBy(() -> detect(SSD, DetectorOptions.DEFAULT.withClasses(List.of("zebrafish")), dog))
                .hasMessageContaining("; there are: Bicycle, Boot, ");
    }

    @Test
    void picturesThatAreNot8BitBgrAreRefused() {
        try (Detector detector = Detector.open(SSD, DetectorOptions.DEFAULT);
                Mat empty = new Mat();
                Mat grey = new Mat(10, 10, CV_8UC1)) {
            assertThatThrownBy(() -> detector.detect(empty)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> detector.detect(grey)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> DetectorOptions.DEFAULT.withConf(1.5f)).hasMessageStartingWith("conf is 1.5");
        assertThatThrownBy(() -> DetectorOptions.DEFAULT.withIou(Float.NaN)).hasMessageStartingWith("iou is NaN");
        assertThatThrownBy(() -> DetectorOptions.DEFAULT.withThreads(-1)).hasMessageStartingWith("threads is -1");
    }
}
