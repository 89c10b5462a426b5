package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.bridge.kafka.KafkaBroker;
import io.sightlog.capture.live.MjpegServer;
import io.sightlog.metrics.PrometheusClient;
import io.sightlog.metrics.Promtool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --metrics} of processes that run: what they count, and whether they say that they live and are ready. */
@Tag("slow")
final class MetricsTest {
    private static final String SERVED = "metrics at http://";

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private String queue() {
        return folder.resolve("q").toString();
    }

    /** Where it serves, without a path. */
    private static String where(Sightlog process) {
        process.awaitErr(SERVED);
        String line = process.err().stream()
                .filter(each -> each.startsWith(SERVED))
                .findFirst()
                .orElseThrow();
        return line.substring(line.indexOf("http://"), line.lastIndexOf("/metrics"));
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(20))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private int code(String url) throws IOException, InterruptedException {
        return get(url).statusCode();
    }

    /** As Prometheus' own client reads them: name and labels, value. */
    private Map<String, Double> metrics(String where) throws Exception {
        Map<String, Double> values = new HashMap<>();
        for (String line : PrometheusClient.samples(folder, where + "/metrics")) {
            int end = line.lastIndexOf(' ');
            String value =
                    line.substring(end + 1).replace("inf", "Infinity").replace("nan", "NaN"); // as Python says it
            values.put(line.substring(0, end), Double.parseDouble(value));
        }
        return values;
    }

    private Map<String, Double> awaitMetrics(String where, Predicate<Map<String, Double>> wanted) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (true) {
            Map<String, Double> values = metrics(where);
            if (wanted.test(values)) {
                return values;
            }
            assertThat(System.nanoTime()).as("%s", values).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100); // asks again, until the deadline
        }
    }

    private void awaitCode(String url, int wanted) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        for (HttpResponse<String> answer = get(url); answer.statusCode() != wanted; answer = get(url)) {
            assertThat(System.nanoTime()).as("%s: %s", url, answer.body()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100); // asks again, until the deadline
        }
    }

    @Test
    void camerasAreCountedAndOneThatDeliversMakesItReady() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (Sightlog produce = Sightlog.start(
                "produce",
                "-q",
                queue(),
                "--metrics",
                "0",
                "--fps",
                "10",
                "front=http://localhost:" + port + "/cam",
                "yard=rtsp://127.0.0.1:1/cam")) {
            String where = where(produce);
            assertThat(code(where + "/healthz")).isEqualTo(200);
            produce.awaitErr("yard: no picture: ");
            HttpResponse<String> ready = get(where + "/readyz");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).startsWith("no camera delivers: front").contains("yard (");
            try (MjpegServer front = new MjpegServer(port, null)) {
                awaitCode(where + "/readyz", 200);
                Map<String, Double> values = awaitMetrics(
                        where, now -> now.getOrDefault("sightlog_produce_frames_total{stream=front}", 0.0) >= 3);
                assertThat(values.get("sightlog_produce_detections_total{stream=front}"))
                        .isPositive();
                assertThat(values.get("sightlog_produce_skips_total{kind=camera}"))
                        .isGreaterThanOrEqualTo(2);
                assertThat(values.get("sightlog_produce_skips_total{kind=file}"))
                        .isZero();
                assertThat(values.get("sightlog_produce_inference_seconds_count{}"))
                        .isGreaterThanOrEqualTo(3);
                assertThat(values.get("sightlog_produce_decode_seconds_sum{}")).isPositive();
                assertThat(values.get("sightlog_produce_last_append_timestamp_seconds{}"))
                        .isGreaterThan(1.7e9);
                assertThat(values.get("sightlog_camera_live{stream=front}")).isEqualTo(1);
                assertThat(values.get("sightlog_camera_live{stream=yard}")).isZero();
                assertThat(values.get("sightlog_camera_arrived_total{stream=front}"))
                        .isGreaterThanOrEqualTo(3);
                assertThat(values.get("sightlog_camera_last_frame_timestamp_seconds{stream=yard}"))
                        .isZero();
                assertThat(values.get("sightlog_journal_bytes{}")).isPositive();
            }
            produce.interrupt();
            produce.await().expect(130);
        }
    }

    @Test
    void aBrokerThatIsStoppedIsNotReadyButAlive() throws Exception {
        Sightlog.feed(List.of("one"), "send", "-q", queue(), "door/front");
        try (KafkaBroker broker = new KafkaBroker(folder.resolve("kafka"))) {
            broker.createTopic("events", 1);
            try (Sightlog bridge = Sightlog.start(
                    "kafka",
                    "send",
                    "-q",
                    queue(),
                    "-b",
                    broker.bootstrap(),
                    "-t",
                    "events",
                    "--as",
                    "kafka",
                    "--metrics",
                    "127.0.0.1:0")) {
                String where = where(bridge);
                assertThat(code(where + "/healthz")).isEqualTo(200);
                awaitCode(where + "/readyz", 200);
                Map<String, Double> values =
                        awaitMetrics(where, now -> now.get("sightlog_bridge_acknowledged_total{}") == 1);
                assertThat(values).containsEntry("sightlog_bridge_connected{}", 1.0);
                assertThat(values.get("sightlog_bridge_last_acknowledged_timestamp_seconds{}"))
                        .isGreaterThan(1.7e9);
                awaitMetrics(where, now -> now.get("sightlog_bridge_in_flight{}") == 0);

                broker.stop();
                Sightlog.feed(List.of("two"), "send", "-q", queue(), "door/front");
                awaitCode(where + "/readyz", 503);
                assertThat(get(where + "/readyz").body()).contains("Kafka at " + broker.bootstrap());
                values = metrics(where);
                assertThat(values)
                        .containsEntry("sightlog_bridge_connected{}", 0.0)
                        .containsEntry("sightlog_bridge_lag_events{}", 1.0)
                        .containsEntry("sightlog_bridge_acknowledged_total{}", 1.0);
                assertThat(code(where + "/healthz")).isEqualTo(200);

                broker.start();
                awaitCode(where + "/readyz", 200);
                awaitMetrics(
                        where,
                        now -> now.get("sightlog_bridge_acknowledged_total{}") == 2
                                && now.get("sightlog_bridge_lag_events{}") == 0);
                assertThat(code(where + "/healthz")).isEqualTo(200);
                promtoolFindsNothing(broker, where);
                bridge.interrupt();
                bridge.await().expect(130);
            }
        }
    }

    /** In what the bridge at an address says, nor in that of one that receives what it sent. */
    private void promtoolFindsNothing(KafkaBroker broker, String sending) throws Exception {
        String in = folder.resolve("in").toString();
        try (Sightlog bridge = Sightlog.start(
                "kafka", "receive", "-q", in, "-b", broker.bootstrap(), "-t", "events", "--metrics", "0")) {
            String receiving = where(bridge);
            awaitMetrics(receiving, now -> now.get("sightlog_bridge_appended_total{}") == 2);
            for (String where : List.of(sending, receiving)) {
                Promtool.findsNothingIn(folder, get(where + "/metrics").body());
            }
        }
    }

    @Test
    void anAddressThatIsNoneOrIsTakenEndsItInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Sightlog.Done done = Sightlog.run(
                    "produce", "-q", queue(), "--metrics", "127.0.0.1:" + taken.getLocalPort(), "shm:sightlog-none");
            assertThat(done.code()).isEqualTo(1);
            assertThat(done.err())
                    .containsExactly("sightlog produce: cannot serve metrics at 127.0.0.1:" + taken.getLocalPort()
                            + ": something listens there already; take another port, or 0 for any that is free");
        }
        Sightlog.Done done = Sightlog.run("produce", "-q", queue(), "--metrics", "http://x:1", "shm:sightlog-none");
        assertThat(done.code()).isEqualTo(2);
        assertThat(done.err()).hasSize(1);
        assertThat(done.err().get(0)).contains("bad address \"http://x:1\"");
    }
}
