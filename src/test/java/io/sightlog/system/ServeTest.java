package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sightlog serve} as a process: what it says, the link it prints, and how it ends. */
@Tag("slow")
final class ServeTest {
    private static final String SAID = "page at http://";

    @TempDir
    Path folder;

    private String queue() {
        return folder.resolve("q").toString();
    }

    private static String link(Sightlog serve) {
        serve.awaitErr(SAID);
        return serve.err().stream()
                .filter(line -> line.startsWith(SAID))
                .map(line -> line.substring("page at ".length()))
                .findFirst()
                .orElseThrow();
    }

    private static String token(String link) {
        return link.substring(link.indexOf("?token=") + "?token=".length());
    }

    private static HttpResponse<String> get(String link, String path, String token)
            throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(link).resolve(path))
                                .timeout(Duration.ofSeconds(20))
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private Path secret(String name, String text) throws IOException {
        return Files.writeString(
                Files.createFile(
                        folder.resolve(name),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
                text);
    }

    @Test
    void aLinkIsPrintedThatOpensThePageUntilASignalComes() throws Exception {
        try (Sightlog serve = Sightlog.start("serve", "-q", queue(), "--listen", "0")) {
            String link = link(serve);
            HttpResponse<String> page = get(link, "/", token(link));

            assertThat(link).matches("http://127\\.0\\.0\\.1:\\d+/\\?token=[A-Za-z0-9_-]{43}");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("<title>Sightlog</title>", "main.js");
            assertThat(get(link, "/page/main.js", token(link)).statusCode()).isEqualTo(200);
            assertThat(Files.exists(folder.resolve("q"))).isFalse();
            assertThat(Sightlog.feed(List.of("open"), "send", "-q", queue(), "door/front")
                            .code())
                    .isZero();
            assertThat(get(link, "/api/v1/events?from=0", token(link)).body()).contains("\"text\":\"open\"");

            long began = System.nanoTime();
            serve.terminate();
            Sightlog.Done done = serve.await();

            assertThat(done.code()).isEqualTo(143);
            assertThat(done.err())
                    .containsExactly(
                            "sightlog serve: there is no journal at " + queue()
                                    + " yet; the page shows it as soon as a producer has made it",
                            "page at " + link);
            assertThat(done.out()).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
        }
        try (Sightlog again = Sightlog.start("serve", "-q", queue(), "--listen", "0")) {
            String link = link(again);
            again.interrupt();
            assertThat(again.await().code()).isEqualTo(130);
            try (Sightlog third = Sightlog.start("serve", "-q", queue(), "--listen", "0")) {
                assertThat(token(link(third))).as("it is kept").isEqualTo(token(link));
            }
        }
    }

    @Test
    void tokensComeFromFilesThatOnlyTheirOwnerShouldRead() throws Exception {
        Path token = secret("token", "a-token-of-16-chars.~_\nsecond line\n");
        Path metrics = secret("metrics", "another-token-of-16\n");
        Files.setPosixFilePermissions(metrics, PosixFilePermissions.fromString("rw-r--r--"));
        try (Sightlog serve = Sightlog.start(
                "serve",
                "-q",
                queue(),
                "--listen",
                "0",
                "--token-file",
                token.toString(),
                "--metrics-token-file",
                metrics.toString(),
                "--cache",
                folder.resolve("cache").toString())) {
            String link = link(serve);
            assertThat(token(link)).isEqualTo("a-token-of-16-chars.~_");
            assertThat(get(link, "/metrics", "another-token-of-16").statusCode())
                    .isEqualTo(200);
            assertThat(get(link, "/api/v1/info", "another-token-of-16").statusCode())
                    .isEqualTo(401);
            assertThat(serve.err().get(0))
                    .isEqualTo("sightlog serve: " + metrics
                            + " holds the token for metrics and can be read by others: chmod 600 " + metrics);
        }
    }

    @Test
    void whatCannotBeUsedIsSaidInOneLine() throws Exception {
        Path weak = secret("weak", "short\n");
        Path odd = secret("odd", "0123456789abcdef\u00e9\n");
        refused(
                2,
                "--token-file: the first line of " + weak + " is no token: 16 to 512 characters",
                "--token-file",
                weak);
        refused(
                2,
                "--metrics-token-file: the first line of " + odd + " is no token: 16 to 512 characters",
                "--metrics-token-file",
                odd);
        refused(2, "--token-file: there is no file " + folder.resolve("none"), "--token-file", folder.resolve("none"));
        refused(2, "--metrics-token-file: cannot read " + folder + ": ", "--metrics-token-file", folder);
        refused(2, "--cert and --key-file go together", "--cert", weak);
        refused(2, weak + " has no certificate: --cert needs PEM", "--cert", weak, "--key-file", weak);
        refused(2, "there is no folder " + folder.resolve("none"), "--source-root", folder.resolve("none"));
        refused(1, "cannot serve at no-such-host.invalid:0: there is no host", "--listen", "no-such-host.invalid:0");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();
            refused(1, "cannot serve at 127.0.0.1:" + port + ": something listens there already", "--listen", port);
        }
    }

    private void refused(int code, String message, Object... options) {
        List<String> command = new java.util.ArrayList<>(List.of("serve", "-q", queue()));
        for (Object option : options) {
            command.add(option.toString());
        }
        Sightlog.Done done = Sightlog.run(command.toArray(String[]::new));
        assertThat(done.code()).as(done.toString()).isEqualTo(code);
        assertThat(done.err()).as(done.toString()).hasSize(1);
        assertThat(done.err().get(0)).startsWith("sightlog serve: " + message);
    }

    @Test
    void whoServesOthersWithoutTlsIsWarned() throws Exception {
        try (Sightlog serve = Sightlog.start("serve", "-q", queue(), "--listen", "0.0.0.0:0")) {
            link(serve);
            assertThat(serve.err().get(0))
                    .isEqualTo("sightlog serve: others on the network can read what goes over it, the token too: "
                            + "without --cert there is no TLS");
        }
    }

    @Test
    void aBrowserThatDoesNotStartIsNoReasonToEnd() throws Exception {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        List<String> here = List.of("env", "PATH=" + bin);
        try (Sightlog serve = Sightlog.startBehind(here, "serve", "-q", queue(), "--listen", "0", "--open")) {
            String link = link(serve);
            serve.awaitErr("sightlog serve: no browser was opened: ");
            assertThat(get(link, "/", token(link)).statusCode()).isEqualTo(200);
        }
        Path program = Files.writeString(bin.resolve("xdg-open"), "#!/bin/sh\necho \"$1\" > '" + bin + "/opened'\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        try (Sightlog serve = Sightlog.startBehind(here, "serve", "-q", queue(), "--listen", "0", "--open")) {
            String link = link(serve);
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (!Files.exists(bin.resolve("opened"))
                    || !Files.readString(bin.resolve("opened")).equals(link + "\n")) {
                assertThat(System.nanoTime()).as("it was opened").isLessThan(end);
                Thread.sleep(50);
            }
            assertThat(serve.err()).hasSize(2);
        }
    }
}
