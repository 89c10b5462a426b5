package io.sightlog.capture.live;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks up a machine's name on a thread of its own: a name server that says nothing holds whoever asks it. */
final class Names {
    private static final long PIECE_MILLIS = 50;

    private Names() {}

    /** @throws FeedException when it has no address, or not in time */
    static void require(String host, Feed.Limits limits) throws FeedException {
        if (host.isEmpty()) {
            return;
        }
        CompletableFuture<InetAddress> found = new CompletableFuture<>();
        Thread thread = new Thread(() -> look(host, found), "capture-names");
        thread.setDaemon(true);
        thread.start();
        while (true) {
            try {
                found.get(PIECE_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                if (limits.isOver()) {
                    throw new FeedException("no answer in time about where " + host + " is");
                }
            } catch (ExecutionException e) {
                throw new FeedException(
                        "nobody knows where " + host + " is; is the name right, and the network there?", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FeedException("interrupted", e);
            }
        }
    }

    private static void look(String host, CompletableFuture<InetAddress> found) {
        try {
            found.complete(InetAddress.getByName(host));
        } catch (UnknownHostException | RuntimeException e) {
            found.completeExceptionally(e);
        }
    }
}
