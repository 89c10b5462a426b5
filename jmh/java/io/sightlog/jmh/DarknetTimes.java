package io.sightlog.jmh;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;
import static org.bytedeco.opencv.global.opencv_dnn.blobFromImage;
import static org.bytedeco.opencv.global.opencv_dnn.readNetFromDarknet;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imread;

import io.sightlog.detect.Detector;
import io.sightlog.detect.DetectorOptions;
import io.sightlog.detect.Input;
import io.sightlog.detect.Model;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_dnn;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_core.StringVector;
import org.bytedeco.opencv.opencv_dnn.Net;

/**
 * Darknet nets here and in OpenCV's importer, picture by picture in turn, in one thread each; the thread's processor time, so that a
 * machine with other work does not matter much. Here it is {@code Detector.detect} with all it does; in OpenCV the picture's resize and the
 * net, without reading its outputs.
 *
 * <p>Started by {@code jmh/darknet}.
 */
final class DarknetTimes {
    private static final int WARM_UPS = 5;

    private DarknetTimes() {}

    public static void main(String[] args) {
        Loader.load(opencv_dnn.class);
        int rounds = Integer.parseInt(args[0]);
        System.out.println("| net | here, ms | OpenCV, ms | ratio | OpenCV without Winograd, ms | ratio |");
        System.out.println("|---|---|---|---|---|---|");
        try (Mat picture = imread(args[1])) {
            Sample.check(!picture.empty(), "no picture in " + args[1]);
            for (String cfg : Arrays.asList(args).subList(2, args.length)) {
                measure(cfg, picture, rounds);
            }
        }
    }

    private static void measure(String cfg, Mat picture, int rounds) {
        String weights = cfg.replaceFirst("cfg$", "weights");
        double[][] millis = new double[3][rounds];
        double[][] ratios = new double[2][rounds];
        try (Detector detector = Detector.open(Model.find(cfg), DetectorOptions.DEFAULT.withThreads(1));
                Net net = readNetFromDarknet(cfg, weights);
                Net plain = readNetFromDarknet(cfg, weights)) {
            setNumThreads(1);
            plain.enableWinograd(false);
            for (int round = -WARM_UPS; round < rounds; round++) {
                int at = Math.max(0, round);
                long began = nanos();
                detector.detect(picture);
                long here = nanos();
                forward(net, detector.card().input(), picture);
                long there = nanos();
                forward(plain, detector.card().input(), picture);
                long plainly = nanos();
                millis[0][at] = (here - began) / 1e6;
                millis[1][at] = (there - here) / 1e6;
                millis[2][at] = (plainly - there) / 1e6;
                ratios[0][at] = millis[0][at] / millis[1][at];
                ratios[1][at] = millis[0][at] / millis[2][at];
            }
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %s | %.1f | %s |%n",
                cfg.replaceFirst(".*/", ""),
                median(millis[0]),
                median(millis[1]),
                spread(ratios[0]),
                median(millis[2]),
                spread(ratios[1]));
    }

    private static void forward(Net net, Input input, Mat picture) {
        try (Mat blob = new Mat();
                Size size = new Size(input.width(), input.height());
                Scalar none = Scalar.all(0);
                StringVector names = net.getUnconnectedOutLayersNames();
                MatVector outputs = new MatVector()) {
            blobFromImage(picture, blob, 1 / 255.0, size, none, true, false, CV_32F);
            net.setInput(blob);
            net.forward(outputs, names);
        }
    }

    private static long nanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** The median, and from the first to the last quarter. */
    private static String spread(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "%.2f (%.2f–%.2f)",
                sorted[sorted.length / 2],
                sorted[sorted.length / 4],
                sorted[sorted.length * 3 / 4]);
    }
}
