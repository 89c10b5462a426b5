package io.sightlog.serve;

import static io.sightlog.serve.Served.bearer;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP allows and a page has no use for, and what looks like this host or this path and is not. */
@Tag("slow")
@Timeout(60)
class OddRequestsTest {
    private static final String INFO = "/api/v1/info";
    private static final int LISTENERS = 2_000;
    private static final int AT_ONCE = 200;

    @TempDir
    static Path folder;

    private static Served page;

    @BeforeAll
    static void serve() {
        page = new Served(folder).with(3, 10);
    }

    @AfterAll
    static void close() {
        page.close();
    }

    private static String ours(String text) {
        return text.replace("PORT", "" + page.port());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "405 | POST    | Expect: 100-continue | Content-Length: 5",
                "400 | GET     | Expect: 100-continue | Content-Length: 5",
                "200 | GET     | Expect: 100-continue | X: 1",
                "200 | GET     | Upgrade: h2c         | Connection: Upgrade, HTTP2-Settings",
                "200 | GET     | Upgrade: websocket   | Connection: Upgrade",
                "200 | GET     | Range: bytes=0-10    | X: 1",
                "200 | GET     | Range: bytes=-1,5-2,99999999999999999999- | X: 1",
                "405 | OPTIONS | Origin: http://other.example | Access-Control-Request-Method: GET",
                "403 | GET     | Origin: null         | X: 1",
                "405 | TRACE   | X: 1                 | X: 2",
                "400 | CONNECT | X: 1                 | X: 2",
            })
    void whatIsNotOfferedIsRefusedOrIgnored(int status, String method, String first, String second) throws Exception {
        Raw.Answer answer = Raw.ask(page.port(), method + " " + INFO + " HTTP/1.1", bearer(), first, second);

        assertThat(answer.code()).isEqualTo(status);
        assertThat(String.join("\n", answer.headers()))
                .doesNotContainIgnoringCase("Access-Control-")
                .doesNotContainIgnoringCase("Upgrade:")
                .doesNotContainIgnoringCase("Accept-Ranges");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1.:PORT",
                "localhost.:PORT",
                "127.0.0.1:0PORT",
                "u@127.0.0.1:PORT",
                "u:p@127.0.0.1:PORT",
                "127.1:PORT",
                "0x7f.0.0.1:PORT",
                "2130706433:PORT",
                "[::ffff:127.0.0.1]:PORT",
                "[0:0:0:0:0:0:0:1]:PORT",
                "[::1%25lo]:PORT",
                "127.0.0.1:PORT,other.example",
                "127.0.0.1",
                "127.0.0.1:",
                "other.example:PORT",
                " "
            })
    void whatOnlyLooksLikeThisHostIsNot(String host) throws Exception {
        Raw.Answer answer = Raw.get(page.port(), INFO, bearer(), "Host: " + ours(host));

        assertThat(answer.code()).isIn(400, 421);
        assertThat(answer.body()).doesNotContain("instance", Served.SECRET);
    }

    @ParameterizedTest
    @CsvSource({
        "200,http://127.0.0.1:PORT/api/v1/info",
        "400,http://other.example:PORT/api/v1/info",
        "400,http://u@127.0.0.1:PORT/api/v1/info",
        "400,*",
        "400,//127.0.0.1/api/v1/info",
    })
    void aWholeAddressIsThatOfTheHostOrRefused(int status, String target) throws Exception {
        assertThat(Raw.ask(page.port(), "GET " + ours(target) + " HTTP/1.1", bearer())
                        .code())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%2e%2e/etc/passwd", "/api/v1/%2e%2e/info", "/page/%2e%2e/%2e%2e/token", "/api/v1/info%00", "/%00",
                        "/%c0%ae%c0%ae/",
                "/api/v1/event/%c0%80", "/api/v1/event/0x5%2f..", "/api//v1/info", "/api/v1/info;a=b", "/api/v1/info#a",
                        "/\\..\\",
                "/api/v1/info?a=%ff", "/api/v1/info?%00=1", "/api/v1/event/%ed%a0%80"
            })
    void pathsThatMeanHarmAreNoQuestions(String path) throws Exception {
        assertThat(page.get(path, bearer()).code()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "0x-1",
                "99999999999999999999",
                "0xffffffffffffffff",
                "0x5:-1",
                "0x5:99999999999",
                "end",
                "*"
            })
    void aPlaceToGoOnFromIsAPositionOrRefused(String id) throws Exception {
        assertThat(page.get("/api/v1/live", bearer(), "Last-Event-ID: " + id).code())
                .isEqualTo(400);
        assertThat(page.get("/api/v1/live?after=" + id, bearer()).code()).isEqualTo(400);
    }

    @Test
    void manyCookiesAreReadAndTooManyAreTooLong() throws Exception {
        String many = "Cookie: " + "a=b; ".repeat(2_000);
        String own = page.cookie().substring("Cookie: ".length());

        assertThat(page.get(INFO, many + own).code()).isEqualTo(200);
        assertThat(page.get(INFO, many).code()).isEqualTo(401);
        assertThat(page.get(INFO, "Cookie: " + "a=b; ".repeat(Limits.HEADER_BYTES / 5))
                        .code())
                .isEqualTo(431);
    }

    @Test
    void whoSendsNoMoreStillGetsTheAnswer() throws Exception {
        try (Socket socket = Raw.connect(page.port())) {
            Raw.send(
                    socket,
                    "GET " + INFO + " HTTP/1.1\r\nHost: 127.0.0.1:" + page.port() + "\r\n" + bearer() + "\r\n\r\n");
            socket.shutdownOutput();
            assertThat(Raw.answer(Raw.all(socket.getInputStream())).code()).isEqualTo(200);
        }
    }

    @Test
    void listenersThatComeAndGoLeaveNothing() throws Exception {
        String asked = "GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1:" + page.port() + "\r\n" + bearer() + "\r\n\r\n";
        List<Socket> some = new ArrayList<>();
        for (int i = 0; i < LISTENERS; i++) {
            Socket socket = Raw.connect(page.port());
            Raw.send(socket, asked);
            some.add(socket);
            if (i % 3 == 0) {
                socket.setSoLinger(true, 0); // cut, and not closed
            }
            if (some.size() == AT_ONCE) {
                assertThat(new String(socket.getInputStream().readNBytes(15), StandardCharsets.ISO_8859_1))
                        .isEqualTo("HTTP/1.1 200 OK");
                for (Socket one : some) {
                    one.close();
                }
                some.clear();
                awaitNobody();
            }
        }
        assertThat(page.warnings).isEmpty();
    }

    private static void awaitNobody() throws Exception {
        long end = System.nanoTime() + 40_000_000_000L;
        String metrics;
        do {
            page.with(1, 1); // who has gone is seen when something is sent
            metrics = page.get("/metrics", bearer()).body();
            assertThat(System.nanoTime()).as(metrics).isLessThan(end);
        } while (!metrics.contains("sightlog_live_listeners 0.0")
                || !metrics.contains("sightlog_serve_connections 1.0"));
    }
}
