package io.sightlog.serve;

import io.sightlog.event.Event;
import io.sightlog.journal.Journal;
import io.sightlog.metrics.ListenAddress;
import io.sightlog.metrics.ListenException;
import io.sightlog.pictures.EventPictures;
import io.sightlog.pictures.SourceGate;
import io.sightlog.pictures.UndrawableException;
import io.sightlog.serve.api.Api;
import io.sightlog.serve.api.Endpoint;
import io.sightlog.serve.api.PictureSource;
import io.sightlog.serve.api.ServerFacts;
import io.sightlog.serve.live.LiveFeed;
import io.sightlog.timeline.Timeline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.QoSHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The page over one journal, served by HTTP to whoever has the token. It reads the journal and writes nothing but the index, and a token beside
 * it. Its threads are daemons. Any thread.
 */
public final class PageServer implements AutoCloseable {
    private final ServeOptions options;
    private final String token;
    private final Server server;
    private final Connections connections;
    private final Timeline timeline;
    private final IndexThread index;
    private final EventPictures pictures;
    private final Api api;
    private final LiveFeed live;
    private volatile InetSocketAddress bound;
    private final Set<String> certified;
    private volatile boolean isClosing;

    private PageServer(Journal journal, ServeOptions options, Patience patience) {
        this.options = options;
        SslContextFactory.@Nullable Server tls = options.certificate() == null || options.key() == null
                ? null
                : Tls.of(
                        options.certificate(),
                        options.key()); // fails where these cannot be used, and nothing is open yet
        certified = options.certificate() == null ? Set.of() : Tls.names(options.certificate());
        bound = InetSocketAddress.createUnresolved(
                options.listen().host(), options.listen().port());
        server = new Server(threads(), new ScheduledExecutorScheduler("serve-timer", true), null);
        server.setErrorHandler(new OneLineErrors());
        pictures = pictures(journal);
        timeline = new Timeline(journal, options.cache());
        KeptToken kept = options.token() == null
                ? new KeptToken(journal, timeline, options.cache() == null, options.warn())
                : null;
        token = kept == null ? String.valueOf(options.token()) : kept.text();
        index = new IndexThread(timeline, kept == null ? () -> {} : kept::keep, options.warn());
        String instance = random();
        live = new LiveFeed(journal, instance);
        api = new Api(journal, timeline, this::picture, new ServerFacts(instance, version(), live::problem));
        connections = new Connections(server, configuration(), tls, patience, new Turns(api::isMemoryWanted));
        connections.setIdleTimeout(Limits.IDLE_MILLIS);
        connections.setAcceptQueueSize(Limits.QUEUED_CONNECTIONS);
        server.addConnector(connections);
    }

    /**
     * Listens from now on.
     *
     * @param journal need not exist yet; stays the caller's, and is closed after the server
     * @throws ListenException when that address cannot be had
     * @throws IllegalArgumentException when certificate or key cannot be used
     */
    public static PageServer start(Journal journal, ServeOptions options) {
        return start(journal, options, Patience.USUAL);
    }

    static PageServer start(Journal journal, ServeOptions options, Patience patience) {
        PageServer page = new PageServer(journal, options, patience);
        boolean isStarted = false;
        try {
            page.open();
            page.begin(journal);
            isStarted = true;
        } finally {
            if (!isStarted) {
                page.close();
            }
        }
        return page;
    }

    private EventPictures pictures(Journal journal) {
        try {
            return new EventPictures(journal, new SourceGate(options.sourceRoots(), journal.directory()));
        } catch (IOException e) {
            throw new IllegalArgumentException("there is no folder " + e.getMessage() + " to open sources in", e);
        }
    }

    private PictureSource.Picture picture(Event event, int maxSide, boolean boxes) throws UndrawableException {
        EventPictures.Jpeg jpeg = pictures.jpeg(event, maxSide, boxes);
        return new PictureSource.Picture(jpeg.bytes(), jpeg.isKept(), jpeg.width(), jpeg.height());
    }

    private void begin(Journal journal) {
        Map<String, Endpoint> endpoints = api.endpoints();
        ServeMetrics metrics = new ServeMetrics(journal, timeline, live, connections::count, endpoints.keySet());
        Handler.Sequence worked = new Handler.Sequence(
                new MetricsHandler(metrics), new ApiHandler(endpoints, connections, () -> isClosing, options.warn()));
        QoSHandler few = new QoSHandler(worked); // each of these may hold a thread; Turns says who goes on
        few.setMaxRequestCount(Limits.ANSWERS + Limits.STALLED);
        few.setMaxSuspendedRequestCount(Limits.WAITING_ANSWERS);
        few.setMaxSuspend(Duration.ofMillis(connections.patience().turn()));
        server.setHandler(new Gate(
                new Access(token, options.metricsToken(), address().port(), isTls()),
                new Hosts(options.listen().host(), bound, isTls(), certified),
                index.liveness(),
                connections,
                metrics,
                new Handler.Sequence(
                        new FileHandler(new PageFiles()), new LiveRoute(new LiveHandler(live), connections), few)));
        index.start();
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("the server cannot be started", e);
        }
    }

    private static QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(Limits.THREADS, Limits.THREADS_KEPT);
        threads.setName("serve");
        threads.setDaemon(true);
        threads.setIdleTimeout(Limits.THREAD_IDLE_MILLIS);
        threads.setMaxEvictCount(Limits.THREADS); // or one goes at a time, and the last after minutes
        threads.setStopTimeout(Limits.CLOSE_MILLIS);
        return threads;
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(Limits.HEADER_BYTES);
        http.setHttpCompliance(HttpCompliance.STRICT);
        http.setUriCompliance(UriCompliance.RFC3986);
        http.setMaxUnconsumedRequestContentReads(0);
        return http;
    }

    private void open() {
        try {
            open(options.listen().port());
        } catch (ListenException e) {
            if (options.isPortFixed() || !e.isTaken()) {
                throw e;
            }
            open(0);
        }
    }

    private void open(int port) {
        connections.setHost(options.listen().host());
        connections.setPort(port);
        try {
            connections.open();
            bound = (InetSocketAddress) ((ServerSocketChannel) connections.getTransport()).getLocalAddress();
        } catch (UnresolvedAddressException e) {
            throw ListenException.of("serve", options.listen(), e);
        } catch (IOException e) {
            throw ListenException.of("serve", options.listen(), e.getCause() instanceof IOException inner ? inner : e);
        }
    }

    private boolean isTls() {
        return options.certificate() != null;
    }

    private static String random() {
        return Long.toHexString(new SecureRandom().nextLong() | Long.MIN_VALUE);
    }

    private static String version() {
        @Nullable String version = PageServer.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    /** Where it listens, with the port that was taken. */
    public ListenAddress address() {
        return new ListenAddress(options.listen().host(), bound.getPort());
    }

    /** What opens the page, with the token. */
    public String link() {
        ListenAddress at = address();
        ListenAddress shown = bound.getAddress().isAnyLocalAddress() ? new ListenAddress(name(), at.port()) : at;
        return (isTls() ? "https://" : "http://") + shown + "/?token=" + token;
    }

    private String name() {
        return certified.stream()
                .filter(name -> !name.equals("localhost"))
                .findFirst()
                .orElseGet(Hosts::ownName);
    }

    /** Whether only this machine can reach it. */
    public boolean isLoopback() {
        return bound.getAddress().isLoopbackAddress();
    }

    /** Returns within two seconds; what is being answered is cut. */
    @Override
    public void close() {
        isClosing = true;
        live.close();
        try {
            server.stop();
        } catch (Exception e) {
            options.warn().accept("the server did not stop well: " + e.getMessage());
        }
        api.close();
        pictures.close();
        index.close();
    }
}
