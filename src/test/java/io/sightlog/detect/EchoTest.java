package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sightlog.detect.Echo.Drawn;
import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.Input.ElementType;
import io.sightlog.detect.Input.Layout;
import io.sightlog.detect.TinyOnnx.Type;
import io.sightlog.event.Detection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Echo nets: each reports the red, the green and the blue rectangle that it sees in its input, in fractions of a pixel, and how bright
 * they are. They come back as they were drawn only if the picture was fitted, coloured, scaled and laid out as the card says, and the
 * boxes brought back along the same way.
 */
@Tag("slow")
class EchoTest {
    private static final int WIDTH = 128;
    private static final int HEIGHT = 96;
    private static final float FAINT = 0.02f;
    /** Class of the input's last pixel, the confidence its brightness. */
    private static final int CORNER = 3;

    @TempDir
    Path folder;

    /** Width and height of pictures: about the input's size, smaller, larger, wide and high, sides that divide by nothing. */
    private static final List<List<Integer>> SIZES =
            List.of(List.of(WIDTH, HEIGHT), List.of(97, 89), List.of(401, 307), List.of(311, 601), List.of(640, 120));

    private record Scaling(String card, List<Double> black, List<Double> white) {
        Scaling(String card, double black, double white) {
            this(card, List.of(black, black, black), List.of(white, white, white));
        }
    }

    private static final List<Scaling> SCALINGS = List.of(
            new Scaling("range: [0, 255]", 0, 255),
            new Scaling("range: [-1, 1]", -1, 1),
            new Scaling(
                    "mean: [123.675, 116.28, 103.53]\n  std: [58.395, 57.12, 57.375]",
                    List.of(-123.675 / 58.395, -116.28 / 57.12, -103.53 / 57.375),
                    List.of((255 - 123.675) / 58.395, (255 - 116.28) / 57.12, (255 - 103.53) / 57.375)));

    static Stream<Fit> fits() {
        return Stream.of(Fit.Kind.values())
                .flatMap(kind -> Stream.of(Fit.Filter.values())
                        .map(filter -> new Fit(
                                kind, 114, kind == Fit.Kind.CORNER ? Fit.Rounding.FLOOR : Fit.Rounding.ROUND, filter)));
    }

    @ParameterizedTest
    @MethodSource("fits")
    void markedRectanglesComeBackToHalfAPixel(Fit fit) throws IOException {
        List<Mat> pictures = new ArrayList<>();
        SIZES.forEach(size -> pictures.add(Echo.picture(size.get(0), size.get(1), WIDTH, HEIGHT)));
        for (ElementType type : ElementType.values()) {
            for (Layout layout : Layout.values()) {
                for (Colour colour : Colour.values()) {
                    for (Scaling scaling : type == ElementType.UINT8 ? SCALINGS.subList(0, 1) : SCALINGS) {
                        String card = card(fit, type, layout, colour, scaling);
                        Path onnx = echo(type, layout, scaling).write(folder.resolve("echo.onnx"));
                        Files.writeString(folder.resolve("echo.yaml"), card);
                        try (Detector detector =
                                Detector.open(Model.find(onnx.toString()), DetectorOptions.DEFAULT.withConf(FAINT))) {
                            for (Mat picture : pictures) {
                                assertEchoed(detector, fit, colour, picture);
                            }
                        }
                    }
                }
            }
        }
        pictures.forEach(Mat::close);
    }

    private static void assertEchoed(Detector detector, Fit fit, Colour colour, Mat picture) {
        List<Detection> found = detector.detect(picture).found();
        String what = detector.card().input() + ", a picture of " + picture.cols() + "x" + picture.rows();
        List<Drawn> byClass = Echo.rectangles(colour);
        for (int id = 0; id < byClass.size(); id++) {
            Detection box = only(found, id, what);
            try (Rect drawn = byClass.get(id).in(picture)) {
                Back x = Back.of(fit, picture.cols(), picture.rows(), WIDTH, HEIGHT);
                Back y = Back.of(fit, picture.rows(), picture.cols(), HEIGHT, WIDTH);
                assertEdge(box.x(), x.of(drawn.x()), "left", id, what);
                assertEdge(box.y(), y.of(drawn.y()), "top", id, what);
                assertEdge(box.x() + box.w(), x.of(drawn.x() + drawn.width()), "right", id, what);
                assertEdge(box.y() + box.h(), y.of(drawn.y() + drawn.height()), "bottom", id, what);
            }
            assertThat((double) box.confidence())
                    .as("brightness of %d, %s", id, what)
                    .isCloseTo(Echo.BRIGHTNESS / 255.0, within(0.02));
        }
        boolean isPadded = fit.kind() != Fit.Kind.STRETCH && picture.cols() * HEIGHT != picture.rows() * WIDTH;
        assertThat(found).hasSize(byClass.size() + (isPadded ? 1 : 0));
        if (isPadded) {
            assertThat((double) only(found, CORNER, what).confidence())
                    .as("padding of %s", what)
                    .isCloseTo(114 / 255.0, within(0.002));
        }
    }

    private static void assertEdge(double edge, double expected, String name, int id, String what) {
        assertThat(edge).as("%s of %d, %s", name, id, what).isCloseTo(expected, within(0.5));
    }

    /**
     * Where an edge comes back along one side: where it was; but in Darknet's way, which resizes about the centres of the corner
     * pixels and goes back about the corners themselves.
     *
     * @param size the picture's side in the picture
     * @param placed the same in the input
     * @param lost what the way back takes from the offset: half a pixel where the padding is odd
     */
    private record Back(boolean isDarknet, double size, double placed, double lost) {
        static Back of(Fit fit, int side, int otherSide, int inputSide, int otherInputSide) {
            boolean fillsOther = fit.kind() != Fit.Kind.STRETCH && side * otherInputSide < otherSide * inputSide;
            int placed = fillsOther ? side * otherInputSide / otherSide : inputSide;
            double lost = fit.kind() == Fit.Kind.LETTERBOX ? (inputSide - placed) % 2 / 2.0 : 0;
            return new Back(fit.filter() == Fit.Filter.CORNERS, side, placed, lost);
        }

        double of(double edge) {
            return isDarknet ? ((edge - 0.5) * (placed - 1) / (size - 1) + 0.5 - lost) / placed * size : edge;
        }
    }

    private static Detection only(List<Detection> found, int classId, String what) {
        List<Detection> same =
                found.stream().filter(d -> d.classId() == classId).toList();
        assertThat(same).as("class %d, %s", classId, what).hasSize(1);
        return same.get(0);
    }

    private static String card(Fit fit, ElementType type, Layout layout, Colour colour, Scaling scaling) {
        return """
                name: echo
                file: echo.onnx
                input:
                  name: in
                  shape: %s
                  layout: %s
                  type: %s
                  colour: %s
                  %s
                  fit: %s
                  pad: %s
                  rounding: %s
                  resize: %s
                decoder: centernet
                outputs: [out]
                labels: [first, second, third, corner]
                threshold: 0.5
                iou: 0.5
                """.formatted(
                        layout == Layout.NCHW
                                ? "[1, 3, " + HEIGHT + ", " + WIDTH + "]"
                                : "[1, " + HEIGHT + ", " + WIDTH + ", 3]",
                        layout,
                        type.name().toLowerCase(Locale.ROOT),
                        colour,
                        scaling.card,
                        CardReader.cardName(fit.kind()),
                        fit.pad(),
                        CardReader.cardName(fit.rounding()),
                        CardReader.cardName(fit.filter()));
    }

    /** Rows of left, top, right, bottom, brightness and channel; the last row is the last pixel. */
    private static TinyOnnx echo(ElementType type, Layout layout, Scaling scaling) {
        Type number = switch (type) {
            case FLOAT32 -> Type.FLOAT;
            case FLOAT16 -> Type.FLOAT16;
            case UINT8 -> Type.UINT8;
        };
        boolean isPlanar = layout == Layout.NCHW;
        TinyOnnx net = new TinyOnnx();
        if (isPlanar) {
            net.input("in", number, 1, 3, HEIGHT, WIDTH);
        } else {
            net.input("in", number, 1, HEIGHT, WIDTH, 3);
        }
        float[] black = new float[3];
        float[] white = new float[3];
        for (int i = 0; i < 3; i++) {
            black[i] = scaling.black.get(i).floatValue();
            white[i] = scaling.white.get(i).floatValue();
        }
        Echo.look(net, "in", layout, WIDTH, HEIGHT, black, white);
        net.node("Concat", "x1,y1,x2,y2,echoScores,echoIds", "boxes", TinyOnnx.number("axis", 2));
        net.longs("from", List.of(4L), 0, 0, HEIGHT - 1, WIDTH - 1)
                .longs("to", List.of(4L), 1, 1, HEIGHT, WIDTH)
                .node("Slice", "bright,from,to", "pixel")
                .longs("asRow", List.of(3L), 1, 1, 1)
                .node("Reshape", "pixel,asRow", "brightness")
                .floats("whole", List.of(1L, 1L, 4L), 0, 0, WIDTH, HEIGHT)
                .floats("id", List.of(1L, 1L, 1L), CORNER)
                .node("Concat", "whole,brightness,id", "corner", TinyOnnx.number("axis", 2));
        return net.node("Concat", "boxes,corner", "out", TinyOnnx.number("axis", 1))
                .output("out", Type.FLOAT, 1, 4, 6);
    }
}
