package io.sightlog.cli.terminal;

import java.util.concurrent.CancellationException;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** How far a verb is that goes over many bytes: a bar on a terminal, else nothing. Ends the work when a signal asks for it. */
public final class Progress implements AutoCloseable {
    /** Less is over before a bar is drawn. */
    private static final long SHOWN_FROM_BYTES = 256L << 20;

    private final String task;
    private @Nullable ProgressBar bar;
    private long done;

    public Progress(String task) {
        this.task = task;
    }

    public void begin(long bytes) {
        if (Terminal.onStderr() && bytes >= SHOWN_FROM_BYTES) {
            bar = Bar.begin(task, " MiB", bytes >> 20);
        }
    }

    /**
     * So many more bytes are done.
     *
     * @throws CancellationException when a signal has asked to stop
     */
    public void advance(long bytes) {
        if (Stop.requested()) {
            throw new CancellationException();
        }
        if (bar != null) {
            done += bytes;
            bar.stepTo(done >> 20);
        }
    }

    /** Takes the bar to its end, before anything else is printed. */
    public void end() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    @Override
    public void close() {
        end();
    }
}
