package io.sightlog.bridge.mqtt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How a connection is kept from others: whom to trust, and what to show. Made of the files that mosquitto's programs take, in PEM.
 *
 * @param trust null for the authorities that Java trusts
 * @param keys null to show nothing
 * @param checksName whether the broker's certificate must be that of its host
 */
public record Tls(
        @Nullable TrustManagerFactory trust, @Nullable KeyManagerFactory keys, boolean checksName) {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519", "Ed448");

    /**
     * Reads the files.
     *
     * @param authorities certificates of those who may have signed the broker's; null: as Java trusts
     * @param certificate of this client, its own first; null for none
     * @param key of that certificate, PKCS #8 without a password; null only without a certificate
     * @throws IOException when a file cannot be read, or is not what it should be; the message names it
     */
    public static Tls of(@Nullable Path authorities, @Nullable Path certificate, @Nullable Path key, boolean checksName)
            throws IOException {
        return new Tls(
                authorities == null ? null : trust(authorities),
                certificate == null || key == null ? null : keys(certificate, key),
                checksName);
    }

    private static TrustManagerFactory trust(Path file) throws IOException {
        try {
            KeyStore store = empty();
            int number = 0;
            for (Certificate certificate : certificates(file)) {
                store.setCertificateEntry("authority" + number++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            return trust;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " cannot be used as --cafile: " + e.getMessage(), e);
        }
    }

    private static KeyManagerFactory keys(Path certificate, Path key) throws IOException {
        try {
            KeyStore store = empty();
            store.setKeyEntry(
                    "client",
                    privateKey(key),
                    new char[0],
                    certificates(certificate).toArray(new Certificate[0]));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            return keys;
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    certificate + " and " + key + " cannot be used as --cert and --key-file: " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException {
        try {
            Collection<? extends Certificate> all = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
            if (!all.isEmpty()) {
                return all;
            }
        } catch (CertificateException e) {
            throw new IOException(file + " holds no certificates: PEM is needed (" + e.getMessage() + ")", e);
        }
        throw new IOException(file + " holds no certificates: PEM is needed, -----BEGIN CERTIFICATE-----");
    }

    private static PrivateKey privateKey(Path file) throws IOException {
        Matcher found = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!found.find()) {
            throw new IOException(
                    file + " holds no key as it is needed, -----BEGIN PRIVATE KEY----- (PKCS #8, without a "
                            + "password): openssl pkcs8 -topk8 -nocrypt -in " + file + " -out NEW makes one of others");
        }
        PKCS8EncodedKeySpec bytes =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1)));
        GeneralSecurityException last = null;
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(bytes);
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw new IOException(
                file + " holds a key that Java cannot use: one of " + String.join(", ", ALGORITHMS) + " is needed",
                last);
    }

    /** Says nothing of what it holds. */
    @Override
    public String toString() {
        return "TLS";
    }
}
