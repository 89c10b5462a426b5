package io.sightlog.serve;

import static io.sightlog.serve.Served.bearer;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand requests over half as many connections, that are hardly one: each gets an answer that is no failure of the server's, or is closed, and takes nothing with it. */
@Tag("slow")
@Timeout(300)
class HostileRequestsTest {
    private static final int CONNECTIONS = Boolean.getBoolean("sightlog.long") ? 200_000 : 4_500;
    private static final int CLIENTS = 4;
    private static final int WARM = 400;
    private static final long HEAP_GROWTH = 16L << 20;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) [A-Z][A-Za-z -]*\r\n");

    @TempDir
    Path folder;

    private final Map<String, Integer> statuses = new ConcurrentHashMap<>();

    @Test
    void eachIsAnsweredOrClosedAndNothingIsLeftBehind() throws Exception {
        long seed = Seeds.of(HostileRequestsTest.class);
        try (Served page = new Served(folder).with(20, 50)) {
            run(page, new Random(~seed), WARM);
            long heapBefore = heap();
            int threadsBefore = threads();

            run(page, new Random(seed), CONNECTIONS);

            assertThat(page.warnings).isEmpty();
            assertThat(new TreeMap<>(statuses).keySet())
                    .as("what was met: %s", statuses)
                    .contains("200", "400", "401", "403", "404", "405", "421", "431");
            assertThat(page.get("/api/v1/info", bearer()).code()).isEqualTo(200);
            assertThat(page.get("/healthz").code()).isEqualTo(200);
            awaitAlone(page);
            assertThat(threads()).isLessThanOrEqualTo(Math.max(threadsBefore, Limits.THREADS + 1));
            assertThat(heap() - heapBefore).isLessThan(HEAP_GROWTH);
        }
    }

    private void run(Served page, Random random, int connections) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                HostileRequest requests = new HostileRequest(new Random(random.nextLong()), page.port());
                all.add(clients.submit(() -> {
                    for (int n = 0; n < connections / CLIENTS; n++) {
                        one(page, requests.next());
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private void one(Served page, String request) throws IOException {
        String answer;
        try (Socket socket = Raw.connect(page.port())) {
            try {
                Raw.send(socket, request);
                socket.shutdownOutput();
            } catch (SocketException e) {
                // closed already, and the answer is lost with it
            }
            answer = Raw.all(socket.getInputStream()); // fails when it stays open
        } catch (AssertionError e) {
            throw new AssertionError(shown(request), e);
        }
        for (Matcher status = STATUS.matcher(answer); status.find(); ) {
            String code = status.group(1);
            statuses.merge(code, 1, Integer::sum);
            if (code.startsWith("5") && !code.equals("503")) {
                throw new AssertionError(code + " for " + shown(request) + ": " + answer);
            }
        }
        boolean isClosed = answer.isEmpty() || STATUS.matcher(answer).lookingAt();
        boolean isTelling = Pattern.compile("(?i)jetty|\tat |java\\.|exception")
                .matcher(answer)
                .find();
        boolean isShown = answer.contains(Served.SECRET) && !request.contains(Served.TOKEN);
        if (!isClosed || isTelling || isShown) {
            throw new AssertionError(shown(request) + ": " + answer);
        }
    }

    private static String shown(String request) {
        StringBuilder text = new StringBuilder();
        for (byte b : request.getBytes(StandardCharsets.ISO_8859_1)) {
            text.append(b >= ' ' ? (char) b : b == '\n' ? '\n' : '.');
        }
        return text.toString();
    }

    private static int threads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("serve-"))
                .count();
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void awaitAlone(Served page) throws IOException {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!page.get("/metrics", bearer()).body().contains("\nsightlog_serve_connections 1.0\n")) {
            assertThat(System.nanoTime()).as("all connections are gone").isLessThan(end);
        }
    }
}
