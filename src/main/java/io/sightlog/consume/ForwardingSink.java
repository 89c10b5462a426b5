package io.sightlog.consume;

import io.sightlog.journal.Position;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A sink in front of another one, which is as far as that one is, and is closed with it. One thread. */
public abstract class ForwardingSink implements Sink {
    protected final Sink next;

    protected ForwardingSink(Sink next) {
        this.next = next;
    }

    @Override
    public void caughtUp() throws IOException {
        next.caughtUp();
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
