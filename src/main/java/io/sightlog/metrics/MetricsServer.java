package io.sightlog.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Serves metrics and health by HTTP, to whoever can reach it; there are no passwords and no encryption.
 *
 * <ul>
 *   <li>{@code /metrics}: Prometheus text, or OpenMetrics for who prefers it
 *   <li>{@code /healthz}: 200 while the loop goes round, else 503 and why, in one line
 *   <li>{@code /readyz}: 200 when what the process is for can be done now, else 503 and why, in one line
 * </ul>
 *
 * <p>Its threads are daemons, and end when there is nothing to do; slow clients, half requests and large headers are cut: see {@link HttpLimits}. Bound to a
 * loopback address it answers only requests for this machine by name, so that no web page can read it through a name of its own that
 * suddenly points here. Any thread.
 */
public final class MetricsServer implements AutoCloseable {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String METRICS = "/metrics";
    private static final int BACKLOG = 128;
    private static final long IDLE_SECONDS = 5;
    private static final long CLOSE_MILLIS = 500;
    /** Of an answer, handed over at once: the JDK's server makes room for twice as much. */
    private static final int PIECE_BYTES = 16 * 1024;

    private final ListenAddress asked;
    private final Metrics metrics;
    private final Liveness liveness;
    private final Readiness readiness;
    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    /** Answers with metrics that are in memory at once; those whose clients read slowly stay there for a while. */
    private final Semaphore answers = new Semaphore(HttpLimits.ANSWERS);

    /**
     * What is answered.
     *
     * @param isCounted whether it is one of {@link #answers}, until it is written
     */
    private record Page(int code, String type, byte[] body, boolean isCounted) {
        static Page line(int code, String text) {
            return new Page(code, TEXT, (oneLine(text) + "\n").getBytes(StandardCharsets.UTF_8), false);
        }

        private static String oneLine(String text) {
            return text.replaceAll("\\p{Cntrl}+", " ").strip();
        }
    }

    private MetricsServer(ListenAddress asked, Metrics metrics, Liveness liveness, Readiness readiness) {
        this.asked = asked;
        this.metrics = metrics;
        this.liveness = liveness;
        this.readiness = readiness;
        this.server = bound(asked);
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                0, HttpLimits.CONNECTIONS, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread =
                            new Thread(null, task, "metrics-" + number.incrementAndGet(), HttpLimits.STACK_BYTES);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Listens from now on.
     *
     * @throws ListenException when that address cannot be had
     */
    public static MetricsServer start(ListenAddress address, Metrics metrics, Liveness liveness, Readiness readiness) {
        MetricsServer server = new MetricsServer(address, metrics, liveness, readiness);
        server.server.createContext("/", server::answer);
        server.server.setExecutor(server.threads);
        try {
            server.threads.submit(server.server::start).get(); // its own thread is a daemon when this one is
        } catch (InterruptedException e) {
            server.close();
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            server.close();
            throw new IllegalStateException("the server for metrics could not be started", e.getCause());
        }
        return server;
    }

    private static HttpServer bound(ListenAddress address) {
        HttpLimits.apply();
        try {
            return HttpServer.create(new InetSocketAddress(address.host(), address.port()), BACKLOG);
        } catch (UnresolvedAddressException | IOException e) {
            throw ListenException.of("serve metrics", address, e);
        }
    }

    /** Where it listens, with the port that was taken for 0. */
    public ListenAddress address() {
        return new ListenAddress(asked.host(), server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            write(exchange, page(exchange));
        }
    }

    private void write(HttpExchange exchange, Page page) throws IOException {
        try {
            var headers = exchange.getResponseHeaders();
            headers.set("Content-Type", page.type);
            headers.set("Cache-Control", "no-store");
            headers.set("X-Content-Type-Options", "nosniff");
            if (page.code == 405) {
                headers.set("Allow", "GET, HEAD");
            }
            if (hasBody(exchange)) {
                headers.set("Connection", "close");
            }
            if (exchange.getRequestMethod().equals("HEAD")) {
                headers.set("Content-Length", Integer.toString(page.body.length));
                exchange.sendResponseHeaders(page.code, -1);
            } else {
                exchange.sendResponseHeaders(page.code, page.body.length);
                OutputStream out = exchange.getResponseBody();
                for (int at = 0; at < page.body.length; at += PIECE_BYTES) {
                    out.write(page.body, at, Math.min(PIECE_BYTES, page.body.length - at));
                }
                out.flush(); // before what is left of the request is waited for
            }
        } finally {
            if (page.isCounted) {
                answers.release();
            }
        }
    }

    private static boolean hasBody(HttpExchange exchange) {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        return exchange.getRequestHeaders().containsKey("Transfer-Encoding") || (length != null && !length.equals("0"));
    }

    private Page page(HttpExchange exchange) {
        if (server.getAddress().getAddress().isLoopbackAddress()
                && !isThisMachine(exchange.getRequestHeaders().get("Host"))) {
            return Page.line(421, "this is not the host that was asked for; ask for localhost");
        }
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return Page.line(405, "only GET and HEAD are answered");
        }
        if (hasBody(exchange)) {
            return Page.line(400, "no request here has a body");
        }
        return switch (String.valueOf(exchange.getRequestURI().getPath())) {
            case METRICS -> metrics(exchange.getRequestHeaders().getFirst("Accept"));
            case "/healthz" -> health("alive", liveness.whyNot());
            case "/readyz" -> health("ready", readiness.whyNot());
            default -> Page.line(404, "there are /metrics, /healthz and /readyz");
        };
    }

    private static Page health(String good, @Nullable String whyNot) {
        return whyNot == null ? Page.line(200, good) : Page.line(503, whyNot);
    }

    private Page metrics(@Nullable String accept) {
        if (!answers.tryAcquire()) {
            return Page.line(503, "too many read the metrics at once");
        }
        boolean isRead = false;
        try {
            PrometheusText.Text text;
            synchronized (answers) { // sources may have to look at files: one after the other
                text = PrometheusText.asked(accept, metrics.families());
            }
            isRead = true;
            return new Page(200, text.contentType(), text.bytes(), true);
        } catch (RuntimeException e) {
            return Page.line(500, "the metrics cannot be read: " + e.getMessage());
        } finally {
            if (!isRead) {
                answers.release();
            }
        }
    }

    /** A request without the header comes from no browser. */
    private boolean isThisMachine(@Nullable List<String> hosts) {
        if (hosts == null) {
            return true;
        }
        if (hosts.size() != 1) {
            return false;
        }
        String host = hosts.get(0).strip().replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
        return host.equals("localhost")
                || host.equals("[::1]")
                || host.matches("127(\\.\\d{1,3}){3}")
                || host.equals(asked.host().toLowerCase(Locale.ROOT));
    }

    /** Returns within a second; what is being answered is cut. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        try {
            threads.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
