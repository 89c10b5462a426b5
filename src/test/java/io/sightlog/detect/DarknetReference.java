package io.sightlog.detect;

import io.sightlog.event.Detection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.bytedeco.javacpp.indexer.UByteIndexer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Darknet once more: number by number, in the plainest loops, in doubles, without ONNX, OpenCV and anything that is tested with it.
 * For nets of a few layers and pictures of a few pixels.
 */
final class DarknetReference {
    private final List<Map<String, String>> sections = new ArrayList<>();
    private final List<Layer> layers = new ArrayList<>();
    private final ByteBuffer weights;
    private final int width;
    private final int height;
    private final boolean isLetterbox;

    /** What a layer gives: planes of rows. */
    private record Layer(int c, int h, int w, double[] x) {
        Layer(int c, int h, int w) {
            this(c, h, w, new double[c * h * w]);
        }

        /** Beyond the edges {@code outside}. */
        double at(int k, int y, int x0, double outside) {
            return y < 0 || y >= h || x0 < 0 || x0 >= w ? outside : x[(k * h + y) * w + x0];
        }

        void put(int k, int y, int x0, double value) {
            x[(k * h + y) * w + x0] = value;
        }

        Layer map(DoubleUnaryOperator f) {
            Layer to = new Layer(c, h, w);
            for (int i = 0; i < x.length; i++) {
                to.x[i] = f.applyAsDouble(x[i]);
            }
            return to;
        }
    }

    DarknetReference(Path cfg, Path weightsFile) throws IOException {
        for (String raw : Files.readAllLines(cfg)) {
            String line = raw.replaceAll("#.*|\\s", "");
            if (line.startsWith("[")) {
                sections.add(new HashMap<>(Map.of("", line)));
            } else if (!line.isEmpty()) {
                int equals = line.indexOf('=');
                sections.get(sections.size() - 1).put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        weights = ByteBuffer.wrap(Files.readAllBytes(weightsFile)).order(ByteOrder.LITTLE_ENDIAN);
        Map<String, String> net = sections.remove(0);
        width = number(net, "width", 0);
        height = number(net, "height", 0);
        isLetterbox = number(net, "letter_box", 0) == 1;
    }

    private static int number(Map<String, String> section, String key, int byDefault) {
        return section.containsKey(key) ? Integer.parseInt(section.get(key)) : byDefault;
    }

    private static double decimal(Map<String, String> section, String key, double byDefault) {
        return section.containsKey(key) ? Double.parseDouble(section.get(key)) : byDefault;
    }

    private static double[] decimals(String text) {
        List<Double> numbers = new ArrayList<>();
        for (String part : text.replaceFirst(",$", "").split(",", -1)) {
            numbers.add(Double.parseDouble(part));
        }
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Every box above the threshold, before any suppression, within the picture. */
    List<Detection> boxes(Mat bgr, double threshold) {
        layers.clear();
        weights.position(20);
        Layer input = input(bgr);
        List<Detection> boxes = new ArrayList<>();
        for (Map<String, String> section : sections) {
            Layer before = layers.isEmpty() ? input : layers.get(layers.size() - 1);
            if (section.get("").matches("\\[(yolo|region)]")) {
                boxes(section, before, bgr.cols(), bgr.rows(), threshold, boxes);
            }
            layers.add(layer(section, before));
        }
        if (weights.hasRemaining()) {
            throw new IllegalStateException(weights.remaining() + " bytes of the weights are left over");
        }
        return boxes;
    }

    private Layer input(Mat bgr) {
        Layer picture = new Layer(3, bgr.rows(), bgr.cols());
        try (UByteIndexer pixels = bgr.createIndexer()) {
            for (int i = 0; i < picture.x.length; i++) {
                int k = i / (bgr.rows() * bgr.cols());
                picture.x[i] = pixels.get(i / bgr.cols() % bgr.rows(), i % bgr.cols(), 2 - k) / 255.0;
            }
        }
        if (!isLetterbox) {
            return resized(picture, width, height);
        }
        boolean wide = (float) width / picture.w < (float) height / picture.h;
        int w = wide ? width : picture.w * height / picture.h;
        int h = wide ? picture.h * width / picture.w : height;
        Layer small = resized(picture, w, h);
        Layer boxed = new Layer(3, height, width).map(zero -> .5);
        for (int k = 0; k < 3; k++) {
            for (int y = 0; y < h; y++) {
                for (int x = 0; x < w; x++) {
                    boxed.put(k, (height - h) / 2 + y, (width - w) / 2 + x, small.at(k, y, x, 0));
                }
            }
        }
        return boxed;
    }

    private static Layer resized(Layer from, int w, int h) {
        Layer to = new Layer(3, h, w);
        for (int k = 0; k < 3; k++) {
            for (int y = 0; y < h; y++) {
                for (int x = 0; x < w; x++) {
                    double u = x * (from.w - 1.0) / (w - 1);
                    double v = y * (from.h - 1.0) / (h - 1);
                    int left = Math.min((int) u, from.w - 2);
                    int top = Math.min((int) v, from.h - 2);
                    double a = from.at(k, top, left, 0) * (1 - u + left) + from.at(k, top, left + 1, 0) * (u - left);
                    double b = from.at(k, top + 1, left, 0) * (1 - u + left)
                            + from.at(k, top + 1, left + 1, 0) * (u - left);
                    to.put(k, y, x, a * (1 - v + top) + b * (v - top));
                }
            }
        }
        return to;
    }

    private Layer other(int index) {
        return layers.get(index < 0 ? layers.size() + index : index);
    }

    private Layer layer(Map<String, String> section, Layer in) {
        return switch (section.get("")) {
            case "[convolutional]" -> convolution(section, in);
            case "[maxpool]" -> pool(section, in, true);
            case "[local_avgpool]" -> pool(section, in, false);
            case "[avgpool]" -> {
                Layer out = new Layer(in.c, 1, 1);
                for (int i = 0; i < in.x.length; i++) {
                    out.x[i / (in.h * in.w)] += in.x[i] / (in.h * in.w);
                }
                yield out;
            }
            case "[route]" -> route(section);
            case "[shortcut]" -> {
                Layer out = in.map(x -> x);
                for (double from : decimals(section.get("from"))) {
                    double[] added = other((int) from).x;
                    for (int i = 0; i < Math.min(added.length, out.x.length); i++) {
                        out.x[i] += added[i];
                    }
                }
                yield DarknetActivations.of(
                        section.getOrDefault("activation", "linear"), out.c, out.x, out.h, out.w, Layer::new);
            }
            case "[sam]", "[scale_channels]" -> {
                Layer from = other(number(section, "from", 0));
                Layer out = new Layer(from.c, from.h, from.w);
                for (int i = 0; i < out.x.length; i++) {
                    boolean each = section.get("").equals("[sam]");
                    boolean byPlace = number(section, "scale_wh", 0) == 1;
                    out.x[i] = from.x[i] * in.x[each ? i : byPlace ? i % (from.h * from.w) : i / (from.h * from.w)];
                }
                yield DarknetActivations.of(
                        section.getOrDefault("activation", "linear"), out.c, out.x, out.h, out.w, Layer::new);
            }
            case "[activation]" ->
                DarknetActivations.of(section.getOrDefault("activation", "linear"), in.c, in.x, in.h, in.w, Layer::new);
            case "[upsample]" -> {
                int s = number(section, "stride", 2);
                Layer out = new Layer(in.c, in.h * s, in.w * s);
                for (int i = 0; i < out.x.length; i++) {
                    out.x[i] = decimal(section, "scale", 1)
                            * in.at(i / (out.h * out.w), i / out.w % out.h / s, i % out.w / s, 0);
                }
                yield out;
            }
            case "[reorg]", "[reorg3d]" -> reorg(section, in);
            case "[dropout]", "[empty]" -> in;
            case "[yolo]", "[region]" -> new Layer(0, 0, 0);
            default -> throw new IllegalArgumentException(section.get(""));
        };
    }

    private Layer convolution(Map<String, String> section, Layer in) {
        int n = number(section, "filters", 1);
        int size = number(section, "size", 1);
        int sx = number(section, "stride_x", number(section, "stride", 1));
        int sy = number(section, "stride_y", number(section, "stride", 1));
        int d = number(section, "dilation", 1);
        int groups = number(section, "groups", 1);
        int pad = number(section, "pad", 0) != 0 ? size / 2 : number(section, "padding", 0);
        boolean normalised = number(section, "batch_normalize", 0) + number(section, "cbn", 0) != 0;
        double[] bias = next(n);
        double[] scale = normalised ? next(n) : null;
        double[] mean = normalised ? next(n) : null;
        double[] variance = normalised ? next(n) : null;
        int share = in.c / groups;
        double[] kernel = next(n * share * size * size);
        Layer out = new Layer(n, (in.h + 2 * pad - size) / sy + 1, (in.w + 2 * pad - size) / sx + 1);
        for (int f = 0; f < n; f++) {
            for (int y = 0; y < out.h; y++) {
                for (int x = 0; x < out.w; x++) {
                    double sum = 0;
                    for (int i = 0; i < share * size * size; i++) {
                        int k = f / (n / groups) * share + i / (size * size);
                        int row = y * sy + (i / size % size - pad) * d;
                        int column = x * sx + (i % size - pad) * d;
                        sum += kernel[f * share * size * size + i] * in.at(k, row, column, 0);
                    }
                    if (normalised) {
                        sum = (sum - mean[f]) / Math.sqrt(variance[f] + .00001) * scale[f];
                    }
                    out.put(f, y, x, sum + bias[f]);
                }
            }
        }
        return DarknetActivations.of(
                section.getOrDefault("activation", "logistic"), n, out.x, out.h, out.w, Layer::new);
    }

    private double[] next(int count) {
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = weights.getFloat();
        }
        return numbers;
    }

    private static Layer pool(Map<String, String> section, Layer in, boolean isMax) {
        int stride = number(section, "stride", 1);
        int sx = number(section, "stride_x", stride);
        int sy = number(section, "stride_y", stride);
        int size = number(section, "size", stride);
        int padding = number(section, "padding", size - 1);
        Layer out = new Layer(in.c, (in.h + padding - size) / sy + 1, (in.w + padding - size) / sx + 1);
        for (int i = 0; i < out.x.length; i++) {
            double best = -Float.MAX_VALUE;
            double sum = 0;
            int count = 0;
            for (int j = 0; j < size * size; j++) {
                int row = i / out.w % out.h * sy - padding / 2 + j / size;
                int column = i % out.w * sx - padding / 2 + j % size;
                double value = in.at(i / (out.h * out.w), row, column, Double.NaN);
                if (!Double.isNaN(value)) {
                    best = Math.max(best, value);
                    sum += value;
                    count++;
                }
            }
            out.x[i] = isMax ? best : sum / count;
        }
        return out;
    }

    private Layer route(Map<String, String> section) {
        int groups = number(section, "groups", 1);
        int group = number(section, "group_id", 0);
        List<Double> all = new ArrayList<>();
        Layer first = null;
        for (double index : decimals(section.get("layers"))) {
            Layer layer = other((int) index);
            first = first == null ? layer : first;
            int part = layer.x.length / groups;
            for (int i = 0; i < part; i++) {
                all.add(layer.x[group * part + i]);
            }
        }
        double[] x = all.stream().mapToDouble(Double::doubleValue).toArray();
        return new Layer(x.length / (first.h * first.w), first.h, first.w, x);
    }

    /** The one function that Darknet has for both, with the sizes that each gives it. */
    private static Layer reorg(Map<String, String> section, Layer in) {
        int s = number(section, "stride", 1);
        boolean reverse = number(section, "reverse", 0) != 0;
        Layer out =
                reverse ? new Layer(in.c / (s * s), in.h * s, in.w * s) : new Layer(in.c * s * s, in.h / s, in.w / s);
        Layer as = section.get("").equals("[reorg3d]") ? out : in;
        int few = as.c / (s * s);
        for (int k = 0; k < as.c; k++) {
            for (int y = 0; y < as.h; y++) {
                for (int x = 0; x < as.w; x++) {
                    int many = (k * as.h + y) * as.w + x;
                    int row = y * s + k / few / s;
                    int column = x * s + k / few % s;
                    int spread = (k % few * as.h * s + row) * as.w * s + column;
                    if (reverse) {
                        out.x[spread] = in.x[many];
                    } else {
                        out.x[many] = in.x[spread];
                    }
                }
            }
        }
        return out;
    }

    private void boxes(
            Map<String, String> section,
            Layer in,
            int pictureWidth,
            int pictureHeight,
            double threshold,
            List<Detection> to) {
        boolean region = section.get("").equals("[region]");
        int classes = number(section, "classes", 20);
        double[] anchors = decimals(section.get("anchors"));
        double[] mask =
                section.containsKey("mask") ? decimals(section.get("mask")) : new double[number(section, "num", 1)];
        boolean newCoords = number(section, "new_coords", 0) == 1;
        double alpha = decimal(section, "scale_x_y", 1);
        for (int m = 0; m < mask.length; m++) {
            int anchor = section.containsKey("mask") ? (int) mask[m] : m;
            for (int cell = 0; cell < in.h * in.w; cell++) {
                double[] t = new double[5 + classes];
                for (int i = 0; i < t.length; i++) {
                    double value = in.x[(m * t.length + i) * in.h * in.w + cell];
                    boolean isRaw = newCoords || i == 2 || i == 3 || region && i > 4;
                    t[i] = isRaw ? value : 1 / (1 + Math.exp(-value));
                }
                if (region && number(section, "classfix", 0) == -1 && t[4] < .5) {
                    t[4] = 0;
                }
                if (region && number(section, "softmax", 0) == 1) {
                    double sum = 0;
                    for (int i = 5; i < t.length; i++) {
                        t[i] = Math.exp(t[i]);
                        sum += t[i];
                    }
                    for (int i = 5; i < t.length; i++) {
                        t[i] /= sum;
                    }
                }
                if (!region && !(t[4] > threshold)) {
                    continue;
                }
                double x = (cell % in.w + t[0] * alpha - .5 * (alpha - 1)) / in.w;
                double y = (cell / in.w + t[1] * alpha - .5 * (alpha - 1)) / in.h;
                double w = newCoords ? t[2] * t[2] * 4 : Math.exp(t[2]);
                double h = newCoords ? t[3] * t[3] * 4 : Math.exp(t[3]);
                w *= anchors[2 * anchor] / (region ? in.w : width);
                h *= anchors[2 * anchor + 1] / (region ? in.h : height);
                for (int i = 0; i < classes; i++) {
                    if (t[4] * t[5 + i] > threshold) {
                        add(i, t[4] * t[5 + i], x, y, w, h, pictureWidth, pictureHeight, to);
                    }
                }
            }
        }
    }

    /** The way back to the picture. */
    private void add(
            int id, double score, double x, double y, double w, double h, int cols, int rows, List<Detection> to) {
        double partX = 1;
        double partY = 1;
        if (isLetterbox) {
            boolean wide = (float) width / cols < (float) height / rows;
            partX = wide ? 1 : (cols * height / rows) / (double) width;
            partY = wide ? (rows * width / cols) / (double) height : 1;
        }
        double left = ((x - w / 2) - (1 - partX) / 2) / partX * cols;
        double right = ((x + w / 2) - (1 - partX) / 2) / partX * cols;
        double top = ((y - h / 2) - (1 - partY) / 2) / partY * rows;
        double bottom = ((y + h / 2) - (1 - partY) / 2) / partY * rows;
        float x1 = (float) Math.max(0, Math.min(left, cols));
        float y1 = (float) Math.max(0, Math.min(top, rows));
        float x2 = (float) Math.max(0, Math.min(right, cols));
        float y2 = (float) Math.max(0, Math.min(bottom, rows));
        if (x2 > x1 && y2 > y1) {
            to.add(new Detection(id, (float) Math.min(score, 1), x1, y1, x2 - x1, y2 - y1));
        }
    }
}
