package io.sightlog.capture;

import org.jspecify.annotations.Nullable;

/** Whatever gives frames, one after the other. Used by one thread at a time. */
public interface Captures extends AutoCloseable {
    /**
     * The next frame or skip; waits for it. The caller closes a frame.
     *
     * @return null at the end
     * @throws InterruptedException when the calling thread is interrupted; nothing is lost
     */
    @Nullable
    Captured next() throws InterruptedException;

    @Override
    void close();
}
