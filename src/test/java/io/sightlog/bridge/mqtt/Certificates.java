package io.sightlog.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Certificates of a day, made by openssl, in one folder. */
public final class Certificates {
    private final Path folder;

    /** Makes an authority. */
    public Certificates(Path folder) throws IOException, InterruptedException {
        ForeignPrograms.need("openssl");
        this.folder = Files.createDirectories(folder);
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "1",
                "-subj",
                "/CN=Authority",
                "-keyout",
                "ca.key",
                "-out",
                "ca.pem");
    }

    /**
     * Signs one for a name: {@code FILE.pem}, and {@code FILE.key} beside it.
     *
     * @param algorithm {@code rsa:2048} or {@code ed25519}
     * @param alternative {@code IP:127.0.0.1} or {@code DNS:name}
     */
    public void sign(String file, String algorithm, String name, String alternative)
            throws IOException, InterruptedException {
        openssl(
                "req",
                "-newkey",
                algorithm,
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-keyout",
                file + ".key",
                "-out",
                file + ".csr");
        Files.writeString(folder.resolve(file + ".ext"), "subjectAltName=" + alternative + "\n");
        openssl(
                "x509",
                "-req",
                "-in",
                file + ".csr",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca.key",
                "-CAcreateserial",
                "-days",
                "1",
                "-extfile",
                file + ".ext",
                "-out",
                file + ".pem");
    }

    /** Runs openssl in the folder. */
    public void openssl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
    }

    public Path file(String name) {
        return folder.resolve(name);
    }
}
