package io.sightlog.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.journal.IdleStrategy;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class LatencyResultTest {
    private static final Machine MACHINE = new Machine(2, "a <fast> & \"new\" one", "Linux 6", "17", "tmpfs");

    /** Events of 1 .. n times a step. */
    private static Measured measured(int events, long stepNanos) {
        Histogram latency = Measured.histogram();
        for (int i = 1; i <= events; i++) {
            latency.recordValue(i * stepNanos);
        }
        return new Measured(latency, 1_000_000, 250_000);
    }

    private static LatencyResult result(IdleStrategy.Mode waiting, long... stepNanos) {
        LatencyPlan plan = new LatencyPlan(1000, 1, 10, 1, waiting, false);
        List<LatencyRound> rounds = java.util.Arrays.stream(stepNanos)
                .mapToObj(step -> LatencyRound.of(List.of(measured(1000, step)), 1000, 512, 77))
                .toList();
        return new LatencyResult(plan, rounds, MACHINE);
    }

    @Test
    void percentilesAreTheMedianOfTheRoundsAndTheSlowestIsKept() {
        LatencyResult result = result(IdleStrategy.Mode.FUTEX, 1, 300, 10);
        assertThat(result.percentile(50)).isEqualTo(5_003); // 5000, to three digits
        assertThat(result.lowest(50)).isEqualTo(500);
        assertThat(result.highest(50)).isBetween(150_000L, 150_150L);
        assertThat(result.highest(100)).isBetween(300_000L, 300_300L);
        assertThat(result.events()).isEqualTo(3000);
        assertThat(result.consumerCpuPercent()).isEqualTo(25);
    }

    @Test
    void whatAConsumerMeasuredSurvivesItsWayToTheParent() {
        Measured sent = measured(1000, 997);
        Measured got = Measured.parse(sent.text());
        assertThat(got).isEqualTo(sent);
        assertThat(got.latency().getValueAtPercentile(99))
                .isEqualTo(sent.latency().getValueAtPercentile(99));
    }

    @Test
    void aRoundInWhichAConsumerMissedEventsIsNone() {
        assertThatThrownBy(() -> LatencyRound.of(List.of(measured(1000, 1), measured(999, 1)), 1000, 512, 0))
                .hasMessageContaining("999 events of 1000");
    }

    @Test
    void thePlotIsWellFormedAndHasALineForEachRoundAndOneForTheirMedian() throws Exception {
        LatencyResult result = result(IdleStrategy.Mode.SPIN, 1, 300, 10);
        for (String text : List.of(LatencyPlot.svg(result), LatencyPlot.html(result))) {
            Document document = parse(text);
            assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(4);
            assertThat(document.getDocumentElement().getTextContent())
                    .contains("a <fast> & \"new\" one", "90 %", "slowest", "10 µs", "latency", "Too few cores")
                    .contains("1,000 events/s of 512 bytes");
            assertThat(text).doesNotContain("href", "<script", "NaN", "Infinity");
        }
        assertThat(LatencyPlot.svg(result(IdleStrategy.Mode.FUTEX, 1))).doesNotContain("Too few cores");
    }

    @Test
    void aSingleEventCanBePlotted() throws Exception {
        LatencyResult one = new LatencyResult(
                new LatencyPlan(1, 1, 0, 1, IdleStrategy.Mode.PARK, false),
                List.of(LatencyRound.of(List.of(measured(1, 5)), 1, 192, 0)),
                MACHINE);
        assertThat(LatencyPlot.svg(one)).doesNotContain("NaN", "Infinity");
        parse(LatencyPlot.svg(one));
    }

    /** Without its DOCTYPE an HTML document of ours is XML, too. */
    private static Document parse(String text) throws Exception {
        byte[] bytes = text.replace("<!DOCTYPE html>", "").strip().getBytes(StandardCharsets.UTF_8);
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(bytes));
    }
}
