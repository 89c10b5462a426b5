package io.sightlog.detect;

import io.sightlog.detect.Input.Layout;
import io.sightlog.detect.TinyOnnx.Type;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Echo nets with the outputs of families of YOLO: each reports the three rectangles that it sees in an input of 128x96, as its family
 * writes boxes down.
 */
final class YoloNets {
    static final int WIDTH = 128;
    static final int HEIGHT = 96;
    /** Of the strides 8, 16 and 32. */
    static final int CELLS = 16 * 12 + 8 * 6 + 4 * 3;

    private static final int WITH_64 = CELLS + 2 * 2;
    private static final float[] ZERO = {0, 0, 0};
    private static final float[] UNIT = {1, 1, 1};
    private static final float[] BYTES = {255, 255, 255};

    private YoloNets() {}

    /** Numbers of boxes as nodes: {@code cx}, {@code cy}, {@code w}, {@code h} {@code [1,3,1]}, a score a class {@code hot [1,3,3]}. */
    private static TinyOnnx seen(Type type, float[] black, float[] white) {
        TinyOnnx net = new TinyOnnx().input("images", type, 1, 3, HEIGHT, WIDTH);
        Echo.look(net, "images", Layout.NCHW, WIDTH, HEIGHT, black, white);
        net.node("Identity", "echoScores", "scores").node("Identity", "echoIds", "ids");
        for (String side : List.of("x", "y")) {
            net.node("Sub", side + "2," + side + "1", side.equals("x") ? "w" : "h")
                    .node("Add", side + "1," + side + "2", side + "both")
                    .floats(side + "two", List.of(), 2)
                    .node("Div", side + "both," + side + "two", "c" + side);
        }
        return net.floats("eye", List.of(1L, 3L, 3L), 1, 0, 0, 0, 1, 0, 0, 0, 1).node("Mul", "echoScores,eye", "hot");
    }

    private static TinyOnnx unit() {
        return seen(Type.FLOAT, ZERO, UNIT);
    }

    /** Puts columns side by side. */
    private static void row(TinyOnnx net, String columns, String name) {
        net.node("Concat", columns, name, TinyOnnx.number("axis", 2));
    }

    /** Adds rows of zeros {@code before} and after the three of a tensor {@code [1,3,M]}, up to {@code rows}. */
    private static void pad(TinyOnnx net, String from, String name, int before, int rows) {
        net.longs(name + "pads", List.of(6L), 0, before, 0, 0, rows - 3 - before, 0)
                .node("Pad", from + "," + name + "pads", name);
    }

    static TinyOnnx yoloV8(Type type) {
        TinyOnnx net = seen(type, ZERO, type == Type.UINT8 ? BYTES : UNIT);
        row(net, "cx,cy,w,h,hot", "rows");
        pad(net, "rows", "all", 0, CELLS);
        return net.node("Transpose", "all", "output0", TinyOnnx.ints("perm", 0, 2, 1))
                .output("output0", Type.FLOAT, 1, 7, CELLS);
    }

    static TinyOnnx turnedYoloV8() {
        TinyOnnx net = unit();
        row(net, "cx,cy,w,h,hot", "rows");
        pad(net, "rows", "output0", 0, CELLS);
        return net.output("output0", Type.FLOAT, 1, CELLS, 7);
    }

    static TinyOnnx yoloV10() {
        TinyOnnx net = unit();
        row(net, "x1,y1,x2,y2,echoScores,echoIds", "rows");
        pad(net, "rows", "output0", 0, 10);
        return net.output("output0", Type.FLOAT, 1, 10, 6);
    }

    static TinyOnnx yoloV5() {
        TinyOnnx net = unit();
        objectness(net, "echoScores", "rows");
        pad(net, "rows", "output", 0, 3 * CELLS);
        return net.output("output", Type.FLOAT, 1, 3 * CELLS, 8);
    }

    /** With scores that are objectness times the class, and each class for certain. */
    private static void objectness(TinyOnnx net, String objectness, String name) {
        row(net, "cx,cy,w,h," + objectness + ",eye", name);
    }

    static TinyOnnx yoloV6() {
        TinyOnnx net = unit();
        row(net, "cx,cy,w,h", "box");
        pad(net, "box", "boxes", 0, CELLS);
        pad(net, "hot", "classes", 0, CELLS);
        float[] ones = new float[CELLS];
        Arrays.fill(ones, 1);
        net.floats("ones", List.of(1L, (long) CELLS, 1L), ones);
        row(net, "boxes,ones,classes", "outputs");
        return net.output("outputs", Type.FLOAT, 1, CELLS, 8);
    }

    /** Boxes in the first three cells of the first row. */
    static TinyOnnx yoloX() {
        TinyOnnx net = seen(Type.FLOAT, ZERO, BYTES)
                .floats("stride", List.of(), 8)
                .floats("column", List.of(1L, 3L, 1L), 0, 1, 2)
                .node("Div", "cx,stride", "cellx")
                .node("Sub", "cellx,column", "rawx")
                .node("Div", "cy,stride", "rawy")
                .node("Div", "w,stride", "cellsw")
                .node("Div", "h,stride", "cellsh")
                .node("Log", "cellsw", "raww")
                .node("Log", "cellsh", "rawh");
        row(net, "rawx,rawy,raww,rawh,echoScores,eye", "rows");
        pad(net, "rows", "output", 0, CELLS);
        return net.output("output", Type.FLOAT, 1, CELLS, 8);
    }

    /** Each cell's box lies about it, but those of the first three. */
    static TinyOnnx decodedYoloX() {
        float[] places = new float[CELLS * 8];
        int row = 0;
        for (int stride : new int[] {8, 16, 32}) {
            for (int y = 0; y < HEIGHT / stride; y++) {
                for (int x = 0; x < WIDTH / stride; x++, row++) {
                    places[row * 8] = row < 3 ? 0 : (x + 0.5f) * stride;
                    places[row * 8 + 1] = row < 3 ? 0 : (y + 0.5f) * stride;
                }
            }
        }
        TinyOnnx net = seen(Type.FLOAT, ZERO, BYTES).floats("places", List.of(1L, (long) CELLS, 8L), places);
        objectness(net, "echoScores", "rows");
        pad(net, "rows", "all", 0, CELLS);
        return net.node("Add", "all,places", "output").output("output", Type.FLOAT, 1, CELLS, 8);
    }

    /** Rows of 7, and of those only the ones with a score: none at all on a grey picture. */
    static TinyOnnx flat(String output, boolean isNas) {
        TinyOnnx net = unit().floats("picture", List.of(1L, 3L, 1L), 0, 0, 0);
        row(net, "picture,x1,y1,x2,y2," + (isNas ? "echoScores,echoIds" : "echoIds,echoScores"), "rows");
        return net.longs("as7", List.of(2L), 3, 7)
                .node("Reshape", "rows,as7", "flat")
                .longs("as1", List.of(1L), 3)
                .node("Reshape", "echoScores,as1", "each")
                .floats("least", List.of(), 0.1f)
                .node("Greater", "each,least", "good")
                .node("Compress", "flat,good", output, TinyOnnx.number("axis", 0))
                .output(output, Type.FLOAT, -1, 7);
    }

    /** The fourth box is past the number of boxes, and says more than all others. */
    static TinyOnnx numDets() {
        TinyOnnx net = unit();
        row(net, "x1,y1,x2,y2", "three");
        return net.floats("whole", List.of(1L, 1L, 4L), 0, 0, WIDTH, HEIGHT)
                .node("Concat", "three,whole", "det_boxes", TinyOnnx.number("axis", 1))
                .longs("as3", List.of(2L), 1, 3)
                .node("Reshape", "echoScores,as3", "scores3")
                .floats("sure", List.of(1L, 1L), 1)
                .node("Concat", "scores3,sure", "det_scores", TinyOnnx.number("axis", 1))
                .longs("classes", List.of(1L, 4L), 0, 1, 2, 0)
                .node("Cast", "classes", "det_classes", TinyOnnx.to(Type.INT32))
                .longs("count", List.of(1L, 1L), 3)
                .node("Cast", "count", "num_dets", TinyOnnx.to(Type.INT32))
                .output("num_dets", Type.INT32, 1, 1)
                .output("det_boxes", Type.FLOAT, 1, 4, 4)
                .output("det_scores", Type.FLOAT, 1, 4)
                .output("det_classes", Type.INT32, 1, 4);
    }

    static TinyOnnx yoloV4() {
        TinyOnnx net = unit();
        row(net, "x1,y1,x2,y2", "pixels");
        return net.floats("size", List.of(1L, 1L, 4L), WIDTH, HEIGHT, WIDTH, HEIGHT)
                .node("Div", "pixels,size", "fractions")
                .longs("as4", List.of(4L), 1, 3, 1, 4)
                .node("Reshape", "fractions,as4", "boxes")
                .node("Identity", "hot", "confs")
                .output("boxes", Type.FLOAT, 1, 3, 1, 4)
                .output("confs", Type.FLOAT, 1, 3, 3);
    }

    /** Scores and distances of each stride; all boxes are in cells of stride 16, of which each rectangle has one of its own. */
    static TinyOnnx nanoDet() {
        TinyOnnx net = nanoDetCells(-0.5f, 0.5f);
        for (String kind : List.of("cls", "dis")) {
            String from = kind.equals("cls") ? "at16scores" : "at16distances";
            int numbers = kind.equals("cls") ? 3 : 32;
            net.node("Identity", from, kind + "_pred_stride_16");
            for (int stride : new int[] {8, 32}) {
                int cells = WIDTH / stride * (HEIGHT / stride);
                net.floats(kind + stride, List.of(1L, (long) cells, (long) numbers), new float[cells * numbers])
                        .node("Identity", kind + stride, kind + "_pred_stride_" + stride);
            }
            for (int stride : new int[] {8, 16, 32}) {
                net.output(
                        kind + "_pred_stride_" + stride,
                        Type.FLOAT,
                        1,
                        (long) WIDTH / stride * (HEIGHT / stride),
                        numbers);
            }
        }
        return net;
    }

    /** Everything in one tensor, the strides up to 64, boxes from the corners of the cells. */
    static TinyOnnx nanoDetPlus() {
        TinyOnnx net = nanoDetCells(0, 0);
        row(net, "at16scores,at16distances", "at16");
        net.longs("beside", List.of(6L), 0, 16 * 12, 0, 0, WITH_64 - 16 * 12 - 8 * 6, 0)
                .node("Pad", "at16,beside", "output");
        return net.output("output", Type.FLOAT, 1, WITH_64, 35);
    }

    /**
     * The cells of stride 16: those in columns 2, 5, 2 of the rows 2, 2, 4 have the boxes.
     *
     * @param pixels from the middle or corner of a cell to where boxes are measured from
     * @param strides likewise, in strides
     */
    private static TinyOnnx nanoDetCells(float pixels, float strides) {
        float[] mean = {103.53f, 116.28f, 123.675f};
        float[] std = {57.375f, 57.12f, 58.395f};
        float[] black = new float[3];
        float[] white = new float[3];
        for (int i = 0; i < 3; i++) {
            black[i] = -mean[i] / std[i];
            white[i] = (255 - mean[i]) / std[i];
        }
        TinyOnnx net = seen(Type.FLOAT, black, white);
        int[][] cells = {{2, 4}, {5, 2}, {2, 2}}; // blue, green, red: the input is BGR
        float[] x = new float[3];
        float[] y = new float[3];
        float[] where = new float[3 * 48];
        for (int i = 0; i < 3; i++) {
            x[i] = (cells[i][0] + strides) * 16 + pixels;
            y[i] = (cells[i][1] + strides) * 16 + pixels;
            where[(cells[i][1] * 8 + cells[i][0]) * 3 + i] = 1;
        }
        net.floats("px", List.of(1L, 3L, 1L), x).floats("py", List.of(1L, 3L, 1L), y);
        net.node("Sub", "px,x1", "left")
                .node("Sub", "py,y1", "top")
                .node("Sub", "x2,px", "right")
                .node("Sub", "y2,py", "bottom");
        // a distance of d cells is bin 7 with a likelihood of d / 7, else bin 0
        net.floats("most", List.of(), 7 * 16)
                .floats("one", List.of(), 1)
                .floats("few", List.of(), 1e-6f)
                .floats("never", List.of(1L, 3L, 6L), never());
        for (String side : List.of("left", "top", "right", "bottom")) {
            net.node("Div", side + ",most", side + "part")
                    .node("Max", side + "part,few", side + "far")
                    .node("Sub", "one," + side + "far", side + "near")
                    .node("Log", side + "far", side + "7")
                    .node("Log", side + "near", side + "0");
            row(net, side + "0,never," + side + "7", side + "bins");
        }
        row(
                net,
                Stream.of("left", "top", "right", "bottom")
                        .map(side -> side + "bins")
                        .collect(Collectors.joining(",")),
                "distances");
        return net.floats("where", List.of(1L, 48L, 3L), where)
                .node("MatMul", "where,hot", "at16scores")
                .node("MatMul", "where,distances", "at16distances");
    }

    private static float[] never() {
        float[] never = new float[3 * 6];
        Arrays.fill(never, -50);
        return never;
    }
}
