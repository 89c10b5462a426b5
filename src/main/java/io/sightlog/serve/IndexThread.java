package io.sightlog.serve;

import io.sightlog.metrics.Liveness;
import io.sightlog.timeline.Progress;
import io.sightlog.timeline.Timeline;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps the index up to date, on a thread of its own, until it is closed. */
final class IndexThread implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long PAUSE_MILLIS = 1_000;

    private final Timeline timeline;
    private final Runnable eachTurn;
    private final Consumer<String> warn;
    private final Liveness liveness = new Liveness(LIMIT);
    private final CountDownLatch toStop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "index");
    private @Nullable String told;
    private long toldTicks;

    /**
     * Not started yet.
     *
     * @param timeline closed by this thread, when it ends
     * @param eachTurn done on it once in a while
     * @param warn gets a line when the index does not go on, on this thread, at most one a minute
     */
    IndexThread(Timeline timeline, Runnable eachTurn, Consumer<String> warn) {
        this.timeline = timeline;
        this.eachTurn = eachTurn;
        this.warn = warn;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    Liveness liveness() {
        return liveness;
    }

    private boolean isToStop() {
        liveness.beat();
        return toStop.getCount() == 0;
    }

    private void run() {
        try (timeline) {
            tell(timeline.whyNotKept());
            while (!isToStop()) {
                boolean isToGoOn = turn();
                if (isToGoOn) {
                    continue;
                }
                if (toStop.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether there is more to do at once */
    private boolean turn() {
        try {
            eachTurn.run();
            Progress progress = timeline.refresh(this::isToStop);
            tell(progress.problem());
            return !progress.isUpToDate() && progress.problem() == null;
        } catch (RuntimeException | InternalError e) {
            tell(timeline.progress().problem());
            return false; // the timeline says it as its problem, and may be luckier next time
        }
    }

    private void tell(@Nullable String problem) {
        long now = System.nanoTime();
        if (Objects.equals(problem, told) || (told != null && now - toldTicks < LIMIT.toNanos())) {
            return;
        }
        told = problem;
        toldTicks = now;
        if (problem != null) {
            boolean isOfIndex =
                    problem.startsWith("cannot write "); // else of the journal, for which another folder does nothing
            warn.accept("the index does not go on, so counts of the past are missing: " + problem
                    + (isOfIndex ? "; --cache DIR keeps it in another folder" : ""));
        }
    }

    /** Returns when the thread has ended, or after a while. */
    @Override
    public void close() {
        toStop.countDown();
        try {
            thread.join(Limits.CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
