package io.sightlog.cli.terminal;

/** Tells what ended a thread; an error ends the process, too, since somebody may be waiting for that thread. */
public final class FailedThread implements Thread.UncaughtExceptionHandler {
    @Override
    public void uncaughtException(Thread thread, Throwable e) {
        Failure.tell(Program.NAME + ", thread " + thread.getName(), e);
        if (Program.isVerbose()) {
            Console.ERR.trace(e);
        }
        if (e instanceof Error) {
            End.now(Exit.FAILED);
        }
    }
}
