package io.sightlog.detect;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.FILLED;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.rectangle;

import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.Input.Layout;
import io.sightlog.detect.TinyOnnx.Type;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** What echo nets have in common: a picture with a red, a green and a blue rectangle, and nodes that see where they are. */
final class Echo {
    static final int BRIGHTNESS = 230;

    private static final Drawn RED = new Drawn(0.10, 0.15, 0.32, 0.30);
    private static final Drawn GREEN = new Drawn(0.58, 0.20, 0.30, 0.45);
    private static final Drawn BLUE = new Drawn(0.15, 0.60, 0.25, 0.28);

    private Echo() {}

    /** A rectangle in a picture, in fractions of it. */
    record Drawn(double left, double top, double width, double height) {
        Rect in(Mat picture) {
            return new Rect(
                    (int) (left * picture.cols()), (int) (top * picture.rows()), (int) (width * picture.cols()), (int)
                            (height * picture.rows()));
        }
    }

    /** Those that a net sees as classes 0, 1 and 2. */
    static List<Drawn> rectangles(Colour colour) {
        return colour == Colour.RGB ? List.of(RED, GREEN, BLUE) : List.of(BLUE, GREEN, RED);
    }

    /**
     * Soft edges, so that no resize can lose where they are.
     *
     * @param inputWidth of the net
     * @param inputHeight of the net
     */
    static Mat picture(int width, int height, int inputWidth, int inputHeight) {
        Mat picture = new Mat(height, width, CV_8UC3);
        try (Scalar black = Scalar.all(0)) {
            picture.put(black);
        }
        draw(picture, BLUE, new Scalar(BRIGHTNESS, 0, 0, 0));
        draw(picture, GREEN, new Scalar(0, BRIGHTNESS, 0, 0));
        draw(picture, RED, new Scalar(0, 0, BRIGHTNESS, 0));
        double blur = Math.max(1, Math.max((double) width / inputWidth, (double) height / inputHeight)) * 0.9;
        try (Size any = new Size(0, 0)) {
            GaussianBlur(picture, picture, any, blur, blur, BORDER_REPLICATE, opencv_core.ALGO_HINT_DEFAULT);
        }
        return picture;
    }

    private static void draw(Mat picture, Drawn drawn, Scalar colour) {
        try (Rect where = drawn.in(picture);
                colour) {
            rectangle(picture, where, colour, FILLED, 8, 0);
        }
    }

    /**
     * Adds nodes that see the rectangles of three colours: {@code x1}, {@code y1}, {@code x2}, {@code y2}, in pixels of the input, how
     * bright they are as {@code echoScores}, 0..1, and their channels as {@code echoIds}, each {@code [1, 3, 1]}; {@code bright} is the input,
     * {@code [1, 3, height, width]}, in 0..1.
     *
     * @param in name of an input of any type
     * @param black what 0 is in each channel
     * @param white what 255 is in each channel
     */
    static void look(TinyOnnx net, String in, Layout layout, int width, int height, float[] black, float[] white) {
        float[] span = new float[3];
        for (int i = 0; i < 3; i++) {
            span[i] = white[i] - black[i];
        }
        List<Long> each = List.of(1L, 3L, 1L, 1L);
        net.node("Cast", in, "numbers", TinyOnnx.to(Type.FLOAT))
                .node(
                        "Transpose",
                        "numbers",
                        "planes",
                        TinyOnnx.ints(
                                "perm", layout == Layout.NCHW ? new long[] {0, 1, 2, 3} : new long[] {0, 3, 1, 2}))
                .floats("black", each, black)
                .floats("span", each, span)
                .node("Sub", "planes,black", "above")
                .node("Div", "above,span", "bright");
        // what a colour is more than both others: nothing in the padding, which is grey
        net.node("ReduceSum", "bright", "sum", TinyOnnx.ints("axes", 1), TinyOnnx.number("keepdims", 1))
                .node("Add", "bright,bright", "twice")
                .node("Sub", "twice,sum", "more")
                .node("Relu", "more", "own")
                .floats("tiny", List.of(), 1e-6f);
        side(net, "x", 2, width);
        side(net, "y", 3, height);
        net.node("ReduceMax", "own", "score", TinyOnnx.ints("axes", 2, 3), TinyOnnx.number("keepdims", 0))
                .longs("asRows", List.of(3L), 1, 3, 1)
                .node("Reshape", "score,asRows", "echoScores")
                .floats("echoIds", List.of(1L, 3L, 1L), 0, 1, 2);
    }

    /** First and last edge along one side: the centre of what is bright, and how much of it there is, a pixel at least. */
    private static void side(TinyOnnx net, String name, int across, int size) {
        float[] centres = new float[size];
        for (int i = 0; i < size; i++) {
            centres[i] = i + 0.5f;
        }
        net.node("ReduceSum", "own", name + "profile", TinyOnnx.ints("axes", across), TinyOnnx.number("keepdims", 0))
                .node("ReduceSum", name + "profile", name + "sum", TinyOnnx.ints("axes", 2))
                .node("Add", name + "sum,tiny", name + "total")
                .node("ReduceMax", name + "profile", name + "most", TinyOnnx.ints("axes", 2))
                .node("Add", name + "most,tiny", name + "peak")
                .node("Div", name + "total," + name + "peak", name + "size")
                .floats(name + "centres", List.of(1L, 1L, (long) size), centres)
                .node("Mul", name + "profile," + name + "centres", name + "weighted")
                .node("ReduceSum", name + "weighted", name + "moment", TinyOnnx.ints("axes", 2))
                .node("Div", name + "moment," + name + "total", name + "centre")
                .floats(name + "half", List.of(), 0.5f)
                .node("Mul", name + "size," + name + "half", name + "reach")
                .node("Sub", name + "centre," + name + "reach", name + "1")
                .node("Add", name + "centre," + name + "reach", name + "2");
    }
}
