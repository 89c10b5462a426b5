package io.sightlog.serve;

import io.sightlog.metrics.ListenAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a page is served.
 *
 * @param listen where; port 0 for any that is free
 * @param isPortFixed whether that port was asked for; otherwise another one is taken when it is in use
 * @param token what opens the page, at least 16 characters of {@code A-Z a-z 0-9 - _ . ~}; null: one that is kept beside the index
 * @param metricsToken what opens {@code /metrics} and nothing else, null: only {@code token} does
 * @param certificate PEM file of the chain, null: no TLS
 * @param key PEM file of the private key, PKCS 8 and not encrypted; null exactly when {@code certificate} is
 * @param cache folder for the index, null: in the journal
 * @param sourceRoots folders that sources must lie in to be opened for pictures; none: anywhere, but nowhere while the journal is
 *     another user's
 * @param warn gets one line for what an operator should know; any thread
 */
public record ServeOptions(
        ListenAddress listen,
        boolean isPortFixed,
        @Nullable String token,
        @Nullable String metricsToken,
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable Path cache,
        List<Path> sourceRoots,
        Consumer<String> warn) {
    public ServeOptions {
        sourceRoots = List.copyOf(sourceRoots);
    }
}
