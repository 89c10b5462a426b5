package io.sightlog.produce;

import io.sightlog.capture.live.CameraState;
import io.sightlog.journal.Journal;
import io.sightlog.metrics.Counter;
import io.sightlog.metrics.Family;
import io.sightlog.metrics.Family.Kind;
import io.sightlog.metrics.Family.Point;
import io.sightlog.metrics.Gauge;
import io.sightlog.metrics.Histogram;
import io.sightlog.metrics.JournalState;
import io.sightlog.metrics.Metrics;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What a producer does, as metrics; a frame costs some adders and a look into a map. Any thread. */
public final class ProduceMetrics {
    /** Upper bounds of buckets, in seconds: from a small picture to a large model on a slow core. */
    private static final List<Double> SECONDS =
            List.of(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1.0, 2.5, 5.0, 10.0);

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;

    private final Metrics metrics = new Metrics();
    private final Counter frames;
    private final Counter skips;
    private final Counter detections;
    private final Histogram.One decode;
    private final Histogram.One infer;
    private final Gauge.One last;

    /** Why there was nothing to look at; the values of the label {@code kind}. */
    public enum SkipKind {
        /** A picture, or a frame of a video, could not be read. */
        FILE,
        /** A camera is gone, or what it sent could not be read. */
        CAMERA,
        /** The detector failed. */
        DETECTOR,
        /** What another program has put into shared memory makes no sense. */
        SEGMENT
    }

    public ProduceMetrics() {
        frames = metrics.counter("sightlog_produce_frames_total", "Frames that were looked at.", "stream");
        skips = metrics.counter("sightlog_produce_skips_total", "Frames that could not be looked at.", "kind");
        for (SkipKind kind : SkipKind.values()) {
            skips.of(text(kind)); // 0 until something happens, rather than not there
        }
        detections = metrics.counter("sightlog_produce_detections_total", "Detections that were appended.", "stream");
        decode = metrics.histogram("sightlog_produce_decode_seconds", "Reading and decoding a frame.", SECONDS)
                .of();
        infer = metrics.histogram("sightlog_produce_inference_seconds", "Inference of a frame.", SECONDS)
                .of();
        last = metrics.gauge(
                        "sightlog_produce_last_append_timestamp_seconds",
                        "When this process last appended an event, since the epoch; 0 never.")
                .of();
    }

    public Metrics metrics() {
        return metrics;
    }

    /** A frame, in which so much was found. */
    public void looked(String stream, int found) {
        frames.of(stream).add(1);
        detections.of(stream).add(found);
    }

    /** So long, for one frame. */
    void took(long decodeNanos, long inferNanos) {
        decode.observeNanos(decodeNanos);
        infer.observeNanos(inferNanos);
    }

    public void skipped(SkipKind kind) {
        skips.of(text(kind)).add(1);
    }

    /** An event is in the journal. */
    public void appended() {
        last.set(System.currentTimeMillis() / MILLIS_PER_SECOND);
    }

    private static String text(SkipKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** Shows how large the journal is, too; its files are looked at each time that the metrics are read. */
    public void add(Journal journal) {
        metrics.add(() -> JournalState.sizes(journal));
    }

    /** Shows how cameras are doing, too. */
    public void add(Supplier<List<CameraState>> cameras) {
        metrics.add(() -> families(cameras.get()));
    }

    private static List<Family> families(List<CameraState> cameras) {
        return List.of(
                each(cameras, Kind.COUNTER, "sightlog_camera_arrived_total", "Frames that came.", CameraState::arrived),
                each(
                        cameras,
                        Kind.COUNTER,
                        "sightlog_camera_dropped_total",
                        "Frames that came and were not looked at.",
                        CameraState::dropped),
                each(
                        cameras,
                        Kind.COUNTER,
                        "sightlog_camera_reconnects_total",
                        "How often it was connected anew.",
                        CameraState::reconnects),
                each(
                        cameras,
                        Kind.GAUGE,
                        "sightlog_camera_live",
                        "Whether it delivers.",
                        camera -> camera.phase() == CameraState.Phase.LIVE ? 1 : 0),
                each(
                        cameras,
                        Kind.GAUGE,
                        "sightlog_camera_last_frame_timestamp_seconds",
                        "When its last frame came, since the epoch; 0 never.",
                        camera -> camera.lastArrivalNanos() / NANOS_PER_SECOND));
    }

    private static Family each(
            List<CameraState> cameras, Kind kind, String name, String help, Function<CameraState, Number> value) {
        Stream<Point> points = cameras.stream()
                .limit(Metrics.MOST_SERIES)
                .map(camera ->
                        new Point(List.of(camera.stream()), value.apply(camera).doubleValue()));
        return new Family(kind, name, help, List.of("stream"), points.toList());
    }
}
