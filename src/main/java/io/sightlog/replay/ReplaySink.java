package io.sightlog.replay;

import io.sightlog.consume.ForwardingSink;
import io.sightlog.consume.Sink;
import io.sightlog.event.Event;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Hands events on when they are due. What is not due yet when it is asked to stop is not handed on. One thread. */
public final class ReplaySink extends ForwardingSink {
    private static final long LOOK_NANOS = 50_000_000;

    private final Pace pace;
    private final BooleanSupplier stop;

    /**
     * @param pace when they are due; told of each that was handed on
     * @param next gets them; closed with this
     */
    public ReplaySink(Pace pace, Sink next, BooleanSupplier stop) {
        super(next);
        this.pace = pace;
        this.stop = stop;
    }

    @Override
    public void accept(Event event) throws IOException {
        if (await(pace.due(event.capturedNanos(), System.nanoTime()))) {
            next.accept(event);
            pace.emitted(System.nanoTime());
        }
    }

    /** False when it was asked to stop meanwhile. */
    private boolean await(long dueNanos) {
        long left = dueNanos - System.nanoTime();
        while (left > 0 && !stop.getAsBoolean()) {
            LockSupport.parkNanos(Math.min(left, LOOK_NANOS));
            left = dueNanos - System.nanoTime();
        }
        return !stop.getAsBoolean();
    }
}
