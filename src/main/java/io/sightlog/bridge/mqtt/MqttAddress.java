package io.sightlog.bridge.mqtt;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker is, and as whom it is spoken to. Never shows the password.
 *
 * @param host its name or address
 * @param port 1 to 65,535
 * @param clientId what the broker knows this client by: another one of the same id takes its place
 * @param user null for none
 * @param password null for none
 * @param tls null for a connection that anybody on the way can read
 */
public record MqttAddress(
        String host,
        int port,
        String clientId,
        @Nullable String user,
        @Nullable String password,
        @Nullable Tls tls) {
    private static final int MAX_ID_BYTES = 65_535;

    /** @throws IllegalArgumentException when a value is out of its range */
    public MqttAddress {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("--host is empty: a broker's name or address is needed");
        }
        if (host.indexOf('/') >= 0 || (host.indexOf(':') >= 0 && host.indexOf(':') == host.lastIndexOf(':'))) {
            throw new IllegalArgumentException("bad host \"" + host
                    + "\": a name or an address alone is needed, e.g. --host broker; the port is -p, TLS is --tls");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("bad port " + port + ": 1 to 65535 is needed, often 1883 or 8883 (TLS)");
        }
        if (clientId.isEmpty() || clientId.getBytes(StandardCharsets.UTF_8).length > MAX_ID_BYTES) {
            throw new IllegalArgumentException("bad client id \"" + clientId + "\": it is empty or too long");
        }
        if (clientId.codePoints().anyMatch(Character::isISOControl)) { // brokers hang up at it, and do not say why
            throw new IllegalArgumentException("bad client id \""
                    + clientId.replaceAll("\\p{Cntrl}|[\u0080-\u009f]", "_") + "\": it has control characters");
        }
        if (password != null && user == null) {
            throw new IllegalArgumentException("a password needs --user");
        }
    }

    /** The same broker, for another client. */
    MqttAddress as(String otherClientId) {
        return new MqttAddress(host, port, otherClientId, user, password, tls);
    }

    /** Host and port, for people. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
