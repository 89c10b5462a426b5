package io.sightlog.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.UndeliverableException;
import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, certificates of clients, users and passwords, and access lists, at mosquitto. */
@Tag("slow")
class MqttSecurityTest {
    @TempDir
    Path folder;

    @Test
    void aBrokerIsTrustedByItsCertificateAndItsName() throws Exception {
        Certificates certificates = new Certificates(folder.resolve("certificates"));
        certificates.sign("here", "rsa:2048", "broker", "IP:127.0.0.1");
        certificates.sign("elsewhere", "rsa:2048", "broker", "DNS:elsewhere.example");
        Certificates others = new Certificates(folder.resolve("others"));
        Path authority = certificates.file("ca.pem");
        try (Mosquitto broker = tls(certificates, "here", "here")) {
            open(broker, null, Tls.of(authority, null, null, true)).close();
            assertNever(() -> open(broker, null, Tls.of(others.file("ca.pem"), null, null, true)), "--cafile");
            assertNever(() -> open(broker, null, Tls.of(null, null, null, true)), "not trusted");
            assertThatThrownBy(() -> open(broker, null, null)).isInstanceOf(BrokerException.class);
        }
        try (Mosquitto broker = tls(certificates, "elsewhere", "elsewhere")) {
            assertNever(() -> open(broker, null, Tls.of(authority, null, null, true)), "--insecure");
            open(broker, null, Tls.of(authority, null, null, false)).close();
            assertNever(() -> open(broker, null, Tls.of(others.file("ca.pem"), null, null, false)), "--cafile");
        }
    }

    @Test
    void aClientShowsItsCertificateWithAKeyOfAnyUsualKind() throws Exception {
        Certificates certificates = new Certificates(folder.resolve("certificates"));
        certificates.sign("here", "rsa:2048", "broker", "IP:127.0.0.1");
        Path authority = certificates.file("ca.pem");
        try (Mosquitto broker = tls(certificates, "here", "client", "require_certificate true")) {
            for (String algorithm : new String[] {"rsa:2048", "ed25519"}) {
                certificates.sign("client", algorithm, "client", "DNS:client");
                open(
                                broker,
                                null,
                                Tls.of(
                                        authority,
                                        certificates.file("client.pem"),
                                        certificates.file("client.key"),
                                        true))
                        .close();
            }
            assertThatThrownBy(() -> open(broker, null, Tls.of(authority, null, null, true)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void filesThatAreNotWhatTheyShouldBeAreNamed() throws Exception {
        Certificates certificates = new Certificates(folder.resolve("certificates"));
        certificates.sign("client", "rsa:2048", "client", "DNS:client");
        certificates.openssl("rsa", "-in", "client.key", "-traditional", "-out", "old.key");
        Path text = Files.writeString(folder.resolve("text"), "nothing");
        assertThatThrownBy(() -> Tls.of(text, null, null, true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(text + " holds no certificates");
        assertThatThrownBy(() -> Tls.of(null, certificates.file("client.pem"), certificates.file("old.key"), true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("old.key")
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
        assertThatThrownBy(() -> Tls.of(null, text, certificates.file("client.key"), true))
                .hasMessageContaining(text.toString());
        assertThatThrownBy(() -> Tls.of(folder.resolve("absent"), null, null, true))
                .hasMessageContaining("absent");
    }

    @Test
    void aUserNeedsItsPasswordAndThatIsNeverShown() throws Exception {
        ForeignPrograms.need("mosquitto_passwd");
        Path passwords = folder.resolve("passwords");
        assertThat(new ProcessBuilder("mosquitto_passwd", "-b", "-c", passwords.toString(), "yard", "swordfish")
                        .start()
                        .waitFor())
                .isZero();
        try (Mosquitto broker =
                new Mosquitto(folder.resolve("broker"), "allow_anonymous false", "password_file " + passwords)) {
            open(broker, "swordfish", null).close();
            assertNever(() -> open(broker, "goldfish", null), "user yard");
            assertNever(() -> open(broker, null, null), "without a user");
            assertThatThrownBy(() -> open(broker, "goldfish", null)).satisfies(thrown -> {
                for (Throwable e = thrown; e != null; e = e.getCause()) {
                    assertThat(String.valueOf(e.getMessage())).doesNotContain("goldfish");
                }
            });
            assertThat(address(broker, "swordfish", null).toString()).doesNotContain("swordfish");
        }
    }

    @Test
    void aTopicThatIsNotAllowedIsOfTheEventThatHasIt() throws Exception {
        Path list = Files.writeString(folder.resolve("list"), "topic readwrite allowed/#\n");
        try (Mosquitto broker = new Mosquitto(folder.resolve("broker"), "acl_file " + list)) {
            Connection connection = open(broker, null, null);
            connection.publish(message("allowed/x")).get();
            assertThatThrownBy(() -> connection.publish(message("other/x")).get())
                    .hasCauseInstanceOf(UndeliverableException.class)
                    .hasMessageContaining("under other/x")
                    .hasMessageContaining("not authorized");
            connection.close();
        }
    }

    private Mosquitto tls(Certificates certificates, String file, String name, String... more) throws Exception {
        String[] lines = new String[more.length + 3];
        lines[0] = "cafile " + certificates.file("ca.pem");
        lines[1] = "certfile " + certificates.file(file + ".pem");
        lines[2] = "keyfile " + certificates.file(file + ".key");
        System.arraycopy(more, 0, lines, 3, more.length);
        return new Mosquitto(folder.resolve("broker-" + name), lines);
    }

    private static Message message(String topic) {
        return new Message(topic, new byte[1], 1, false, "", java.util.Map.of(), 0);
    }

    private static void assertNever(ThrowingCallable opening, String said) {
        assertThatThrownBy(opening)
                .isInstanceOf(UndeliverableException.class)
                .hasMessageContaining(said)
                .matches(e -> !((UndeliverableException) e).isOfOne());
    }

    private static Connection open(Mosquitto broker, @Nullable String password, @Nullable Tls tls) throws IOException {
        return new Connections(address(broker, password, tls))
                .open(new Connection.Wish(false, 0, null, null), () -> false);
    }

    private static MqttAddress address(Mosquitto broker, @Nullable String password, @Nullable Tls tls) {
        return new MqttAddress(
                "127.0.0.1", broker.port(), "secure-test", password == null ? null : "yard", password, tls);
    }
}
