package io.sightlog.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsServerTest {
    static {
        // other tests of this process have servers that answer for minutes; limits are tested in HostileClientsTest
        System.setProperty("sun.net.httpserver.maxReqTime", "-1");
        System.setProperty("sun.net.httpserver.maxRspTime", "-1");
    }

    private final Metrics metrics = new Metrics();
    private final AtomicLong now = new AtomicLong();
    private final Liveness liveness = new Liveness(Duration.ofSeconds(30), now::get);
    private final AtomicReference<@Nullable String> notReady = new AtomicReference<>();
    private MetricsServer server;

    @TempDir
    Path temp;

    @BeforeEach
    void begin() {
        metrics.counter("sightlog_frames_total", "Frames looked at.", "stream")
                .of("front \"door\"")
                .add(3);
        metrics.histogram("sightlog_stage_seconds", "Time in a stage.", List.of(.001, .1))
                .of()
                .observe(.05);
        server = start("0");
    }

    private MetricsServer start(String address) {
        return MetricsServer.start(ListenAddress.parse(address), metrics, liveness, notReady::get);
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void servesTheTextOfPrometheus() throws Exception {
        RawHttp.Answer answer = RawHttp.get(server.address(), "/metrics");
        assertThat(answer.code()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.header("Content-Length"))
                .isEqualTo(Integer.toString(answer.body().length()));
        assertThat(Exposition.parse(answer.body()))
                .extracting(Exposition.Sample::name)
                .containsOnlyOnce("sightlog_frames_total", "sightlog_stage_seconds_count");
        metrics.gauge("sightlog_later", "Made later.").of().set(1);
        assertThat(RawHttp.get(server.address(), "/metrics?a=b").body()).contains("\nsightlog_later 1.0\n");
    }

    @Test
    void servesOpenMetricsToWhoAsksForIt() throws Exception {
        RawHttp.Answer answer = RawHttp.ask(
                server.address(),
                "GET /metrics HTTP/1.1",
                "Host: localhost",
                "Accept: application/openmetrics-text;version=1.0.0");
        assertThat(answer.header("Content-Type"))
                .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(answer.body())
                .contains("# TYPE sightlog_frames counter\n")
                .contains("sightlog_frames_total{stream=\"front \\\"door\\\"\"} 3.0\n")
                .doesNotContain("_created")
                .endsWith("# EOF\n");
    }

    /** Skipped where Python has no prometheus_client, unless the environment has {@code SIGHTLOG_REQUIRE_TOOLS=true}. */
    @ParameterizedTest
    @ValueSource(strings = {"plain", "openmetrics"})
    void isScrapedByPrometheusOwnClient(String form) throws Exception {
        assertThat(PrometheusClient.samples(temp, "http://" + server.address() + "/metrics", form))
                .contains(
                        "sightlog_frames_total{stream=front \"door\"} 3.0",
                        "sightlog_stage_seconds_bucket{le=0.1} 1" + (form.equals("plain") ? ".0" : ""));
    }

    @Test
    void saysWhetherTheLoopLivesAndWhetherItIsReady() throws Exception {
        assertThat(RawHttp.get(server.address(), "/healthz"))
                .extracting(RawHttp.Answer::code, RawHttp.Answer::body)
                .containsExactly(200, "alive\n");
        assertThat(RawHttp.get(server.address(), "/readyz"))
                .extracting(RawHttp.Answer::code, RawHttp.Answer::body)
                .containsExactly(200, "ready\n");
        notReady.set("the broker is away:\r\nno route");
        now.addAndGet(Duration.ofSeconds(31).toNanos());
        assertThat(RawHttp.get(server.address(), "/healthz"))
                .extracting(RawHttp.Answer::code, RawHttp.Answer::body)
                .containsExactly(503, "the loop has not come round for 31 s, the limit is 30 s\n");
        assertThat(RawHttp.get(server.address(), "/readyz"))
                .extracting(RawHttp.Answer::code, RawHttp.Answer::body)
                .containsExactly(503, "the broker is away: no route\n");
        liveness.beat();
        assertThat(RawHttp.get(server.address(), "/healthz").code()).isEqualTo(200);
    }

    @Test
    void answersHeadLikeGetWithoutTheBody() throws Exception {
        RawHttp.Answer get = RawHttp.get(server.address(), "/metrics");
        RawHttp.Answer head = RawHttp.ask(server.address(), "HEAD /metrics HTTP/1.1", "Host: localhost");
        assertThat(head.code()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "get", "X"})
    void answersNoOtherMethod(String method) throws Exception {
        RawHttp.Answer answer = RawHttp.ask(server.address(), method + " /metrics HTTP/1.1", "Host: localhost");
        assertThat(answer.code()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
        assertThat(answer.body().lines()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics/", "/metricsx", "/Metrics", "/../metrics", "/healthz/x"})
    void saysWhatThereIsWhereThereIsNothing(String path) throws Exception {
        RawHttp.Answer answer = RawHttp.get(server.address(), path);
        assertThat(answer.code()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("there are /metrics, /healthz and /readyz\n");
    }

    @Test
    void takesNoBody() throws Exception {
        for (String body :
                List.of("Content-Length: 2\r\n\r\nab", "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n")) {
            try (Socket socket = RawHttp.connect(server.address())) {
                socket.getOutputStream()
                        .write(("GET /metrics HTTP/1.1\r\nHost: localhost\r\n" + body)
                                .getBytes(StandardCharsets.UTF_8));
                assertThat(RawHttp.all(socket.getInputStream()))
                        .startsWith("HTTP/1.1 400 ")
                        .endsWith("no request here has a body\n");
            }
        }
    }

    @Test
    void namesNoVersionAndNoProgram() throws Exception {
        for (String path : List.of("/metrics", "/healthz", "/nothing")) {
            RawHttp.Answer answer = RawHttp.get(server.address(), path);
            assertThat(answer.headers())
                    .noneMatch(line -> line.toLowerCase().startsWith("server:"))
                    .noneMatch(line -> line.toLowerCase().startsWith("x-powered-by"))
                    .noneMatch(line -> line.toLowerCase().startsWith("access-control-"));
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        }
    }

    @Test
    void aSourceThatFailsIsOneLine() throws Exception {
        metrics.add(() -> {
            throw new IllegalStateException("the disk\nis gone");
        });
        RawHttp.Answer answer = RawHttp.get(server.address(), "/metrics");
        assertThat(answer.code()).isEqualTo(500);
        assertThat(answer.body()).isEqualTo("the metrics cannot be read: the disk is gone\n");
        assertThat(RawHttp.get(server.address(), "/healthz").code()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:80",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "",
                "[::2]"
            })
    void onLoopbackAnotherNameIsRefused(String host) throws Exception {
        RawHttp.Answer answer = RawHttp.ask(server.address(), "GET /metrics HTTP/1.1", "Host: " + host);
        assertThat(answer.code()).isEqualTo(421);
        assertThat(answer.body()).doesNotContain("sightlog_");
    }

    @Test
    void onLoopbackTwoNamesAreRefused() throws Exception {
        assertThat(RawHttp.ask(server.address(), "GET /metrics HTTP/1.1", "Host: localhost", "Host: evil.example")
                        .code())
                .isEqualTo(421);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:9464", "127.0.0.1", "127.0.0.1:9464", "[::1]:9464"})
    void onLoopbackItsOwnNamesAreTaken(String host) throws Exception {
        assertThat(RawHttp.ask(server.address(), "GET /metrics HTTP/1.1", "Host: " + host)
                        .code())
                .isEqualTo(200);
        assertThat(RawHttp.ask(server.address(), "GET /metrics HTTP/1.0").code())
                .isEqualTo(200);
    }

    @Test
    void onAllNetworksEveryNameIsTaken() throws Exception {
        try (MetricsServer open = start("0.0.0.0:0")) {
            assertThat(RawHttp.ask(open.address(), "GET /healthz HTTP/1.1", "Host: box-7.lan:9464")
                            .code())
                    .isEqualTo(200);
        }
    }

    @Test
    void aPortThatIsTakenIsOneLineWithWhatToDo() {
        assertThatThrownBy(() -> start(server.address().toString()))
                .isInstanceOf(ListenException.class)
                .hasMessage("cannot serve metrics at " + server.address()
                        + ": something listens there already; take another port, or 0 for any that is free");
    }

    @Test
    void anAddressThatCannotBeHadIsOneLine() {
        assertThatThrownBy(() -> start("192.0.2.7:0"))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("no network of this machine has that address");
        assertThatThrownBy(() -> start("no-such-host.invalid:0"))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("there is no host no-such-host.invalid");
    }

    @Test
    void severalRequestsGoOverOneConnection() throws Exception {
        try (Socket socket = RawHttp.connect(server.address())) {
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream()
                        .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                StringBuilder text = new StringBuilder();
                while (text.indexOf("alive\n") < 0) {
                    int read = socket.getInputStream().read();
                    assertThat(read).as("after %s", text).isNotNegative();
                    text.append((char) read);
                }
                assertThat(text).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void itsThreadsKeepNoProcessAlive() throws Exception {
        RawHttp.get(server.address(), "/healthz");
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().matches("HTTP-Dispatcher|metrics-\\d+"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
    }

    @Test
    void closesWithinASecondWhateverClientsDo() throws Exception {
        try (Socket silent = RawHttp.connect(server.address());
                Socket half = RawHttp.connect(server.address())) {
            half.getOutputStream().write("GET /metr".getBytes(StandardCharsets.UTF_8));
            RawHttp.get(server.address(), "/healthz");
            long began = System.nanoTime();
            server.close();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
            assertThat(RawHttp.all(silent.getInputStream())).isEmpty();
        }
    }
}
