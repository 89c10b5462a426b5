package io.sightlog.cli.terminal;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/**
 * Ctrl-C, SIGTERM and SIGHUP as a wish that verbs look at between two events, so that they finish the one at hand, save their
 * position and say what they did. A second one ends the process at once, and so does the first when the verb is stuck in a pipe
 * or a file: see {@link Stuck}.
 */
public final class Stop {
    private static final AtomicReference<@Nullable Signal> RECEIVED = new AtomicReference<>();
    private static final AtomicReference<@Nullable Runnable> WHEN_BLOCKED = new AtomicReference<>();

    private Stop() {}

    /** From now on signals are wishes, to the verb that runs on this thread. */
    public static void listen() {
        Thread verb = Thread.currentThread();
        for (String name : new String[] {"INT", "TERM", "HUP"}) {
            try {
                Signal.handle(new Signal(name), signal -> received(signal, verb));
            } catch (IllegalArgumentException e) {
                // not on this platform, or kept by the virtual machine
            }
        }
    }

    private static void received(Signal signal, Thread verb) {
        if (!RECEIVED.compareAndSet(null, signal)) {
            End.now(code(signal));
        }
        Stuck.watch(verb, Thread.currentThread(), () -> End.now(code(signal)));
        Runnable action = WHEN_BLOCKED.get();
        if (action != null) {
            try {
                action.run();
            } catch (RuntimeException | Error e) { // this thread's, while the verb may be blocked for ever
                Failure.tell(Program.NAME, e);
                End.now(code(signal));
            }
        }
    }

    /** What to do, on another thread, when the wish comes while the verb blocks and cannot look. */
    public static void whenBlocked(@Nullable Runnable action) {
        WHEN_BLOCKED.set(action);
    }

    public static boolean requested() {
        return RECEIVED.get() != null;
    }

    /** 129, 130 or 143 when it was asked to stop, else what it would be otherwise. */
    static int exitCode(int otherwise) {
        Signal signal = RECEIVED.get();
        return signal == null ? otherwise : code(signal);
    }

    private static int code(Signal signal) {
        return 128 + signal.getNumber();
    }
}
