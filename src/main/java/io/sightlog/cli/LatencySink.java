package io.sightlog.cli;

import io.sightlog.consume.Sink;
import io.sightlog.event.Event;
import io.sightlog.journal.Position;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Looks at the clock before it hands an event on. One thread. */
final class LatencySink implements Sink {
    private final LiveLatency latency;
    private final Sink next;

    /** @param next closed with this */
    LatencySink(LiveLatency latency, Sink next) {
        this.latency = latency;
        this.next = next;
    }

    @Override
    public void accept(Event event) throws IOException {
        latency.read(event);
        next.accept(event);
    }

    @Override
    public void caughtUp() throws IOException {
        next.caughtUp();
        latency.idle();
    }

    @Override
    public boolean done() {
        return next.done();
    }

    @Override
    public @Nullable Position outstanding() {
        return next.outstanding();
    }

    @Override
    public void finish() throws IOException {
        next.finish();
    }

    @Override
    public void close() throws IOException {
        next.close();
    }
}
