package io.sightlog.cli.terminal;

import java.util.Set;

/**
 * Whether a verb that was asked to stop waits for somebody else: for a reader of the pipe it prints to, a writer of the pipe it
 * reads, or a file that does not open. The Java platform cannot interrupt such a call, and it may last for ever. A verb that still
 * works, as on the last frame of a video, is left alone, however long that takes.
 */
final class Stuck {
    private static final long LOOK_MILLIS = 50;
    /** So many looks in a row make 0.3 s, and leave time to end within a second of the signal on a busy machine. */
    private static final int LOOKS = 6;

    /** What the platform calls to open, read and write, by the end of the class's name. To wait for a device is work. */
    private static final Set<String> CALLS = Set.of(
            "open0",
            "open",
            "openat0",
            "read0",
            "readv0",
            "pread0",
            "readBytes",
            "read",
            "write0",
            "writev0",
            "writeBytes");

    private Stuck() {}

    /**
     * Looks, on a thread of its own, until the verb is stuck, and ends the process then.
     *
     * @param action the thread on which what was to be done at the signal is done, which may be stuck, too
     */
    static void watch(Thread verb, Thread action, Runnable end) {
        Thread watching = new Thread(() -> watch(verb, action, end, 0), "stopping");
        watching.setDaemon(true);
        watching.start();
    }

    private static void watch(Thread verb, Thread action, Runnable end, int looks) {
        int stuck = looks;
        while (stuck < LOOKS) {
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
            stuck = isStuck(verb, action) ? stuck + 1 : 0;
        }
        end.run();
    }

    private static boolean isStuck(Thread verb, Thread action) {
        if (isAtWork(action)) {
            return false;
        }
        if (isIn(verb)) {
            return true;
        }
        // it waits for one of its own threads, or for the action
        return isWaiting(verb)
                && (isIn(action)
                        || Thread.getAllStackTraces().keySet().stream()
                                .anyMatch(thread -> thread.getName().equals("capture") && isIn(thread)));
    }

    private static boolean isAtWork(Thread thread) {
        boolean waitsForLock =
                thread.getState() == Thread.State.TIMED_WAITING; // the journal's, which it gives up in time
        return thread.isAlive() && (waitsForLock || (!isWaiting(thread) && !isIn(thread)));
    }

    private static boolean isWaiting(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING, BLOCKED, TERMINATED -> true;
            default -> false;
        };
    }

    /** Whether it is inside such a call. */
    private static boolean isIn(Thread thread) {
        StackTraceElement[] trace = thread.getStackTrace();
        if (trace.length == 0 || !trace[0].isNativeMethod()) {
            return false;
        }
        String type = trace[0].getClassName();
        return CALLS.contains(trace[0].getMethodName())
                && (type.startsWith("java.io.") || type.startsWith("sun.nio.") || type.startsWith("jdk.internal."));
    }
}
