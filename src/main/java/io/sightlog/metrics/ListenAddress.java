package io.sightlog.metrics;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server listens.
 *
 * @param host a name or a number of this machine, IPv6 without brackets
 * @param port 1..65535, or 0 for any that is free
 */
public record ListenAddress(String host, int port) {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int MAX_PORT = 65_535;
    private static final Pattern FORM = Pattern.compile(
            "(?:(?:(?<name>[^:\\[\\]/@\\s]+)|\\[(?<six>[0-9A-Fa-f:.]+(?:%[^\\]\\s]+)?)])?:)?(?<port>\\d{1,5})");
    private static final String NEEDED =
            "HOST:PORT, [IPv6]:PORT or PORT is needed, as in 9464 (this machine only) or 0.0.0.0:9464 (all networks)";

    /**
     * Reads {@code HOST:PORT}, {@code [::1]:PORT}, and {@code :PORT} or {@code PORT}, which are for this machine alone.
     *
     * @throws IllegalArgumentException with what is needed, when it is none of these
     */
    public static ListenAddress parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            String why = text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[")
                    ? ": IPv6 stands in brackets, as in [::1]:9464; "
                    : ": ";
            throw new IllegalArgumentException("bad address \"" + text + "\"" + why + NEEDED);
        }
        int port = Integer.parseInt(form.group("port"));
        if (port > MAX_PORT) {
            throw new IllegalArgumentException(
                    "bad port " + port + ": 0 (any that is free) to " + MAX_PORT + " is needed");
        }
        String name = form.group("name");
        String six = form.group("six");
        if ("*".equals(name)) {
            throw new IllegalArgumentException("bad host \"*\": for all networks say 0.0.0.0:" + port);
        }
        return new ListenAddress(name != null ? name : six != null ? six : LOOPBACK, port);
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
