package io.sightlog.serve;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * All connections. There is a bound to how many, and to how long each may take for what it does just now: for its next request, from
 * the first byte of the connection or the end of the answer before to the last of its headers, and for each piece of an answer. So one that
 * sends or reads a byte now and then is cut, as is one that does nothing. Any thread.
 */
final class Connections extends ServerConnector {
    private final Map<EndPoint, Deadline> open = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final Patience patience;
    private final Turns turns;

    /** When a connection is cut. */
    static final class Deadline {
        private volatile long nanos;
        private volatile boolean isBounded;

        Deadline(long millis) {
            in(millis);
        }

        /** It is cut then, unless something else is said before. */
        void in(long millis) {
            nanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            isBounded = true;
        }

        /** An answer is worked on, which has bounds of its own. */
        void never() {
            isBounded = false;
        }

        boolean isOver(long now) {
            return isBounded && now - nanos > 0;
        }
    }

    /** @param tls null: none is spoken */
    Connections(
            Server server,
            HttpConfiguration http,
            SslContextFactory.@Nullable Server tls,
            Patience patience,
            Turns turns) {
        super(server, 1, 1, factories(http, tls));
        this.patience = patience;
        this.turns = turns;
    }

    private static ConnectionFactory[] factories(HttpConfiguration http, SslContextFactory.@Nullable Server tls) {
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        if (tls == null) {
            return new ConnectionFactory[] {plain};
        }
        // the gate looks at the host, whose name need not be in the certificate
        http.addCustomizer(new SecureRequestCustomizer(false, -1, false));
        return new ConnectionFactory[] {new SslConnectionFactory(tls, plain.getProtocol()), plain};
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        look();
    }

    private void look() {
        turns.look();
        long now = System.nanoTime();
        open.forEach((endPoint, deadline) -> {
            if (!endPoint.isOpen()) {
                forget(endPoint); // it was closed while it was opened
            } else if (deadline.isOver(now)) {
                endPoint.close();
            }
        });
        if (isRunning() || isStarting()) {
            getScheduler().schedule(this::look, Limits.LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    protected void onEndPointOpened(EndPoint endPoint) {
        super.onEndPointOpened(endPoint);
        if (count.incrementAndGet() > Limits.CONNECTIONS) {
            count.decrementAndGet();
            endPoint.close();
        } else {
            open.put(endPoint, new Deadline(patience.first()));
        }
    }

    @Override
    protected void onEndPointClosed(EndPoint endPoint) {
        forget(endPoint);
        super.onEndPointClosed(endPoint);
    }

    private void forget(EndPoint endPoint) {
        if (open.remove(endPoint) != null) {
            count.decrementAndGet();
        }
    }

    Patience patience() {
        return patience;
    }

    Turns turns() {
        return turns;
    }

    /** How many there are. */
    int count() {
        return count.get();
    }

    /** Of the connection that a request has come in by. */
    Deadline deadline(Request request) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        while (endPoint instanceof EndPoint.Wrapper wrapper) {
            endPoint = wrapper.unwrap();
        }
        Deadline known = open.get(endPoint);
        return known == null ? new Deadline(patience.first()) : known; // it is closed already
    }
}
