package io.sightlog.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that mean no good, or know no better, of a server in a process of its own: its limits are that of a process. */
@Tag("slow")
@Timeout(120)
class HostileClientsTest {
    private static final int FLOOD = 200;
    /** Prometheus gives up after so long, unless it is told otherwise. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final MetricsServerChild server = new MetricsServerChild();
    private final List<Socket> flood = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (Socket socket : flood) {
            socket.close();
        }
        server.close();
    }

    private void flood(String begin) throws IOException {
        for (int i = 0; i < FLOOD; i++) {
            Socket socket = RawHttp.connect(server.address());
            flood.add(socket);
            socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void answersInTime() throws Exception {
        long began = System.nanoTime();
        assertThat(RawHttp.get(server.address(), "/metrics").code()).isEqualTo(200);
        assertThat(RawHttp.get(server.address(), "/healthz").code()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENCE);
    }

    private void areAllCut() throws IOException {
        for (Socket socket : flood) {
            RawHttp.all(socket.getInputStream()); // fails when it stays open
        }
    }

    @Test
    void aFloodOfSilentConnectionsIsCutAndHindersNobody() throws Exception {
        for (int round = 0; round < 3; round++) {
            flood("");
            answersInTime();
            assertThat(server.threads()).as("silence costs no thread").isLessThan(FLOOD / 4);
            areAllCut();
            flood.clear();
        }
        answersInTime();
    }

    @Test
    void aFloodOfHalfRequestsIsCutAndHindersNobodyForLong() throws Exception {
        flood("GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-Half: ");
        answersInTime();
        areAllCut();
        answersInTime();
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (server.threads() > FLOOD / 4 && System.nanoTime() < end) {
            Thread.sleep(100);
        }
        assertThat(server.threads())
                .as("threads end when they have nothing to do")
                .isLessThan(FLOOD / 4);
    }

    @Test
    void oneThatSendsAByteASecondIsCut() throws Exception {
        try (Socket slow = RawHttp.connect(server.address())) {
            long began = System.nanoTime();
            Thread sender = new Thread(() -> {
                try {
                    for (byte c : "GET /metrics HTTP/1.1\r\nHost: localhost\r\n".getBytes(StandardCharsets.US_ASCII)) {
                        slow.getOutputStream().write(c);
                        Thread.sleep(500);
                    }
                } catch (IOException | InterruptedException e) {
                    // cut
                }
            });
            sender.start();
            RawHttp.all(slow.getInputStream());
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENCE);
            sender.interrupt();
            sender.join();
        }
    }

    @Test
    void aBodyThatNeverComesIsNotWaitedFor() throws Exception {
        for (int i = 0; i < FLOOD; i++) {
            Socket socket = RawHttp.connect(server.address());
            flood.add(socket);
            socket.getOutputStream()
                    .write("GET /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nab"
                            .getBytes(StandardCharsets.US_ASCII));
        }
        answersInTime();
        areAllCut();
    }

    /** The server must not keep what it reads: the header has no end. */
    @Test
    void aHeaderWithoutEndIsCutSoon() throws Exception {
        for (String begin : List.of("GET /", "GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-Long: ")) {
            assertThat(bytesTaken(begin, "a".repeat(1 << 16))).isLessThan(64L << 20);
        }
        answersInTime();
    }

    @Test
    void headersWithoutNumberAreCutSoon() throws Exception {
        assertThat(bytesTaken("GET /metrics HTTP/1.1\r\nHost: localhost\r\n", "A: b\r\n".repeat(10_000)))
                .isLessThan(64L << 20);
        answersInTime();
    }

    /** How many until the server closes; socket buffers take some. */
    private long bytesTaken(String begin, String again) throws IOException {
        byte[] more = again.getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = RawHttp.connect(server.address())) {
            socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
            long taken = 0;
            while (taken < 256L << 20) {
                try {
                    socket.getOutputStream().write(more);
                } catch (SocketException e) {
                    return taken;
                }
                taken += more.length;
            }
            return taken;
        }
    }

    @Test
    void readersThatDoNotReadAreCutAndHinderNobody() throws Exception {
        server.command("large");
        for (int i = 0; i < HttpLimits.ANSWERS - 1; i++) {
            Socket socket = RawHttp.connect(server.address());
            flood.add(socket);
            socket.getOutputStream()
                    .write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(RawHttp.get(server.address(), "/healthz").code()).isEqualTo(200);
        long whole = RawHttp.get(server.address(), "/metrics").body().length();
        Thread.sleep(Duration.ofSeconds(13).toMillis()); // longer than an answer may take
        for (Socket socket : flood) {
            assertThat(RawHttp.all(socket.getInputStream()).length()).isLessThan((int) whole);
        }
        answersInTime();
    }

    @Test
    void whatIsNoHttpIsAnsweredWithoutATrace() throws Exception {
        List<String> odd = List.of(
                "\r\n\r\n\r\n",
                "GET\r\n\r\n",
                "GET /metrics\r\n\r\n",
                "GET http:// HTTP/1.1\r\n\r\n",
                "GET %zz HTTP/1.1\r\n\r\n",
                "GET /%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET mailto:a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                "GET / HTTP/1.1\r\n: x\r\nConnection: close\r\n\r\n",
                "GET / HTTP/9.9\r\nHost: \u00e9\r\nConnection: close\r\n\r\n",
                "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003");
        for (String request : odd) {
            try (Socket socket = RawHttp.connect(server.address())) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                String answer = RawHttp.all(socket.getInputStream());
                assertThat(answer).as(request).doesNotContain("\tat ", "java.", "sightlog_");
                assertThat(answer).as(request).doesNotContain(" 200 ", " 500 ");
            }
        }
        answersInTime();
    }
}
