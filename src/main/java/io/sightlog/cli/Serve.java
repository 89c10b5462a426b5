package io.sightlog.cli;

import io.sightlog.bridge.SecretFile;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.options.ServeAddress;
import io.sightlog.cli.options.TokenFile;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.journal.Journal;
import io.sightlog.serve.PageServer;
import io.sightlog.serve.ServeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog serve}: a page over the journal. */
@Command(
        name = "serve",
        description = "Show the journal in a browser: what was seen when, with its pictures, past and live.",
        footer = {
            "",
            "It prints a link with a token, which opens the page and the API. Who has the link sees all of the journal, and "
                    + "nobody can change anything. It runs until it is stopped, and the journal may be made later.",
            "The token is kept for the next start in the file serve.token beside the index, in the journal's folder timeline; "
                    + "delete that for a new one."
        })
final class Serve implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    ServeAddress address = new ServeAddress();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "A file whose first line is the token (default: one that is made once, and kept beside the index).")
    @Nullable
    Path tokenFile;

    @Option(
            names = "--metrics-token-file",
            paramLabel = "FILE",
            description = "A file whose first line is a token that opens /metrics and nothing else.")
    @Nullable
    Path metricsTokenFile;

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "Speak TLS with this certificate, and those that it was signed by (PEM; needs --key-file).")
    @Nullable
    Path certificate;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "The key of the certificate (PEM, PKCS 8, RSA or EC, not encrypted).")
    @Nullable
    Path key;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "Keep the index here, and not in the journal, as for one that is not to be written to.")
    @Nullable
    Path cache;

    @Option(
            names = "--source-root",
            paramLabel = "DIR",
            description = "Read sources only under this folder; may be repeated. Needed for a journal of another user.")
    List<Path> sourceRoots = new ArrayList<>();

    @Option(names = "--open", description = "Open the page in the browser.")
    boolean open;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("--cert and --key-file go together");
        }
        ServeOptions options = new ServeOptions(
                address.address(),
                address.isPortFixed(),
                TokenFile.read("--token-file", tokenFile, "the token", Serve::warn),
                TokenFile.read("--metrics-token-file", metricsTokenFile, "the token for metrics", Serve::warn),
                certificate,
                key,
                cache,
                sourceRoots,
                Serve::warn);
        if (key != null) {
            SecretFile.warn(key, "the key", Serve::warn);
        }
        CountDownLatch stop = new CountDownLatch(1);
        Stop.whenBlocked(stop::countDown);
        Stop.listen();
        try (Journal journal = queue.open();
                PageServer server = PageServer.start(journal, options)) {
            if (!server.isLoopback() && certificate == null) {
                warn("others on the network can read what goes over it, the token too: without --cert there is no TLS");
            }
            if (!journal.exists()) {
                warn("there is no journal at " + journal.directory()
                        + " yet; the page shows it as soon as a producer has made it");
            }
            Console.ERR.println("page at " + server.link());
            if (open) {
                Browser.open(server.link(), Serve::warn);
            }
            stop.await();
        } finally {
            Stop.whenBlocked(null);
        }
        return Exit.of(true);
    }

    private static void warn(String line) {
        Console.ERR.println("sightlog serve: " + line);
    }
}
