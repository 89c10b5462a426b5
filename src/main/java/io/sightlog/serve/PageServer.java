package io.sightlog.serve;

import io.sightlog.journal.Journal;
import io.sightlog.metrics.ListenAddress;
import io.sightlog.metrics.ListenException;
import io.sightlog.serve.api.Endpoint;
import io.sightlog.timeline.Timeline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.QoSHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The page over one journal, served by HTTP to whoever has the token. It reads the journal and writes nothing but the index. Its threads are
 * daemons. Any thread.
 */
public final class PageServer implements AutoCloseable {
    private final ServeOptions options;
    private final Server server;
    private final ServerConnector connector;
    private final IndexThread index;
    private volatile boolean isClosing;

    private PageServer(Journal journal, ServeOptions options) {
        this.options = options;
        QueuedThreadPool threads = new QueuedThreadPool(Limits.THREADS, Limits.THREADS_KEPT);
        threads.setName("serve");
        threads.setDaemon(true);
        server = new Server(threads);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration()));
        connector.setIdleTimeout(Limits.IDLE_MILLIS);
        server.addConnector(connector);
        index = new IndexThread(new Timeline(journal, options.cache()));
    }

    /**
     * Listens from now on.
     *
     * @param journal need not exist yet; stays the caller's, and is closed after the server
     * @throws ListenException when that address cannot be had
     */
    public static PageServer start(Journal journal, ServeOptions options) {
        PageServer page = new PageServer(journal, options);
        page.open();
        page.begin(Map.of());
        return page;
    }

    private void begin(Map<String, Endpoint> endpoints) {
        ListenAddress at = address();
        Access access = new Access(options.token(), options.metricsToken(), at.port(), options.certificate() != null);
        InetSocketAddress bound = Objects.requireNonNull(bound());
        Hosts hosts = new Hosts(at.host(), bound, options.certificate() != null);
        QoSHandler few = new QoSHandler(new ApiHandler(endpoints, () -> isClosing, options.warn()));
        few.setMaxRequestCount(Limits.ANSWERS);
        few.setMaxSuspendedRequestCount(Limits.WAITING_ANSWERS);
        few.setMaxSuspend(Limits.WAIT);
        Handler.Sequence inside = new Handler.Sequence(new FileHandler(new PageFiles()), few);
        server.setHandler(new Gate(access, hosts, index.liveness(), inside));
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new IllegalStateException("the server cannot be started", e);
        }
        index.start();
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(Limits.HEADER_BYTES);
        http.setHttpCompliance(HttpCompliance.STRICT);
        http.setUriCompliance(UriCompliance.RFC3986);
        return http;
    }

    private void open() {
        ListenAddress at = options.listen();
        try {
            open(at.port());
        } catch (ListenException e) {
            if (options.isPortFixed() || !e.isTaken()) {
                throw e;
            }
            open(0);
        }
    }

    private void open(int port) {
        connector.setHost(options.listen().host());
        connector.setPort(port);
        try {
            connector.open();
        } catch (IOException | UnresolvedAddressException e) {
            Throwable cause = e.getCause() instanceof IOException inner ? inner : e;
            throw ListenException.of("serve", options.listen(), (Exception) cause);
        }
    }

    private InetSocketAddress bound() {
        try {
            return (InetSocketAddress)
                    ((java.nio.channels.ServerSocketChannel) connector.getTransport()).getLocalAddress();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Where it listens, with the port that was taken. */
    public ListenAddress address() {
        return new ListenAddress(options.listen().host(), connector.getLocalPort());
    }

    /** What opens the page, with the token. */
    public String link() {
        return (options.certificate() == null ? "http://" : "https://") + address() + "/?token=" + options.token();
    }

    /** Returns within two seconds; what is being answered is cut. */
    @Override
    public void close() {
        isClosing = true;
        try {
            server.stop();
        } catch (Exception e) {
            options.warn().accept("the server did not stop well: " + e.getMessage());
        }
        index.close();
    }
}
