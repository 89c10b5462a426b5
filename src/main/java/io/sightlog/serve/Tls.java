package io.sightlog.serve;

import io.sightlog.journal.FileAccessException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** TLS with a certificate and a key in files, as other servers take them. The key stays in memory. */
final class Tls {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----", Pattern.DOTALL);
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PLAIN_KEY = "PRIVATE KEY";
    private static final List<String> ALGORITHMS = List.of("RSA", "EC");
    private static final Integer DNS_NAME = 2; // as RFC 5280 numbers kinds of names
    private static final long MOST_BYTES = 1 << 20;

    private Tls() {}

    /**
     * What speaks TLS 1.2 and 1.3 with it.
     *
     * @param certificate PEM, that of the server first, then those that it was signed by
     * @param key PEM, PKCS 8, RSA or EC
     * @throws IllegalArgumentException with the file and what is wrong with it
     */
    static SslContextFactory.Server of(Path certificate, Path key) {
        Certificate[] chain = chain(certificate);
        PrivateKey secret = key(key);
        if (!fits(secret, chain[0].getPublicKey())) {
            throw new IllegalArgumentException("the key in " + key + " does not belong to the first certificate in "
                    + certificate + ": that of the server comes first, then those that it was signed by");
        }
        char[] password = {}; // the store is in memory alone
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            store.setKeyEntry("sightlog", secret, password, chain);
            SslContextFactory.Server tls = new SslContextFactory.Server();
            tls.setKeyStore(store);
            tls.setKeyStorePassword("");
            tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
            tls.setSniRequired(false);
            tls.setRenegotiationAllowed(false);
            return tls;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("TLS with " + certificate + " and " + key + ": " + e.getMessage(), e);
        }
    }

    /**
     * The names of hosts that a certificate is for, in lower case and in its order, without patterns.
     *
     * @throws IllegalArgumentException with the file and what is wrong with it
     */
    static Set<String> names(Path certificate) {
        Set<String> names = new LinkedHashSet<>();
        try {
            Collection<List<?>> all = ((X509Certificate) chain(certificate)[0]).getSubjectAlternativeNames();
            for (List<?> name : all == null ? List.<List<?>>of() : all) {
                if (name.get(0).equals(DNS_NAME) && name.get(1) instanceof String host && host.indexOf('*') < 0) {
                    names.add(host.toLowerCase(Locale.ROOT));
                }
            }
        } catch (CertificateException e) {
            throw new IllegalArgumentException("the names of the certificate in " + certificate + " cannot be read", e);
        }
        return names;
    }

    private static Certificate[] chain(Path file) {
        String text = text(file, "--cert");
        StringBuilder all = new StringBuilder();
        for (Matcher block = BLOCK.matcher(text); block.find(); ) {
            if (block.group(1).equals(CERTIFICATE)) {
                all.append(block.group()).append('\n');
            }
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException(
                    file + " has no certificate: --cert needs PEM, with the line -----BEGIN CERTIFICATE-----");
        }
        try {
            X509Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(all.toString().getBytes(StandardCharsets.US_ASCII)))
                    .toArray(X509Certificate[]::new);
            chain[0].checkValidity();
            return chain;
        } catch (CertificateException e) {
            throw new IllegalArgumentException("the certificate in " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file) {
        String text = text(file, "--key-file");
        String plain = null;
        for (Matcher block = BLOCK.matcher(text); block.find(); ) {
            String kind = block.group(1);
            if (kind.equals(PLAIN_KEY)) {
                plain = block.group(2);
            } else if (kind.endsWith(PLAIN_KEY)) {
                throw convert(
                        file,
                        kind.startsWith("ENCRYPTED") || block.group(2).contains("ENCRYPTED")
                                ? "is encrypted"
                                : "is a key of the older form " + kind);
            }
        }
        if (text.contains("ENCRYPTED")) {
            throw convert(file, "is encrypted");
        }
        if (plain == null) {
            throw new IllegalArgumentException(
                    file + " has no key: --key-file needs PEM, with the line -----BEGIN PRIVATE KEY-----");
        }
        try {
            PKCS8EncodedKeySpec bytes =
                    new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(plain.strip()));
            for (String algorithm : ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(bytes);
                } catch (InvalidKeySpecException e) {
                    // of another one, perhaps
                }
            }
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new IllegalArgumentException("the key in " + file + " is damaged: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("the key in " + file + " is damaged, or neither RSA nor EC");
    }

    private static IllegalArgumentException convert(Path file, String what) {
        return new IllegalArgumentException("the key in " + file + " " + what
                + ": PKCS 8 without a password is needed, which openssl pkcs8 -topk8 -nocrypt -in " + file
                + " -out NEW makes of it");
    }

    private static String text(Path file, String option) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IllegalArgumentException(option + " " + file + " is larger than such files are");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(option + ": there is no file " + file, e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    FileAccessException.of(option + ": cannot read " + file, e).getMessage(), e);
        }
    }

    private static boolean fits(PrivateKey secret, PublicKey known) {
        if (!secret.getAlgorithm().equals(known.getAlgorithm())) {
            return false;
        }
        try {
            byte[] probe = {1, 2, 3};
            Signature signature =
                    Signature.getInstance("SHA256with" + (secret.getAlgorithm().equals("EC") ? "ECDSA" : "RSA"));
            signature.initSign(secret);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(known);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
