package io.sightlog.metrics;

/**
 * What clients of the JDK's web server may take, for the whole process. The server reads these once, when its classes are loaded; a
 * property that the user has set stays. Its own defaults let requests take for ever.
 */
final class HttpLimits {
    /**
     * Also those that say nothing. Beyond them, new ones are closed at once. One that has sent half a request holds a thread until it is
     * cut, and so there are as many threads at most: with fewer, a handful of half requests would keep all others waiting.
     */
    static final int CONNECTIONS = 256;

    /** Of all metrics, at once. */
    static final int ANSWERS = 8;

    static final int STACK_BYTES = 256 * 1024;

    private HttpLimits() {}

    /** Before the first use of the server. */
    static void apply() {
        set("jdk.httpserver.maxConnections", CONNECTIONS);
        set("sun.net.httpserver.maxIdleConnections", 32);
        set("sun.net.httpserver.idleInterval", 60); // seconds; longer than Prometheus' interval, usually
        set("sun.net.httpserver.clockTick", 1_000); // milliseconds from one look at idle ones to the next
        set("sun.net.httpserver.maxReqTime", 3); // seconds; also until a new connection says its first byte
        set("sun.net.httpserver.maxRspTime", 10); // seconds
        set("sun.net.httpserver.timerMillis", 500);
        set("sun.net.httpserver.maxReqHeaders", 64);
        set("sun.net.httpserver.maxReqHeaderSize", 16 * 1024); // bytes, with the request's line
        set("sun.net.httpserver.drainAmount", 1024); // bytes of a body that nobody reads; with 0 no connection is kept
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    private static void set(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }
}
