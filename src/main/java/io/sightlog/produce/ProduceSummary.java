package io.sightlog.produce;

import io.sightlog.journal.Position;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What a run of a producer did. Durations are in nanoseconds. One thread. */
public final class ProduceSummary {
    private static final long HIGHEST_NANOS = 3_600_000_000_000L;

    private final Map<String, Long> detectionsByLabel = new TreeMap<>();
    private final Histogram decode = new Histogram(HIGHEST_NANOS, 3);
    private final Histogram infer = new Histogram(HIGHEST_NANOS, 3);
    private final Histogram other = new Histogram(HIGHEST_NANOS, 3);
    private final Histogram append = new Histogram(HIGHEST_NANOS, 3);
    private final long beganNanos = System.nanoTime();

    private long elapsedNanos;
    private long frames;
    private long skips;
    private long firstIndex = -1;
    private long lastIndex = -1;

    void looked(long decodeNanos, long inferNanos, long otherNanos) {
        frames++;
        record(decode, decodeNanos);
        record(infer, inferNanos);
        record(other, otherNanos);
    }

    private static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.max(0, Math.min(nanos, HIGHEST_NANOS)));
    }

    void skipped() {
        skips++;
    }

    void saw(@Nullable String label) {
        detectionsByLabel.merge(String.valueOf(label), 1L, Long::sum);
    }

    void appended(long index, long nanos) {
        firstIndex = firstIndex < 0 ? index : firstIndex;
        lastIndex = index;
        record(append, nanos);
    }

    void ended() {
        elapsedNanos = System.nanoTime() - beganNanos;
    }

    /** Frames that were looked at. */
    public long frames() {
        return frames;
    }

    /** Frames that could not be looked at. */
    public long skips() {
        return skips;
    }

    public Map<String, Long> detectionsByLabel() {
        return detectionsByLabel;
    }

    public Histogram decodeNanos() {
        return decode;
    }

    public Histogram inferNanos() {
        return infer;
    }

    /** What the detector does around inference: fitting the picture to the model, reading its output. */
    public Histogram aroundInferenceNanos() {
        return other;
    }

    public Histogram appendNanos() {
        return append;
    }

    /** Null when nothing was appended. */
    public @Nullable Position firstPosition() {
        return firstIndex < 0 ? null : new Position(firstIndex, 0);
    }

    /** Null when nothing was appended. */
    public @Nullable Position lastPosition() {
        return lastIndex < 0 ? null : new Position(lastIndex, 0);
    }

    /** Frames and skips a second, over the whole run. */
    public double framesPerSecond() {
        return elapsedNanos == 0 ? 0 : (frames + skips) * 1e9 / elapsedNanos;
    }
}
