package io.sightlog.detect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to detect; what is null or empty is as the model's card says.
 *
 * @param conf confidence below which detections are dropped, 0..1
 * @param iou overlap above which the weaker of two boxes of one class is dropped, 0..1
 * @param classes labels, without case, or class ids to keep; empty for all
 * @param threads how many threads one inference uses, 1 or more
 */
public record DetectorOptions(
        @Nullable Float conf, @Nullable Float iou, List<String> classes, int threads) {
    /** Everything as the card says, one thread. */
    public static final DetectorOptions DEFAULT = new DetectorOptions(null, null, List.of(), 1);

    /** @throws IllegalArgumentException when a number is out of its range */
    public DetectorOptions {
        requireFraction("conf", conf);
        requireFraction("iou", iou);
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + "; wanted: 1 or more");
        }
        classes = List.copyOf(classes);
    }

    public DetectorOptions withConf(@Nullable Float value) {
        return new DetectorOptions(value, iou, classes, threads);
    }

    public DetectorOptions withIou(@Nullable Float value) {
        return new DetectorOptions(conf, value, classes, threads);
    }

    public DetectorOptions withClasses(List<String> values) {
        return new DetectorOptions(conf, iou, values, threads);
    }

    public DetectorOptions withThreads(int value) {
        return new DetectorOptions(conf, iou, classes, value);
    }

    private static void requireFraction(String name, @Nullable Float value) {
        if (value != null && !(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " is " + value + "; wanted: a number from 0 to 1");
        }
    }
}
