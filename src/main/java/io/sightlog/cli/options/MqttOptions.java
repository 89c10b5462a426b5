package io.sightlog.cli.options;

import io.sightlog.bridge.SecretFile;
import io.sightlog.bridge.mqtt.MqttAddress;
import io.sightlog.bridge.mqtt.Tls;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where an MQTT broker is, and as whom it is spoken to: named as mosquitto_pub and mosquitto_sub name it. */
public final class MqttOptions {
    /** Of the environment, for those who keep the password in no file. */
    static final String PASSWORD_VARIABLE = "SIGHTLOG_MQTT_PASSWORD";

    private static final int PORT = 1883;
    private static final int TLS_PORT = 8883;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "localhost",
            description = "The broker's name or address (default: ${DEFAULT-VALUE}).")
    String host = "localhost";

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "The broker's port (default: " + PORT + ", with TLS " + TLS_PORT + ").")
    @Nullable
    Integer port;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "NAME",
            description = "Who the broker is to know this as.")
    @Nullable
    String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "A file whose first line is the password of --user. Or put it into the environment, as "
                    + PASSWORD_VARIABLE + "; it is no option, since others can see those.")
    @Nullable
    Path passwordFile;

    @Option(names = "--tls", description = "Speak TLS, and trust whom Java trusts. The next three imply it.")
    boolean tls;

    @Option(
            names = "--cafile",
            paramLabel = "FILE",
            description = "Speak TLS, and trust those whose certificates are in this file (PEM).")
    @Nullable
    Path authorities;

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "Show this certificate to the broker (PEM; needs --key-file).")
    @Nullable
    Path certificate;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "The key of --cert: PEM, PKCS #8, without a password.")
    @Nullable
    Path key;

    @Option(
            names = "--insecure",
            description =
                    "Pass over that the broker's certificate is another host's. It must still be signed by whom is trusted.")
    boolean insecure;

    @Option(
            names = "--qos",
            paramLabel = "0|1|2",
            defaultValue = "1",
            description = "0 (may lose), 1 or 2 (default: ${DEFAULT-VALUE}).")
    int qos = 1;

    @Option(
            names = {"-P", "--pw", "--password"},
            paramLabel = "PASSWORD",
            hidden = true)
    @Nullable
    String password;

    /** 0 to 2. */
    public int qos() {
        return qos;
    }

    /**
     * What the options say.
     *
     * @param queue the journal, which is not what -q means to others
     * @param clientId of this client
     * @param environment of the process
     * @param warning told, in a line, that others can read a secret
     * @throws IllegalArgumentException when they do not go together, or are meant for another program
     * @throws IOException when a file cannot be used
     */
    public MqttAddress address(
            QueueOption queue, String clientId, Map<String, String> environment, Consumer<String> warning)
            throws IOException {
        check(queue);
        boolean secure = tls || authorities != null || certificate != null || (port != null && port == TLS_PORT);
        if (insecure && !secure) {
            throw new IllegalArgumentException("--insecure is for TLS: --cafile FILE or --tls");
        }
        return new MqttAddress(
                host,
                port != null ? port : secure ? TLS_PORT : PORT,
                clientId,
                user,
                password(environment, warning),
                secure ? Tls.of(authorities, certificate, key, !insecure) : null);
    }

    private void check(QueueOption queue) {
        if (password != null) {
            throw new IllegalArgumentException(
                    "a password is no option, as others can see it: --password-file FILE, or " + PASSWORD_VARIABLE
                            + " in the environment");
        }
        String directory = queue.directory.toString();
        if (List.of("0", "1", "2").contains(directory) && !Files.exists(queue.directory)) {
            throw new IllegalArgumentException("-q " + directory
                    + " names the directory of a journal; the quality of service is --qos " + directory);
        }
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("bad --qos " + qos + ": 0, 1 or 2 is needed");
        }
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("--cert and --key-file go together");
        }
    }

    private @Nullable String password(Map<String, String> environment, Consumer<String> warning) throws IOException {
        if (passwordFile == null) {
            String variable = environment.get(PASSWORD_VARIABLE);
            return user == null || variable == null || variable.isEmpty() ? null : variable;
        }
        if (user == null) {
            throw new IllegalArgumentException("--password-file needs --user NAME");
        }
        SecretFile.warn(passwordFile, "a password", warning);
        try {
            List<String> lines = Files.readAllLines(passwordFile);
            if (!lines.isEmpty() && !lines.get(0).isEmpty()) {
                return lines.get(0);
            }
        } catch (CharacterCodingException e) {
            throw new IOException(passwordFile + " is no text in UTF-8: its first line should be the password", e);
        }
        throw new IOException(passwordFile + " has no password in its first line");
    }
}
