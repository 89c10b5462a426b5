package io.sightlog.serve.live;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where the bytes for one listener go. Any thread, one call at a time but for {@link #cut}. */
public interface Outlet {
    /**
     * Sends bytes, and waits for nobody.
     *
     * @param bytes belong to the outlet until it has called back, and may be shared: they are not changed
     * @param sent called once, on any thread, also before this returns: with null when there is room for more, else with what went wrong
     */
    void send(ByteBuffer bytes, Consumer<@Nullable Throwable> sent);

    /** All was sent: the answer is complete. Nothing is sent behind it. */
    void end();

    /** The listener is given up, also while bytes are on their way, which then fail. */
    void cut(String why);

    /** Runs what reads from disk, on a thread that may wait for it. */
    void execute(Runnable work);
}
