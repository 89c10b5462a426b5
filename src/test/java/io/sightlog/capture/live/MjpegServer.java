package io.sightlog.capture.live;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;

/**
 * A camera that sends JPEGs through HTTP: {@code /cam}, some twenty a second; {@code /stall}, five and then nothing; {@code /half}, two
 * and a half; {@code /end}, three and an end; {@code /sizes}, of changing sizes; {@code /junk}, bytes that are no picture;
 * {@code /secret}, for the user {@code viewer} with the password {@code opensesame} alone.
 */
public final class MjpegServer implements AutoCloseable {
    public static final String USER = "viewer";
    public static final String PASSWORD = "opensesame";
    private static final long PAUSE_NANOS = 50_000_000;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "mjpeg");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicBoolean closed = new AtomicBoolean();
    private final String scheme;
    private final byte[] person = picture("person.jpg");
    private final byte[] dog = picture("dog.jpg");

    public MjpegServer() throws IOException {
        this(0, null);
    }

    /** @param port 0 for any */
    public MjpegServer(int port, SSLContext tls) throws IOException {
        InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        if (tls == null) {
            server = HttpServer.create(at, 0);
        } else {
            HttpsServer https = HttpsServer.create(at, 0);
            https.setHttpsConfigurator(new HttpsConfigurator(tls));
            server = https;
        }
        scheme = tls == null ? "http" : "https";
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    private static byte[] picture(String name) throws IOException {
        try (InputStream in = MjpegServer.class.getResourceAsStream("/io/sightlog/demo/" + name)) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url(String path) {
        return scheme + "://localhost:" + port() + path;
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/secret")) {
            String wanted = "Basic "
                    + Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
            if (!wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"camera\"");
                exchange.sendResponseHeaders(401, -1);
                return;
            }
        }
        exchange.getResponseHeaders().set("Content-Type", "multipart/x-mixed-replace; boundary=frame");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; !closed.get(); i++) {
                if (path.equals("/end") && i == 3) {
                    return;
                }
                if (path.equals("/half") && i == 2) {
                    send(out, person, person.length / 2);
                    hold();
                }
                if (path.equals("/stall") && i == 5) {
                    hold();
                }
                byte[] picture = path.equals("/sizes") && i % 2 == 1 ? dog : person;
                if (path.equals("/junk") && i % 2 == 1) {
                    picture = "this is no picture at all, whatever the header says".getBytes(StandardCharsets.UTF_8);
                }
                send(out, picture, picture.length);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException e) {
            // nobody looks any more
        }
    }

    private static void send(OutputStream out, byte[] picture, int bytes) throws IOException {
        out.write(("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: " + picture.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(picture, 0, bytes);
        if (bytes == picture.length) {
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.flush();
    }

    private void hold() {
        while (!closed.get()) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    @Override
    public void close() {
        closed.set(true);
        server.stop(0);
        threads.shutdownNow();
    }
}
