package io.sightlog.serve;

import static io.sightlog.serve.Served.bearer;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Those who send or read slowly, or are many, take little, and are cut in time; others go on meanwhile. */
@Tag("slow")
@Timeout(60)
class LimitsTest {
    private static final Patience SHORT = new Patience(1_000, 1_000, 1_000, 1_000, 300);
    private static final Duration SOON = Duration.ofSeconds(15);

    /** More than the system takes for a reader that does not read. */
    private static final int LARGE = 500;

    private static final int CHARACTERS = 20_000;

    private static final int BEYOND = 20;

    @TempDir
    Path folder;

    private Served page;
    private final List<Socket> sockets = new ArrayList<>();

    private void serve(Patience patience) {
        page = new Served(folder, patience, null, null);
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        page.close();
    }

    private Socket connect() throws IOException {
        Socket socket = Raw.connect(page.port());
        sockets.add(socket);
        return socket;
    }

    private Socket ask(String path) throws IOException {
        return ask(path, "");
    }

    private Socket ask(String path, String headers) throws IOException {
        Socket socket = connect();
        Raw.send(
                socket,
                "GET " + path + " HTTP/1.1\r\nHost: localhost:" + page.port() + "\r\n" + bearer() + "\r\n" + headers
                        + "\r\n");
        return socket;
    }

    private void answers() throws IOException {
        assertThat(page.get("/api/v1/info", bearer()).code()).isEqualTo(200);
    }

    private void allAreCut() throws IOException {
        long began = System.nanoTime();
        for (Socket socket : sockets) {
            Raw.all(socket.getInputStream()); // fails when it stays open
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
    }

    /** Until the server has let all go but the one that asks. */
    private void awaitAlone() throws IOException {
        awaitConnections(1);
    }

    private void awaitConnections(int count) throws IOException {
        long end = System.nanoTime() + SOON.toNanos();
        Raw.Answer answer;
        do {
            answer = page.get("/metrics", bearer());
            assertThat(System.nanoTime()).as("those who read slowly are cut").isLessThan(end);
        } while (!answer.body().contains("\nsightlog_serve_connections " + count + ".0\n"));
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("serve-"))
                .count();
    }

    @Test
    void halfRequestsAndSilenceHoldNoThreadAndAreCut() throws Exception {
        serve(SHORT);
        answers();
        for (int i = 0; i < 200; i++) {
            Raw.send(connect(), i % 2 == 0 ? "" : "GET / HTTP/1.1\r\nHost: localhost:" + page.port() + "\r\nX: ");
        }
        answers();
        assertThat(threads()).isLessThanOrEqualTo(Limits.THREADS + 1); // and the timer
        allAreCut();
    }

    @Test
    void oneThatSendsAByteNowAndThenIsCut() throws Exception {
        serve(SHORT);
        Socket slow = connect();
        Thread sender = new Thread(() -> {
            try {
                for (char c : ("GET /" + "x".repeat(1_000)).toCharArray()) {
                    slow.getOutputStream().write(c);
                    Thread.sleep(50);
                }
            } catch (IOException | InterruptedException e) {
                // cut
            }
        });
        sender.start();
        allAreCut();
        sender.interrupt();
        sender.join();
    }

    @Test
    void oneThatAsksNothingMoreIsCut() throws Exception {
        serve(SHORT);
        Socket kept = ask("/healthz");
        assertThat(kept.getInputStream().read()).isEqualTo('H');
        allAreCut();
    }

    /** Those who do not read are asked to be this many more than there are turns. */
    private static final int STALLED = 20;

    @Test
    void readersThatDoNotReadAreCutAndKeepNobodyFromAnswers() throws Exception {
        serve(new Patience(5_000, 5_000, 5_000, 10_000, 2_000));
        page.with(LARGE, CHARACTERS);
        for (int i = 0; i < STALLED; i++) {
            Socket reader = ask("/api/v1/events?from=0&limit=10000");
            assertThat(reader.getInputStream().read()).isEqualTo('H'); // it is being answered
        }
        for (int i = 0; i < 50; i++) {
            answersSoon();
        }
        awaitAlone();
        for (Socket socket : sockets) {
            assertThat(isWhole(socket))
                    .as("an answer of which most was not read")
                    .isFalse();
        }
        assertThat(page.warnings).isEmpty();
    }

    @Test
    void ofTooManyReadersThatDoNotReadThoseAreCutThatHaveNotForTheLongest() throws Exception {
        serve(new Patience(60_000, 60_000, 60_000, 60_000, 2_000));
        page.with(LARGE, CHARACTERS);
        for (int i = 0; i < Limits.STALLED + STALLED; i++) {
            Socket reader = ask("/api/v1/events?from=0&limit=10000", "Connection: close\r\n");
            assertThat(reader.getInputStream().read()).isEqualTo('H');
            answersSoon();
        }
        awaitConnections(Limits.STALLED + 1); // and the one that asks
        assertThat(threads()).isLessThanOrEqualTo(Limits.THREADS + 1); // and the timer
        for (Socket cut : sockets.subList(0, STALLED / 2)) {
            assertThat(isWhole(cut)).as("one of the first is served").isFalse();
        }
        for (Socket served : sockets.subList(sockets.size() - STALLED / 2, sockets.size())) {
            assertThat(isWhole(served)).as("one of the last is served").isTrue();
        }
    }

    /** Reads all of an answer, of which no more comes when it was cut. */
    private static boolean isWhole(Socket socket) throws IOException {
        return Raw.all(socket.getInputStream()).contains("\"end\":");
    }

    /** Who waits for two seconds for a turn is refused. */
    private void answersSoon() throws IOException {
        answers();
        assertThat(page.get("/api/v1/events?before=end&limit=1", bearer()).code())
                .isEqualTo(200);
    }

    @Test
    void oneThatReadsALittleNowAndThenIsCut() throws Exception {
        serve(SHORT);
        page.with(LARGE, CHARACTERS);
        Socket slow = ask("/api/v1/events?from=0&limit=10000");
        Thread reader = new Thread(() -> {
            try {
                byte[] little = new byte[64];
                while (slow.getInputStream().read(little) >= 0) {
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                // cut
            }
        });
        reader.start();
        awaitAlone();
        reader.interrupt();
        reader.join();
    }

    @Test
    void whoListensWithoutHearingAnythingIsNotCut() throws Exception {
        serve(SHORT);
        page.with(1, 1);
        Socket live = ask("/api/v1/live");
        assertThat(live.getInputStream().read()).isEqualTo('H');
        long end = System.nanoTime() + 2 * SHORT.next() * 1_000_000;
        while (System.nanoTime() < end) {
            answers();
        }
        page.with(1, 7);
        StringBuilder heard = new StringBuilder();
        while (heard.indexOf("xxxxxxx") < 0) {
            int next = live.getInputStream().read();
            assertThat(next).as("heard until it was cut: %s", heard).isNotNegative();
            heard.append((char) next);
        }
    }

    /** Whether the server has closed it, as it has said nothing. */
    private static boolean isClosed(Socket socket) throws IOException {
        socket.setSoTimeout(1);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void thoseBeyondTheBoundAreClosedAtOnceAndTheOthersStay() throws Exception {
        serve(new Patience(60_000, 60_000, 60_000, 60_000, 300));
        page.with(1, 1);
        Socket first = ask("/api/v1/live");
        assertThat(first.getInputStream().read()).isEqualTo('H');
        for (int i = 1; i < Limits.CONNECTIONS + BEYOND; i++) {
            connect();
        }
        List<Socket> silent = sockets.subList(1, sockets.size());
        long limit = System.nanoTime() + SOON.toNanos();
        int closed = 0;
        while (closed < BEYOND) {
            assertThat(System.nanoTime()).as("closed: %d", closed).isLessThan(limit);
            closed = 0;
            for (Socket socket : silent) {
                closed += isClosed(socket) ? 1 : 0;
            }
        }
        assertThat(closed).isEqualTo(BEYOND);
        assertThat(threads()).isLessThanOrEqualTo(Limits.THREADS + 1); // and the timer
        for (Socket socket : silent) {
            socket.close();
        }
        long end = System.nanoTime() + SOON.toNanos();
        int code = 0;
        while (code != 200) {
            assertThat(System.nanoTime()).as("there is room again").isLessThan(end);
            try {
                code = page.get("/healthz").code();
            } catch (AssertionError | SocketException e) {
                code = 0; // not yet
            }
        }
        assertThat(first.getInputStream().read()).isEqualTo('T');
    }
}
