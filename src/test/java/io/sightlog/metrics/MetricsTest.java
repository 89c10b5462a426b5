package io.sightlog.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    private String text() {
        return new String(PrometheusText.of(metrics.families()), StandardCharsets.UTF_8);
    }

    @Test
    void areTextThatPrometheusReads() {
        metrics.counter("sightlog_events_total", "Events appended.", "source", "kind")
                .of("door", "frame")
                .add(3);
        metrics.gauge("sightlog_disk_free_bytes", "Free.").of().set(1.5e9);
        Histogram stage = metrics.histogram("sightlog_stage_seconds", "Time in a stage.", List.of(.001, .1), "stage");
        stage.of("infer").observeNanos(1_000_000);
        stage.of("infer").observe(.05);
        stage.of("infer").observe(7);
        stage.of("infer").observe(Double.NaN);
        assertThat(text()).isEqualTo("""
                        # HELP sightlog_disk_free_bytes Free.
                        # TYPE sightlog_disk_free_bytes gauge
                        sightlog_disk_free_bytes 1.5E9
                        # HELP sightlog_events_total Events appended.
                        # TYPE sightlog_events_total counter
                        sightlog_events_total{kind="frame",source="door"} 3.0
                        # HELP sightlog_stage_seconds Time in a stage.
                        # TYPE sightlog_stage_seconds histogram
                        sightlog_stage_seconds_bucket{stage="infer",le="0.001"} 1
                        sightlog_stage_seconds_bucket{stage="infer",le="0.1"} 2
                        sightlog_stage_seconds_bucket{stage="infer",le="+Inf"} 3
                        sightlog_stage_seconds_count{stage="infer"} 3
                        sightlog_stage_seconds_sum{stage="infer"} 7.051
                        """);
        assertThat(PrometheusText.CONTENT_TYPE).startsWith("text/plain; version=0.0.4");
        assertThat(stage.of("infer").count()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void keepEveryLabelWhateverIsInIt(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String odd = "\\\"\n\r\t\0{}=,# é🚪\u2028\u0085ax";
        int[] points = odd.codePoints().toArray();
        Gauge gauge = metrics.gauge("sightlog_odd", "A \"help\" with \\ and\na line.", "a", "b");
        List<List<String>> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            List<String> labels = new ArrayList<>();
            for (int label = 0; label < 2; label++) {
                StringBuilder value = new StringBuilder();
                for (int n = random.nextInt(6); n > 0; n--) {
                    value.appendCodePoint(points[random.nextInt(points.length)]);
                }
                labels.add(value.toString());
            }
            gauge.of(labels.get(0), labels.get(1)).set(i);
            expected.remove(labels);
            expected.add(labels);
        }
        List<Exposition.Sample> samples = Exposition.parse(text());
        assertThat(samples.stream().map(Exposition.Sample::labels).map(l -> List.of(l.get("a"), l.get("b"))))
                .as("seed=%d", seed)
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(text()).contains("# HELP sightlog_odd A \"help\" with \\\\ and\\na line.\n");
    }

    /** Skipped where it is missing, unless the environment has {@code SIGHTLOG_REQUIRE_TOOLS=true}. */
    @Test
    void haveNothingThatPromtoolFindsWhateverIsInALabel(@TempDir Path temp) throws Exception {
        keepEveryLabelWhateverIsInIt(4);
        metrics.counter("sightlog_events_total", "Events.").of().add(1);
        metrics.histogram("sightlog_stage_seconds", "Time in a stage.", List.of(.001, .1), "stage")
                .of("a\n\"b\"")
                .observe(.05);
        Promtool.findsNothingIn(temp, text());
    }

    @Test
    void haveAnEnd() {
        Counter counter = metrics.counter("sightlog_detections_total", "Detections.", "label");
        IntStream.range(0, 3 * Metrics.MOST_SERIES)
                .forEach(i -> counter.of("label " + i).add(1));
        counter.of("label 0").add(1);
        List<Family.Point> points = metrics.families().get(0).points();
        assertThat(points).hasSize(Metrics.MOST_SERIES + 1);
        assertThat(points.stream().mapToDouble(Family.Point::value).sum()).isEqualTo(3 * Metrics.MOST_SERIES + 1);
        assertThat(counter.of(Metrics.OTHERS).value()).isEqualTo(2 * Metrics.MOST_SERIES);
        assertThat(counter.of("label 0").value()).isEqualTo(2);
    }

    @Test
    void withoutLabelsAreThereFromTheStart() {
        metrics.counter("sightlog_append_errors_total", "Errors.");
        assertThat(text()).contains("\nsightlog_append_errors_total 0.0\n");
    }

    @Test
    void ofASourceAreAskedForEachTime() {
        int[] asked = {0};
        metrics.add(() -> List.of(new Family(
                Family.Kind.GAUGE,
                "sightlog_asked",
                "How often.",
                List.of(),
                List.of(new Family.Point(List.of(), ++asked[0])))));
        assertThat(Exposition.parse(text()).get(0).value()).isEqualTo(1);
        assertThat(Exposition.parse(text()).get(0).value()).isEqualTo(2);
        metrics.gauge("sightlog_asked", "The same name.");
        assertThatThrownBy(metrics::families).hasMessage("metric sightlog_asked comes from two sources");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "events_total|is no name of a metric here",
                "sightlog_Events_total|is no name of a metric here",
                "sightlog_events-total|is no name of a metric here",
                "sightlog|is no name of a metric here",
                "sightlog_events|counters, and only they, end with _total",
            })
    void refuseNamesThatPrometheusWouldNotLike(String name, String message) {
        assertThatThrownBy(() -> metrics.counter(name, "Help."))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refuseUnitsThatAreNoBaseUnitsAndLabelsThatAreTaken() {
        for (String name :
                List.of("sightlog_age_nanos", "sightlog_age_ms", "sightlog_used_percent", "sightlog_x_bucket")) {
            assertThatThrownBy(() -> metrics.gauge(name, "Help.")).hasMessageContaining("the unit last");
        }
        assertThatThrownBy(() -> metrics.gauge("sightlog_x_total", "Help.")).hasMessageContaining("_total");
        for (String label : List.of("le", "quantile", "__name__", "A", "a-b", "")) {
            assertThatThrownBy(() -> metrics.gauge("sightlog_x", "Help.", label))
                    .hasMessageContaining("label's name");
        }
        List<List<Double>> wrong = List.of(
                List.of(),
                List.of(1.0, 1.0),
                List.of(2.0, 1.0),
                List.of(Double.NaN),
                List.of(Double.POSITIVE_INFINITY));
        for (List<Double> bounds : wrong) {
            assertThatThrownBy(() -> metrics.histogram("sightlog_x_seconds", "Help.", bounds))
                    .hasMessageContaining("ascending");
        }
        metrics.gauge("sightlog_x", "Help.", "a");
        assertThatThrownBy(() -> metrics.gauge("sightlog_x", "Help."))
                .hasMessage("there is a metric sightlog_x already");
        assertThatThrownBy(() -> metrics.gauge("sightlog_y", "Help.", "a").of())
                .hasMessage("sightlog_y has 1 labels, not []");
        Counter.One one = metrics.counter("sightlog_z_total", "Help.").of();
        assertThatThrownBy(() -> one.add(-1)).hasMessage("a counter only grows: -1");
    }
}
