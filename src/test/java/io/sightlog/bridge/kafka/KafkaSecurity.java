package io.sightlog.bridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.MadeOnce;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A certificate for {@code 127.0.0.1} and {@code localhost}, which signs itself, and two users: {@link #PLAIN_USER} whose password
 * goes over the wire, and {@link #SCRAM_USER} whose does not. Made with the JDK's keytool, once.
 */
public final class KafkaSecurity {
    public static final String PLAIN_USER = "camera";
    public static final String PLAIN_PASSWORD = "camera secret";
    public static final String SCRAM_USER = "gate";
    public static final String SCRAM_PASSWORD = "gate-secret";
    private static final String STORE_PASSWORD = "changeit";

    private final Path store;
    private final Path certificate;

    private KafkaSecurity(Path store, Path certificate) {
        this.store = store;
        this.certificate = certificate;
    }

    public static KafkaSecurity made() throws IOException, InterruptedException {
        List<String> make =
                new ArrayList<>(List.of("-genkeypair", "-alias", "broker", "-keyalg", "EC", "-validity", "3650"));
        make.addAll(List.of("-dname", "CN=localhost", "-ext", "SAN=IP:127.0.0.1,DNS:localhost"));
        String from = MadeOnce.digest(make, List.of());
        Path store = MadeOnce.file("broker.p12", from, file -> keytool(file, make));
        List<String> export = List.of("-exportcert", "-alias", "broker", "-rfc", "-file");
        Path certificate = MadeOnce.file("broker.pem", MadeOnce.digest(export, List.of(store)), file -> {
            List<String> words = new ArrayList<>(export);
            words.add(file.toString());
            keytool(store, words);
        });
        return new KafkaSecurity(store, certificate);
    }

    private static void keytool(Path store, List<String> words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(words);
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", STORE_PASSWORD));
        Path said = Files.createTempFile("keytool", ".txt");
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start()
                .waitFor();
        assertThat(code).as("%s: %s", command, Files.readString(said)).isZero();
        Files.delete(said);
    }

    /** The certificate to trust, as PEM, which all clients read. */
    public Path certificate() {
        return certificate;
    }

    Map<String, String> ofBroker() {
        String listener = "listener.name.sasl_ssl.";
        return Map.of(
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL",
                "ssl.keystore.type",
                "PKCS12",
                "ssl.keystore.location",
                store.toString(),
                "ssl.keystore.password",
                STORE_PASSWORD,
                "sasl.enabled.mechanisms",
                "PLAIN,SCRAM-SHA-256",
                listener + "plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_" + PLAIN_USER + "=\""
                        + PLAIN_PASSWORD + "\";",
                listener + "scram-sha-256.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    }

    /** Options of {@code kafka-storage format}. */
    static List<String> scramUsers() {
        return List.of("--add-scram", "SCRAM-SHA-256=[name=" + SCRAM_USER + ",password=" + SCRAM_PASSWORD + "]");
    }

    /** What a Java client needs for the listener behind TLS. */
    public Map<String, String> tls() {
        return new TreeMap<>(Map.of(
                "security.protocol",
                "SSL",
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                certificate.toString()));
    }

    /** What a Java client needs for the listener with passwords, and its user {@link #PLAIN_USER} with this password. */
    public Map<String, String> plain(String password) {
        return sasl("PLAIN", "org.apache.kafka.common.security.plain.PlainLoginModule", PLAIN_USER, password);
    }

    /** Likewise {@link #SCRAM_USER}. */
    public Map<String, String> scram(String password) {
        return sasl("SCRAM-SHA-256", "org.apache.kafka.common.security.scram.ScramLoginModule", SCRAM_USER, password);
    }

    private Map<String, String> sasl(String mechanism, String module, String user, String password) {
        Map<String, String> all = tls();
        all.put("security.protocol", "SASL_SSL");
        all.put("sasl.mechanism", mechanism);
        all.put("sasl.jaas.config", module + " required username=\"" + user + "\" password=\"" + password + "\";");
        return all;
    }

    /** Writes a client.properties that only its owner may read. */
    public static Path write(Path file, Map<String, String> properties) throws IOException {
        StringBuilder text = new StringBuilder();
        properties.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
