package io.sightlog.serve;

import io.sightlog.metrics.Liveness;
import io.sightlog.timeline.Timeline;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Keeps the index up to date, on a thread of its own, until it is closed. */
final class IndexThread implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long PAUSE_MILLIS = 1_000;
    private static final long CLOSE_MILLIS = 1_000;

    private final Timeline timeline;
    private final Liveness liveness = new Liveness(LIMIT);
    private final CountDownLatch toStop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "index");
    private volatile @Nullable String problem;

    /** @param timeline closed by this thread, when it ends */
    IndexThread(Timeline timeline) {
        this.timeline = timeline;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    Liveness liveness() {
        return liveness;
    }

    /** What keeps the index from going on at all, in one line; null when nothing does. */
    @Nullable
    String problem() {
        return problem;
    }

    private boolean isToStop() {
        liveness.beat();
        return toStop.getCount() == 0;
    }

    private void run() {
        try (timeline) {
            while (!isToStop()) {
                try {
                    boolean isUpToDate = timeline.refresh(this::isToStop).isUpToDate();
                    problem = null;
                    if (!isUpToDate && timeline.progress().problem() == null) {
                        continue;
                    }
                } catch (RuntimeException e) {
                    problem = e.getMessage() == null ? e.toString() : e.getMessage();
                }
                if (toStop.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when the thread has ended, or after a second. */
    @Override
    public void close() {
        toStop.countDown();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
