package io.sightlog.serve;

import static io.sightlog.serve.Served.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.bridge.mqtt.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with the files that other servers take, and what is said of those that cannot be used. */
@Tag("slow")
class TlsTest {
    @TempDir
    static Path folder;

    @TempDir
    Path scratch;

    private static Certificates files;
    private static SSLContext trusting;

    @BeforeAll
    static void make() throws Exception {
        files = new Certificates(folder.resolve("certificates"));
        files.sign("rsa", "rsa:2048", "localhost", "DNS:localhost");
        files.openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", "params.pem");
        files.sign("ec", "ec:params.pem", "localhost", "DNS:localhost");
        files.sign("ed", "ed25519", "localhost", "DNS:localhost");
        files.openssl("rsa", "-in", "rsa.key", "-traditional", "-out", "old.key");
        files.openssl("pkcs8", "-topk8", "-in", "rsa.key", "-passout", "pass:secret", "-out", "locked.key");
        files.openssl(
                "rsa", "-in", "rsa.key", "-traditional", "-aes128", "-passout", "pass:x", "-out", "old-locked.key");
        Files.writeString(
                files.file("chain.pem"),
                Files.readString(files.file("rsa.pem")) + Files.readString(files.file("ca.pem")));
        Files.writeString(
                files.file("upside-down.pem"),
                Files.readString(files.file("ca.pem")) + Files.readString(files.file("rsa.pem")));
        Files.writeString(files.file("empty"), "");
        String key = Files.readString(files.file("rsa.key"));
        Files.writeString(files.file("torn.key"), key.replaceFirst("\n.{20}", "\n"));
        trusting = trusting(files.file("ca.pem"));
    }

    private static SSLContext trusting(Path authority) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            store.setCertificateEntry(
                    "a", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private Served serve(String certificate, String key) {
        return new Served(scratch, Patience.USUAL, files.file(certificate), files.file(key));
    }

    private static HttpResponse<String> get(Served page, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://localhost:" + page.port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newBuilder()
                .sslContext(trusting)
                .version(HttpClient.Version.HTTP_2) // offered, and not taken
                .build()
                .send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource({"rsa.pem,rsa.key", "ec.pem,ec.key", "chain.pem,rsa.key"})
    void aPageIsServedWithIt(String certificate, String key) throws Exception {
        try (Served page = serve(certificate, key)) {
            assertThat(page.server.link()).startsWith("https://127.0.0.1:");

            HttpResponse<String> link = get(page, "/?token=" + TOKEN);
            String cookie = link.headers().firstValue("Set-Cookie").orElseThrow();

            assertThat(link.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(link.statusCode()).isEqualTo(303);
            assertThat(cookie).endsWith("; Path=/; HttpOnly; SameSite=Lax; Secure");
            assertThat(get(page, "/api/v1/info", "Cookie", cookie.split(";")[0]).statusCode())
                    .isEqualTo(200);
            assertThat(get(page, "/").statusCode()).isEqualTo(401);
            String own = "https://localhost:" + page.port();
            assertThat(get(page, "/", "Cookie", cookie.split(";")[0], "Origin", own)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(get(page, "/", "Cookie", cookie.split(";")[0], "Origin", "http" + own.substring(5))
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void theNamesOfTheCertificateAreTheServers() throws Exception {
        files.sign("named", "rsa:2048", "robot", "DNS:Robot.test,DNS:*.robots.test,IP:127.0.0.1");
        Set<String> names = Tls.names(files.file("named.pem"));
        InetSocketAddress bound = new InetSocketAddress("127.0.0.1", 7575);
        Hosts hosts = new Hosts("127.0.0.1", bound, true, names);

        assertThat(names).containsExactly("robot.test");
        assertThat(hosts.isOurs("robot.test:7575", bound)).isTrue();
        assertThat(hosts.isOurs("localhost:7575", bound)).isTrue();
        assertThat(hosts.isOurs("robot.test:7576", bound)).isFalse();
        assertThat(hosts.isOurs("a.robots.test:7575", bound)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void newVersionsAreSpoken(String version) throws Exception {
        try (Served page = serve("rsa.pem", "rsa.key")) {
            assertThat(handshake(page, version)).isEqualTo(version);
        }
    }

    @Test
    void anAskerWithoutTlsIsClosedAndLearnsNothing() throws Exception {
        try (Served page = serve("rsa.pem", "rsa.key").with(1, 1);
                Socket plain = Raw.connect(page.port())) {
            Raw.send(plain, "GET / HTTP/1.1\r\nHost: localhost:" + page.port() + "\r\n" + Served.bearer() + "\r\n\r\n");
            assertThat(Raw.all(plain.getInputStream())).doesNotContain("HTTP/1.1", "Sightlog");
            assertThat(get(page, "/healthz").statusCode()).isEqualTo(200);
        }
    }

    private static String handshake(Served page, String version) throws IOException {
        try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("localhost", page.port())) {
            socket.setEnabledProtocols(new String[] {version});
            socket.startHandshake();
            return socket.getSession().getProtocol();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rsa.pem     | locked.key     | the key in KEY is encrypted: PKCS 8 without a password is needed, "
                        + "which openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW makes of it",
                "rsa.pem     | old-locked.key | the key in KEY is encrypted",
                "rsa.pem     | old.key        | the key in KEY is a key of the older form RSA PRIVATE KEY: PKCS 8",
                "ec.pem      | params.pem     | the key in KEY is a key of the older form EC PRIVATE KEY: PKCS 8",
                "rsa.pem     | ec.key         | the key in KEY does not belong to the first certificate in CERT",
                "rsa.pem     | ca.key         | the key in KEY does not belong to the first certificate in CERT",
                "upside-down.pem | rsa.key    | the key in KEY does not belong to the first certificate in CERT: that "
                        + "of the server comes first",
                "rsa.pem     | rsa.pem        | KEY has no key: --key-file needs PEM",
                "rsa.pem     | empty          | KEY has no key",
                "rsa.pem     | torn.key       | the key in KEY is damaged",
                "ed.pem      | ed.key         | the key in KEY is damaged, or neither RSA nor EC",
                "rsa.key     | rsa.key        | CERT has no certificate: --cert needs PEM",
                "empty       | rsa.key        | CERT has no certificate",
                "nothing     | rsa.key        | --cert: there is no file CERT",
                "rsa.pem     | nothing        | --key-file: there is no file KEY",
            })
    void whatCannotBeUsedIsSaidByFile(String certificate, String key, String message) {
        String expected = message.replace("KEY", files.file(key).toString())
                .replace(" PRIVATE " + files.file(key), " PRIVATE KEY")
                .replace("CERT", files.file(certificate).toString());
        assertThatThrownBy(() -> serve(certificate, key).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(expected);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("live");
    }
}
