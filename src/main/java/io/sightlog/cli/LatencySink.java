package io.sightlog.cli;

import io.sightlog.consume.ForwardingSink;
import io.sightlog.consume.Sink;
import io.sightlog.event.Event;
import java.io.IOException;

/** Looks at the clock before it hands an event on. One thread. */
final class LatencySink extends ForwardingSink {
    private final LiveLatency latency;

    /** @param next closed with this */
    LatencySink(LiveLatency latency, Sink next) {
        super(next);
        this.latency = latency;
    }

    @Override
    public void accept(Event event) throws IOException {
        latency.read(event);
        next.accept(event);
    }

    @Override
    public void caughtUp() throws IOException {
        super.caughtUp();
        latency.idle();
    }
}
