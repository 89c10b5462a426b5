package io.sightlog.capture.live;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whose certificates are believed: those whom this machine believes. */
final class Authorities {
    private static final List<String> USUAL = List.of(
            "/etc/ssl/certs/ca-certificates.crt",
            "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
            "/etc/ssl/ca-bundle.pem",
            "/etc/ssl/cert.pem");

    private Authorities() {}

    /** A file of certificates in PEM: that of {@code SSL_CERT_FILE}, or the machine's; null when there is none. */
    static @Nullable String file() {
        String given = System.getenv("SSL_CERT_FILE");
        if (given != null && !given.isEmpty()) {
            return given;
        }
        return USUAL.stream()
                .filter(file -> Files.isReadable(Path.of(file)))
                .findFirst()
                .orElse(null);
    }
}
