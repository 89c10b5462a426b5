package io.sightlog.cli.terminal;

import io.sightlog.text.Visible;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A few lines at the foot of the terminal that are drawn again and again, cut to its width. One thread. */
public final class StatusBoard implements AutoCloseable {
    private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** A terminal echoes ^C at the end of a line, which must not make it two. */
    private static final int MARGIN = 3;

    private int columns = Terminal.columns();
    private long lookedNanos = System.nanoTime();

    public void draw(List<String> lines) {
        if (System.nanoTime() - lookedNanos > LOOK_EVERY_NANOS) {
            columns = Terminal.columns();
            lookedNanos = System.nanoTime();
        }
        StatusLine.ON_STDERR.draw(lines.stream()
                .map(Visible::of)
                .map(line -> line.length() < columns - MARGIN ? line : line.substring(0, Math.max(1, columns - MARGIN)))
                .collect(Collectors.joining("\n")));
    }

    /** Leaves what stands there. */
    @Override
    public void close() {
        StatusLine.ON_STDERR.end();
    }
}
