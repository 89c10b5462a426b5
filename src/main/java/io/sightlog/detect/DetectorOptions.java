package io.sightlog.detect;

import io.sightlog.detect.internal.engine.Engine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to detect; what is null or empty is as the model's card says.
 *
 * @param conf confidence below which detections are dropped, 0..1
 * @param iou overlap above which the weaker of two boxes of one class is dropped, 0..1
 * @param classes labels, without case, or class ids to keep; empty for all
 * @param threads how many threads one inference uses; {@link #AUTO_THREADS} for as many as are best here
 * @param imgsz size of the input, for a model that leaves it open; null as the model says
 * @param device what runs the model
 */
public record DetectorOptions(
        @Nullable Float conf,
        @Nullable Float iou,
        List<String> classes,
        int threads,
        @Nullable ImageSize imgsz,
        Device device) {
    /** As many as {@link Threads#best()} says. */
    public static final int AUTO_THREADS = 0;
    /** More help no machine, and take its memory. */
    public static final int MAX_THREADS = 1024;

    /** Everything as the model says, as many threads as are best here, on the processor. */
    public static final DetectorOptions DEFAULT =
            new DetectorOptions(null, null, List.of(), AUTO_THREADS, null, Device.CPU);

    /**
     * Size of a model's input in pixels.
     *
     * @param width 1 to {@link Input#MAX_SIDE}
     * @param height likewise
     */
    public record ImageSize(int width, int height) {
        /** @throws IllegalArgumentException when a side is out of its range */
        public ImageSize {
            if (Math.min(width, height) < 1 || Math.max(width, height) > Input.MAX_SIDE) {
                throw new IllegalArgumentException(
                        "imgsz is " + height + "," + width + "; wanted: sides of 1 to " + Input.MAX_SIDE + " pixels");
            }
        }
    }

    /**
     * What runs a model.
     *
     * @param cuda number of the GPU, or null for the processor
     */
    public record Device(@Nullable Integer cuda) {
        public static final Device CPU = new Device(null);

        /** {@code cpu}, {@code cuda:0}. */
        @Override
        public String toString() {
            return cuda == null ? "cpu" : "cuda:" + cuda;
        }
    }

    /** @throws IllegalArgumentException when a number is out of its range */
    public DetectorOptions {
        requireFraction("conf", conf);
        requireFraction("iou", iou);
        if (threads < AUTO_THREADS || threads > MAX_THREADS) {
            throw new IllegalArgumentException("threads is " + threads + "; wanted: 1 to " + MAX_THREADS);
        }
        classes = List.copyOf(classes);
    }

    public DetectorOptions withConf(@Nullable Float value) {
        return new DetectorOptions(value, iou, classes, threads, imgsz, device);
    }

    public DetectorOptions withIou(@Nullable Float value) {
        return new DetectorOptions(conf, value, classes, threads, imgsz, device);
    }

    public DetectorOptions withClasses(List<String> values) {
        return new DetectorOptions(conf, iou, values, threads, imgsz, device);
    }

    public DetectorOptions withThreads(int value) {
        return new DetectorOptions(conf, iou, classes, value, imgsz, device);
    }

    public DetectorOptions withImgsz(@Nullable ImageSize value) {
        return new DetectorOptions(conf, iou, classes, threads, value, device);
    }

    public DetectorOptions withDevice(Device value) {
        return new DetectorOptions(conf, iou, classes, threads, imgsz, value);
    }

    /** The threads it comes to. */
    public Threads effectiveThreads() {
        return threads == AUTO_THREADS ? Threads.best() : new Threads(threads, "as asked for");
    }

    Engine.Settings engine() {
        return new Engine.Settings(effectiveThreads().count(), device.cuda());
    }

    private static void requireFraction(String name, @Nullable Float value) {
        if (value != null && !(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " is " + value + "; wanted: a number from 0 to 1");
        }
    }
}
