package io.sightlog.serve;

import static io.sightlog.serve.Served.TOKEN;
import static io.sightlog.serve.Served.bearer;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.JournalWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page that is looked at from another machine, through {@code ssh -L}: 127.0.0.2 is the loopback of that one. */
class TunnelTest {
    private static final int TIMEOUT_MILLIS = 60_000;

    @TempDir
    Path folder;

    private Served page;

    @BeforeEach
    void serve() {
        page = new Served(folder).with(3, 10);
    }

    @AfterEach
    void close() {
        page.close();
    }

    private static Socket connect(InetSocketAddress at, String path, String... headers) throws IOException {
        Socket socket = new Socket(at.getAddress(), at.getPort());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        List<String> lines = new ArrayList<>(List.of("GET " + path + " HTTP/1.1"));
        lines.addAll(List.of(headers));
        Raw.send(socket, String.join("\r\n", lines) + "\r\n\r\n");
        return socket;
    }

    private static Raw.Answer get(InetSocketAddress at, String path, String host, String... more) throws IOException {
        List<String> headers = new ArrayList<>(List.of("Host: " + host, "Connection: close"));
        headers.addAll(List.of(more));
        try (Socket socket = connect(at, path, headers.toArray(String[]::new))) {
            return Raw.answer(Raw.all(socket.getInputStream()));
        }
    }

    @Test
    void throughTheSamePortTheLinkOpensThePageAsItWasPrinted() throws IOException {
        try (Forwarder tunnel = new Forwarder("127.0.0.2", page.port(), page.port())) {
            for (String host : List.of("127.0.0.1:" + page.port(), "localhost:" + page.port())) {
                Raw.Answer link = get(tunnel.address(), "/?token=" + TOKEN, host);
                assertThat(link.code()).as(host).isEqualTo(303);
                String cookie = "Cookie: " + link.header("Set-Cookie").split(";")[0];
                for (String path : List.of("/", "/page/main.js", "/api/v1/info", "/api/v1/events?from=0")) {
                    assertThat(get(tunnel.address(), path, host, cookie, "Origin: http://" + host)
                                    .code())
                            .as("%s of %s", path, host)
                            .isEqualTo(200);
                }
            }
        }
    }

    @Test
    void throughTheSamePortEventsComeAsTheyAreAppended() throws IOException {
        try (Forwarder tunnel = new Forwarder("127.0.0.2", page.port(), page.port());
                Socket live = connect(tunnel.address(), "/api/v1/live", "Host: localhost:" + page.port(), bearer());
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(live.getInputStream(), StandardCharsets.UTF_8))) {
            awaitLine(lines, "event: hello");
            try (JournalWriter writer = page.journal.writer()) {
                writer.append(new EventDraft().capturedNanos(1).message("door", "through the tunnel"));
            }
            awaitLine(lines, "through the tunnel");
        }
    }

    private static void awaitLine(BufferedReader lines, String part) throws IOException {
        String line = "";
        while (!line.contains(part)) {
            line = lines.readLine();
            assertThat(line).as("%s comes", part).isNotNull();
        }
    }

    @Test
    void throughAnotherPortNothingIsAnsweredButWhatToDo() throws IOException {
        try (Forwarder tunnel = new Forwarder("127.0.0.1", 0, page.port())) {
            for (String name : List.of("127.0.0.1", "localhost")) {
                String host = name + ":" + tunnel.address().getPort();
                for (String path : List.of("/", "/?token=" + TOKEN, "/page/main.js", "/api/v1/info", "/healthz")) {
                    Raw.Answer answer = get(tunnel.address(), path, host, bearer());
                    assertThat(answer.code()).as("%s of %s", path, host).isEqualTo(421);
                    assertThat(answer.body()).contains("a tunnel needs the same port on both sides");
                    assertThat(answer.header("Set-Cookie")).isEmpty();
                }
            }
            assertThat(get(tunnel.address(), "/api/v1/info", "localhost:" + page.port(), bearer())
                            .code())
                    .as("a script that names the server's own port")
                    .isEqualTo(200);
        }
    }
}
