package io.sightlog.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Metrics as a Prometheus server reads them: its text format, version 0.0.4, and OpenMetrics 1.0.0. The only class that knows the library
 * for it.
 */
public final class PrometheusText {
    /** Of an answer that holds {@link #of}. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;
    /** Of an answer that holds {@link #openMetrics}. */
    public static final String OPEN_METRICS_CONTENT_TYPE = OpenMetricsTextFormatWriter.CONTENT_TYPE;

    private static final PrometheusTextFormatWriter WRITER = PrometheusTextFormatWriter.builder()
            .setIncludeCreatedTimestamps(false)
            .build();

    private static final OpenMetricsTextFormatWriter OPEN_METRICS_WRITER = OpenMetricsTextFormatWriter.builder()
            .setCreatedTimestampsEnabled(false)
            .build();

    private PrometheusText() {}

    /**
     * A text, and what it is.
     *
     * @param bytes UTF-8
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    public record Text(String contentType, byte[] bytes) {}

    /**
     * In the form that a client prefers.
     *
     * @param accept the header of its request, null without one
     */
    public static Text asked(@Nullable String accept, List<Family> families) {
        return Accept.prefersOpenMetrics(accept)
                ? new Text(OPEN_METRICS_CONTENT_TYPE, openMetrics(families))
                : new Text(CONTENT_TYPE, of(families));
    }

    /** UTF-8. */
    public static byte[] of(List<Family> families) {
        return written(WRITER, families);
    }

    /** The same as OpenMetrics, UTF-8, with its end mark. */
    public static byte[] openMetrics(List<Family> families) {
        return written(OPEN_METRICS_WRITER, families);
    }

    private static byte[] written(ExpositionFormatWriter writer, List<Family> families) {
        List<MetricSnapshot> snapshots = new ArrayList<>();
        families.forEach(family -> snapshots.add(snapshot(family)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.write(out, new MetricSnapshots(snapshots), EscapingScheme.ALLOW_UTF8);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory takes all
        }
        return out.toByteArray();
    }

    private static MetricSnapshot snapshot(Family family) {
        return switch (family.kind()) {
            case COUNTER -> counter(family);
            case GAUGE -> gauge(family);
            case HISTOGRAM -> histogram(family);
        };
    }

    private static MetricSnapshot counter(Family family) {
        String name = family.name().substring(0, family.name().length() - "_total".length()); // the writer adds it
        CounterSnapshot.Builder snapshot = CounterSnapshot.builder().name(name).help(family.help());
        for (Family.Point point : family.points()) {
            snapshot.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                    .labels(labels(family, point))
                    .value(point.value())
                    .build());
        }
        return snapshot.build();
    }

    private static MetricSnapshot gauge(Family family) {
        GaugeSnapshot.Builder snapshot =
                GaugeSnapshot.builder().name(family.name()).help(family.help());
        for (Family.Point point : family.points()) {
            snapshot.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                    .labels(labels(family, point))
                    .value(point.value())
                    .build());
        }
        return snapshot.build();
    }

    private static MetricSnapshot histogram(Family family) {
        List<Double> bounds = new ArrayList<>(family.bounds());
        bounds.add(Double.POSITIVE_INFINITY);
        HistogramSnapshot.Builder snapshot =
                HistogramSnapshot.builder().name(family.name()).help(family.help());
        for (Family.Point point : family.points()) {
            snapshot.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .labels(labels(family, point))
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, point.buckets()))
                    .sum(point.value())
                    .build());
        }
        return snapshot.build();
    }

    private static Labels labels(Family family, Family.Point point) {
        return Labels.of(
                family.labelNames().toArray(new String[0]), point.labels().toArray(new String[0]));
    }
}
