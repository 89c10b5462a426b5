package io.sightlog.serve;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The names under which a server is asked, exactly: so no name of somebody else that points here opens it. Immutable.
 */
final class Hosts {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Set<String> names = new HashSet<>();
    private final String scheme;
    private final String port;
    private final boolean isPortImplied;
    private final boolean isAnyAddress;

    /**
     * Of one server.
     *
     * @param asked the host it was told to listen at
     * @param bound where it listens
     * @param certified names that its certificate is for, in lower case
     */
    Hosts(String asked, InetSocketAddress bound, boolean isTls, Set<String> certified) {
        names.addAll(certified);
        scheme = isTls ? "https" : "http";
        port = ":" + bound.getPort();
        isPortImplied = bound.getPort() == (isTls ? HTTPS_PORT : HTTP_PORT);
        InetAddress address = bound.getAddress();
        isAnyAddress = address.isAnyLocalAddress();
        if (isAnyAddress || address.isLoopbackAddress()) {
            names.addAll(LOOPBACK);
        }
        if (isAnyAddress) {
            names.add(ownName());
        } else {
            names.add(bracketed(asked.toLowerCase(Locale.ROOT)));
        }
    }

    /** What others call this machine, as far as it knows. */
    static String ownName() {
        try {
            return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /**
     * Whether this is one of its names, with the port.
     *
     * @param local where the connection has come in
     */
    boolean isOurs(String host, SocketAddress local) {
        String asked = host.toLowerCase(Locale.ROOT);
        boolean hasPort = asked.endsWith(port);
        if (!hasPort && !isPortImplied) {
            return false;
        }
        String name = hasPort ? asked.substring(0, asked.length() - port.length()) : asked;
        return names.contains(name)
                || (isAnyAddress
                        && local instanceof InetSocketAddress at
                        && !at.isUnresolved()
                        && name.equals(bracketed(literal(at.getAddress()))));
    }

    /** Whether a page of this origin is ours. */
    boolean isOurOrigin(String origin, SocketAddress local) {
        String begin = scheme + "://";
        return origin.startsWith(begin) && isOurs(origin.substring(begin.length()), local);
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    private static String bracketed(String host) {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }
}
