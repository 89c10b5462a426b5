package io.sightlog.bridge.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What has come on one connection and is not taken yet: bounded in messages and bytes, so that the client has to wait when the journal
 * is slow. Filled by a thread of the client's, emptied by another.
 */
final class Waiting {
    private static final int MOST_MESSAGES = 10_000;
    private static final long MOST_BYTES = 16 << 20;

    private final Deque<Received> messages = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    /** Waits for room. After it was closed all is dropped: the broker sends it again. */
    synchronized void put(Received message) {
        try {
            while (!closed && (messages.size() >= MOST_MESSAGES || (bytes >= MOST_BYTES && !messages.isEmpty()))) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
        if (!closed) {
            messages.add(message);
            bytes += message.payload().length;
            notifyAll();
        }
    }

    /**
     * Takes what is there, at most so much; waits for the first one.
     *
     * @return false when nothing came in time
     */
    synchronized boolean take(List<Received> into, int mostMessages, long mostBytes, long waitNanos)
            throws InterruptedException {
        long end = System.nanoTime() + waitNanos;
        for (long left = waitNanos; messages.isEmpty() && left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        long taken = 0;
        while (!messages.isEmpty() && into.size() < mostMessages && taken < mostBytes) {
            Received message = messages.remove();
            into.add(message);
            taken += message.payload().length;
        }
        bytes -= taken;
        notifyAll();
        return !into.isEmpty();
    }

    synchronized void close() {
        closed = true;
        messages.clear();
        notifyAll();
    }
}
