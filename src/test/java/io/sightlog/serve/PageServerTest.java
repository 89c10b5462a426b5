package io.sightlog.serve;

import static io.sightlog.serve.Served.bearer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.journal.Journal;
import io.sightlog.metrics.ListenAddress;
import io.sightlog.metrics.ListenException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a page's server answers, where it listens, and how it ends. */
@Timeout(60)
class PageServerTest {
    private static final Duration END = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    private Served page;

    @BeforeEach
    void serve() {
        page = new Served(folder);
    }

    @AfterEach
    void close() {
        page.close();
    }

    @Test
    void filesComeWithTheirTypeAndAreNotSentAgain() throws IOException {
        for (String path : List.of("/", "/page/main.js", "/page/style.css", "/page/icon.svg")) {
            Raw.Answer answer = page.get(path, bearer());
            assertThat(answer.code()).as(path).isEqualTo(200);
            assertThat(answer.header("Content-Type"))
                    .as(path)
                    .isEqualTo(
                            path.endsWith(".js")
                                    ? "text/javascript; charset=utf-8"
                                    : path.endsWith(".css")
                                            ? "text/css; charset=utf-8"
                                            : path.endsWith(".svg") ? "image/svg+xml" : "text/html; charset=utf-8");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
            String tag = answer.header("ETag");
            Raw.Answer again = page.get(path, bearer(), "If-None-Match: \"x\", W/" + tag);
            assertThat(again.code()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(page.get(path, bearer(), "If-None-Match: \"x\"").code()).isEqualTo(200);
        }
    }

    @Test
    void onlyWhatIsInTheListIsAFile() throws IOException {
        for (String path : List.of(
                "/page/",
                "/page",
                "/page/nothing.js",
                "/page/main.js/",
                "/page/Main.js",
                "/page/main%2ejs",
                "/index.html",
                "/favicon.ico",
                "/PageServer.class",
                "/page/PageServer.class",
                "/api",
                "/api/v1",
                "/api/v1/",
                "/api/v1/nothing",
                "/api/v2/info",
                "/metrics/",
                "/readyz")) {
            assertThat(page.get(path, bearer()).code()).as(path).isEqualTo(404);
        }
        for (String path : List.of(
                "/page/../page/main.js",
                "/page/./main.js",
                "//page/main.js",
                "/page//main.js",
                "/page/main.js;x=1",
                "/page/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
                "/page/..%2fPageServer.class",
                "/page/..%5cPageServer.class",
                "/page/%00",
                "/%2e",
                "/page/%",
                "/page/%c0%af")) {
            Raw.Answer answer = page.get(path, bearer());
            assertThat(answer.code()).as(path).isIn(400, 404);
            assertThat(answer.body()).as(path).startsWith("{\"error\":\"").hasSizeLessThan(120);
        }
    }

    @Test
    void everyAnswerHasTheHeadersThatKeepOthersOut() throws IOException {
        page.with(1, 1);
        for (Raw.Answer answer : List.of(
                page.get("/", bearer()),
                page.get("/page/main.js", bearer()),
                page.get("/api/v1/info", bearer()),
                page.get("/api/v1/events", bearer()),
                page.get("/api/v1/events?x=1", bearer()),
                page.get("/metrics", bearer()),
                page.get("/healthz"),
                page.get("/nothing", bearer()),
                page.get("/"),
                page.get("/?token=" + Served.TOKEN),
                page.get("/", "Host: evil.example"),
                page.get("/", "Origin: http://evil.example"),
                page.get("/%zz"),
                page.get("/", "X: " + "x".repeat(20_000)),
                Raw.ask(page.port(), "POST / HTTP/1.1"))) {
            assertThat(answer.headers())
                    .as("%s", answer)
                    .contains(
                            "X-Content-Type-Options: nosniff",
                            "Referrer-Policy: no-referrer",
                            "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
                                    + "img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
                                    + "frame-ancestors 'none'",
                            "Cross-Origin-Resource-Policy: same-origin",
                            "Cross-Origin-Opener-Policy: same-origin",
                            "X-Frame-Options: DENY")
                    .noneMatch(line -> line.startsWith("Server:") || line.startsWith("X-Powered-By"))
                    .noneMatch(line -> line.startsWith("Access-Control"));
            assertThat(answer.header("Cache-Control")).isIn("no-store", "no-cache");
            assertThat(answer.body()).doesNotContain("Jetty", "jetty", "java.", "\tat ");
        }
    }

    @Test
    void nothingIsTakenButGetAndHead() throws IOException {
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO", "get")) {
            Raw.Answer answer = Raw.ask(page.port(), method + " /api/v1/info HTTP/1.1", bearer());
            assertThat(answer.code()).as(method).isEqualTo(405);
            assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
        }
        Raw.Answer whole = page.get("/page/main.js", bearer());
        Raw.Answer head = Raw.ask(page.port(), "HEAD /page/main.js HTTP/1.1", bearer());
        assertThat(head.code()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.header("Content-Length")).isEqualTo(whole.header("Content-Length"));
        for (String path : List.of("/api/v1/info", "/api/v1/events", "/api/v1/live", "/metrics", "/healthz")) {
            assertThat(Raw.ask(page.port(), "HEAD " + path + " HTTP/1.1", bearer()))
                    .as(path)
                    .matches(answer -> answer.code() == 200 && answer.body().isEmpty());
        }
    }

    @Test
    void noRequestHasABody() throws IOException {
        try (Socket socket = Raw.connect(page.port())) {
            Raw.send(
                    socket,
                    "GET /healthz HTTP/1.1\r\nHost: localhost:" + page.port()
                            + "\r\nContent-Length: 1000000\r\n\r\nab");
            assertThat(Raw.answer(Raw.all(socket.getInputStream())).code()).isEqualTo(400);
        }
        assertThat(page.get("/healthz", "Content-Length: 0").code()).isEqualTo(200);
        assertThat(page.get("/healthz", "Transfer-Encoding: chunked").code()).isEqualTo(400);
    }

    @Test
    void whatIsTooLongOrNotSoundInTheAddressIsRefused() throws IOException {
        assertThat(page.get("/api/v1/info?" + "x".repeat(17_000), bearer()).code())
                .isIn(414, 431);
        assertThat(page.get("/api/v1/info", "X: " + "x".repeat(17_000), bearer())
                        .code())
                .isEqualTo(431);
        for (String query : List.of("%ff=1", "a=%zz", "a=%2", "a=%", "x=%c3%28", "x&".repeat(257))) {
            assertThat(page.get("/api/v1/events?" + query, bearer()).code())
                    .as(query)
                    .isEqualTo(400);
        }
        Raw.Answer unknown = page.get("/api/v1/events?nothing=1", bearer());
        assertThat(unknown.code()).isEqualTo(400);
        assertThat(unknown.body()).contains("unknown parameter \\\"nothing\\\"");
        assertThat(page.get("/api/v1/events?label=%f0%9f%90%95+a", bearer()).code())
                .isEqualTo(200);
    }

    @Test
    void aJournalMayComeLater() throws IOException {
        assertThat(page.get("/api/v1/info", bearer()).body()).contains("\"exists\":false");
        assertThat(page.get("/metrics", bearer()).code()).isEqualTo(200);
        assertThat(Files.exists(page.journal.directory())).isFalse();

        page.with(3, 1);

        assertThat(page.get("/api/v1/info", bearer()).body()).contains("\"exists\":true");
        assertThat(page.get("/api/v1/events?from=0", bearer()).body().split(Served.SECRET))
                .hasSize(4);
    }

    @Test
    void whatKeepsLiveEventsFromComingIsSaid() throws IOException {
        assertThat(live()).as("nobody listens").isEqualTo("null}");
        Files.writeString(page.journal.directory(), "no folder");
        try (Socket socket = Raw.connect(page.port())) {
            Raw.send(
                    socket,
                    "GET /api/v1/live HTTP/1.1\r\nHost: localhost:" + page.port() + "\r\n" + bearer() + "\r\n\r\n");
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            while (live().equals("null}")) {
                Thread.onSpinWait(); // the class has a time limit
            }
            assertThat(live()).contains(page.journal.directory().toString());
            Files.delete(page.journal.directory());
            while (!live().equals("null}")) {
                Thread.onSpinWait();
            }
        }
    }

    private String live() throws IOException {
        String info = page.get("/api/v1/info", bearer()).body();
        return info.replaceFirst(".*\"live\":\\{\"problem\":", "").replaceFirst("\\}.*", "}");
    }

    @Test
    void whatIsAnsweredIsCounted() throws IOException {
        page.get("/api/v1/info", bearer());
        page.get("/api/v1/info", bearer());
        page.get("/api/v1/info?x=1", bearer());
        page.get("/api/v1/nobody-counts-this", bearer());
        page.get("/nor-this");
        page.get("/page/main.js", bearer());
        page.get("/healthz");

        TreeMap<String, String> lines = new TreeMap<>();
        Raw.Answer answer = page.get("/metrics", "Authorization: Bearer " + Served.METRICS_TOKEN);
        answer.body().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int space = line.lastIndexOf(' ');
            lines.put(line.substring(0, space), line.substring(space + 1));
        });
        assertThat(answer.header("Content-Type")).startsWith("text/plain; version=0.0.4");
        String requests = "sightlog_serve_requests_total";
        assertThat(lines)
                .containsEntry(requests + "{endpoint=\"info\",status=\"200\"}", "2.0")
                .containsEntry(requests + "{endpoint=\"info\",status=\"400\"}", "1.0")
                .containsEntry(requests + "{endpoint=\"other\",status=\"404\"}", "1.0")
                .containsEntry(requests + "{endpoint=\"other\",status=\"401\"}", "1.0")
                .containsEntry(requests + "{endpoint=\"page\",status=\"200\"}", "1.0")
                .containsEntry(requests + "{endpoint=\"healthz\",status=\"200\"}", "1.0")
                .containsEntry("sightlog_live_listeners", "0.0")
                .containsKey("sightlog_serve_connections")
                .containsKey("sightlog_index_cycles")
                .containsKey("sightlog_journal_bytes");
    }

    @Test
    void aPortThatWasAskedForIsNotReplaced() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Journal journal = Journal.open(folder.resolve("q2"))) {
            ListenAddress at = new ListenAddress("127.0.0.1", taken.getLocalPort());
            assertThatThrownBy(() -> PageServer.start(journal, options(at, true)))
                    .isInstanceOf(ListenException.class)
                    .hasMessage("cannot serve at " + at
                            + ": something listens there already; take another port, or 0 for any that is free");
            try (PageServer other = PageServer.start(journal, options(at, false))) {
                assertThat(other.address().port()).isNotEqualTo(taken.getLocalPort());
                assertThat(other.link())
                        .isEqualTo("http://127.0.0.1:" + other.address().port() + "/?token=" + Served.TOKEN);
                assertThat(Raw.get(other.address().port(), "/", bearer()).code())
                        .isEqualTo(200);
            }
        }
    }

    private static ServeOptions options(ListenAddress at, boolean isFixed) {
        return new ServeOptions(at, isFixed, Served.TOKEN, null, null, null, null, List.of(), line -> {});
    }

    @Test
    void onAllAddressesItIsAskedByEachOfThemAndByName() throws IOException {
        try (Journal journal = Journal.open(folder.resolve("q2"));
                PageServer all = PageServer.start(journal, options(new ListenAddress("0.0.0.0", 0), true))) {
            int port = all.address().port();
            assertThat(all.isLoopback()).isFalse();
            assertThat(all.link()).isEqualTo("http://" + Hosts.ownName() + ":" + port + "/?token=" + Served.TOKEN);
            for (String host : List.of("127.0.0.1", "localhost", "[::1]", Hosts.ownName())) {
                assertThat(Raw.get(port, "/", "Host: " + host + ":" + port, bearer())
                                .code())
                        .as(host)
                        .isEqualTo(200);
            }
            for (String host : List.of("0.0.0.0", "evil.example", "127.0.0.2", "10.1.2.3")) {
                assertThat(Raw.get(port, "/", "Host: " + host + ":" + port, bearer())
                                .code())
                        .as(host)
                        .isEqualTo(421);
            }
        }
    }

    @Test
    void itEndsAtOnceAlsoWhileSomebodyListensOrDoesNotRead() throws Exception {
        page.with(500, 20_000);
        List<Socket> all = new ArrayList<>();
        try {
            for (String path : List.of("live", "live", "events?from=0&limit=10000", "events?from=0&limit=10000")) {
                Socket socket = Raw.connect(page.port());
                all.add(socket);
                Raw.send(
                        socket,
                        "GET /api/v1/" + path + " HTTP/1.1\r\nHost: localhost:" + page.port() + "\r\n" + bearer()
                                + "\r\n\r\n");
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
            Socket half = Raw.connect(page.port());
            all.add(half);
            Raw.send(half, "GET / HTTP/1.1\r\nHost: ");

            long began = System.nanoTime();
            page.server.close();

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(END);
            for (Socket socket : all) {
                Raw.all(socket.getInputStream()); // fails when it stays open
            }
        } finally {
            for (Socket socket : all) {
                socket.close();
            }
        }
        assertThatThrownBy(() -> Raw.connect(page.port()).close())
                .as("nobody listens there")
                .isInstanceOf(IOException.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .as("threads")
                .noneMatch(thread -> thread.getName().matches("serve-.*|index|live"));
        assertThat(page.warnings).isEmpty();
    }
}
