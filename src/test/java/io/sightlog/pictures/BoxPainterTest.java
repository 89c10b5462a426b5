package io.sightlog.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoxPainterTest {
    private static final int GREY = 0x5a5a5a;

    private static Box box(String label, float x, float y, float w, float h) {
        return new Box(label, 0.7f, 0, x, y, w, h);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,3", "16,16", "40,40", "100,75", "768,576", "8000,200", "30,900", "4000,3000"})
    void captionsStayInsideThePicture(int width, int height) {
        List<Box> boxes = new ArrayList<>();
        for (float x : new float[] {0, width / 2f, width - 1, width, -5}) {
            for (float y : new float[] {0, height / 2f, height - 1, height, -5}) {
                boxes.add(box("dog", x, y, width / 3f, height / 3f));
                boxes.add(box("a label of very many words indeed", x, y, 0, 0));
            }
        }
        boxes.add(box("Mönchsgrasmücke 鳥", 0, 0, width, height));
        boxes.add(box("", Float.MAX_VALUE, -Float.MAX_VALUE, Float.MAX_VALUE, Float.MAX_VALUE));

        List<BoxPainter.Placed> captions = BoxPainter.captions(boxes, width, height);

        for (BoxPainter.Placed placed : captions) {
            Area area = placed.area();
            assertThat(area.x()).isNotNegative();
            assertThat(area.y()).isNotNegative();
            assertThat(area.x() + area.width()).isLessThanOrEqualTo(width);
            assertThat(area.y() + area.height()).isLessThanOrEqualTo(height);
        }
        if (width >= 100) {
            assertThat(captions).hasSameSizeAs(boxes);
        }
        try (Mat picture = Scene.plain(width, height, 90, 90, 90)) {
            BoxPainter.paint(picture, boxes);
            assertThat(picture.cols()).isEqualTo(width);
        }
    }

    @Test
    void drawsTheOutlineAndNothingElse() {
        try (Mat picture = Scene.plain(400, 300, 90, 90, 90)) {
            Box box = box("dog", 100, 120, 150, 100);
            BoxPainter.paint(picture, List.of(box));

            int t = BoxPainter.thickness(400, 300);
            Area caption = BoxPainter.captions(List.of(box), 400, 300).get(0).area();
            int dog = Palette.rgb("dog");
            for (int y = 0; y < 300; y++) {
                for (int x = 0; x < 400; x++) {
                    boolean inBox = x >= 100 && x < 250 && y >= 120 && y < 220;
                    boolean inside = x >= 100 + t && x < 250 - t && y >= 120 + t && y < 220 - t;
                    boolean inCaption = caption.overlap(new Area(x, y, 1, 1)) > 0;
                    if (inBox && !inside) {
                        assertThat(Scene.rgb(picture, x, y)).as("%d,%d", x, y).isEqualTo(dog);
                    } else if (!inCaption) {
                        assertThat(Scene.rgb(picture, x, y)).as("%d,%d", x, y).isEqualTo(GREY);
                    }
                }
            }
            assertThat(Scene.rgb(picture, caption.x(), caption.y())).isEqualTo(dog);
        }
    }

    @Test
    void captionsAreWrittenInTheColourThatContrasts() {
        try (Mat picture = Scene.plain(400, 300, 90, 90, 90)) {
            Box box = box("dog", 100, 120, 150, 100);
            BoxPainter.paint(picture, List.of(box));
            Area area = BoxPainter.captions(List.of(box), 400, 300).get(0).area();
            int written = 0;
            for (int y = area.y(); y < area.y() + area.height(); y++) {
                for (int x = area.x(); x < area.x() + area.width(); x++) {
                    written += Scene.distance(Scene.rgb(picture, x, y), 0x000000) < 60 ? 1 : 0;
                }
            }
            assertThat(written).isBetween(area.width() * area.height() / 20, area.width() * area.height() / 2);
        }
    }

    @Test
    void aBoxIsOfTheNearestPixelsAndOfOneAtLeastInsideThePicture() {
        assertThat(BoxPainter.pixels(box("dog", 10.4f, 20.6f, 10.4f, 10.2f), 100, 80))
                .as("both edges are rounded, not one edge and a size")
                .isEqualTo(new Area(10, 21, 11, 10));
        assertThat(BoxPainter.pixels(box("dog", 50, 60, 0, 0), 100, 80)).isEqualTo(new Area(50, 60, 1, 1));
        assertThat(BoxPainter.pixels(box("dog", 100, 80, 0, 0), 100, 80)).isEqualTo(new Area(99, 79, 1, 1));
        assertThat(BoxPainter.pixels(box("dog", -5, -5, 300, 2), 100, 80)).isEqualTo(new Area(0, 0, 100, 1));
    }

    @Test
    void linesAndLettersGrowWithThePicture() {
        assertThat(BoxPainter.thickness(16, 16)).isEqualTo(1);
        assertThat(BoxPainter.thickness(768, 576)).isBetween(2, 3);
        assertThat(BoxPainter.thickness(4000, 3000)).isBetween(10, 16);
        assertThat(BoxPainter.capHeight(768, 576)).isBetween(10, 16);
        assertThat(BoxPainter.capHeight(4000, 3000)).isBetween(50, 80);
        assertThat(BoxPainter.capHeight(8000, 200)).isLessThan(30);
    }

    @Test
    void captionsGiveWayToEachOther() {
        List<Box> boxes = List.of(
                box("car", 200, 150, 200, 150), box("dog", 205, 152, 150, 100), box("bicycle", 203, 149, 180, 120));
        List<BoxPainter.Placed> captions = BoxPainter.captions(boxes, 768, 576);
        for (int i = 0; i < captions.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertThat(captions.get(i).area().overlap(captions.get(j).area()))
                        .isZero();
            }
        }
    }

    @Test
    void aThousandBoxesAreDrawn() {
        Random random = new Random(4);
        List<Box> boxes = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            boxes.add(box(
                    "class " + i, random.nextInt(700), random.nextInt(500), random.nextInt(90), random.nextInt(90)));
        }
        assertThat(BoxPainter.captions(boxes, 768, 576)).hasSize(1000);
        try (Mat picture = Scene.plain(768, 576, 90, 90, 90)) {
            BoxPainter.paint(picture, boxes);
            assertThat(Scene.rgb(picture, 767, 575)).isEqualTo(GREY);
        }
    }

    @Test
    void textThatTheFontDoesNotHaveIsReplaced() {
        assertThat(Caption.ascii("Mönchsgrasmücke")).isEqualTo("Monchsgrasmucke");
        assertThat(Caption.ascii("Straße")).isEqualTo("Strasse");
        assertThat(Caption.ascii("鳥")).isEqualTo("?");
    }
}
