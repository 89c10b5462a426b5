package io.sightlog.cli;

/** Tells what ended a thread; an error ends the process, too, since somebody may be waiting for that thread. */
final class FailedThread implements Thread.UncaughtExceptionHandler {
    @Override
    public void uncaughtException(Thread thread, Throwable e) {
        Failure.tell(Main.NAME + ", thread " + thread.getName(), e);
        if (Main.isVerbose()) {
            Console.ERR.trace(e);
        }
        if (e instanceof Error) {
            End.now(Exit.FAILED);
        }
    }
}
