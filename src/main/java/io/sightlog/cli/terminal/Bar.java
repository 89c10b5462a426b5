package io.sightlog.cli.terminal;

import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar in the status line of the terminal, as wide as that is now. */
public final class Bar implements ProgressBarConsumer {
    private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private int columns = Terminal.columns();
    private long lookedNanos = System.nanoTime();

    private Bar() {}

    /**
     * @param unit with a space in front
     * @param max negative when it is not known
     */
    public static ProgressBar begin(String task, String unit, long max) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(max)
                .setUnit(unit, 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new Bar())
                .showSpeed()
                .build();
    }

    @Override
    public int getMaxRenderedLength() {
        if (System.nanoTime() - lookedNanos > LOOK_EVERY_NANOS) {
            columns = Terminal.columns();
            lookedNanos = System.nanoTime();
        }
        return Math.max(1, columns - 1);
    }

    @Override
    public void accept(String rendered) {
        StatusLine.ON_STDERR.draw(
                rendered.length() < columns ? rendered : rendered.substring(0, Math.max(1, columns - 1)));
    }

    @Override
    public void close() {
        StatusLine.ON_STDERR.end();
    }
}
