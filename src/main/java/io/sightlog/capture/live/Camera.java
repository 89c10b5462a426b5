package io.sightlog.capture.live;

import io.sightlog.capture.Captured;
import io.sightlog.capture.Captured.Live;
import io.sightlog.capture.Skip;
import io.sightlog.capture.live.CameraState.Phase;
import io.sightlog.event.LiveSource;
import io.sightlog.retry.BackOff;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One camera: a thread that opens it, decodes what comes, keeps the newest frame, and opens it anew when it is gone. Its state is
 * under the lock of the {@link Watch} that all cameras of a run share.
 */
final class Camera implements AutoCloseable {
    /** While a camera is gone, one skip says so, and one more an hour. */
    static final long REPEAT_NANOS = 3_600_000_000_000L;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** A library that has not come back so long after its deadline is stuck. */
    private static final long GRACE_NANOS = 5_000_000_000L;

    /** Of skips that nobody takes, the oldest stay. */
    private static final int MOST_SKIPS = 100;

    private final LiveAddress address;
    private final LiveOptions options;
    private final Feed.Opener opener;
    private final LiveClock clock;
    private final Watch watch;
    private final BackOff backOff;
    private final Thread thread;
    private final StreamClock times = new StreamClock();
    private final Deadline deadline = new Deadline();
    private final Deque<Skip> skips = new ArrayDeque<>();

    private volatile boolean closed;
    private Phase phase = Phase.OPENING;
    private @Nullable String reason;
    private @Nullable Waiting waiting;
    private long arrived;
    private long taken;
    private long dropped;
    private long droppedSinceEvent;
    private long reconnects;
    private long lastArrivalEpochNanos;
    private long lastSignNanos;
    private long nextRepeatNanos;
    private long nextTakeNanos = Long.MIN_VALUE;
    private boolean everOpened;
    private boolean isOut;

    /** A lock for all cameras, and a bell for whoever waits for one of them. */
    static final class Watch {
        private boolean rung;

        synchronized void ring() {
            rung = true;
            notifyAll();
        }

        /** Waits for the bell, at most so long. */
        synchronized void await(long millis) throws InterruptedException {
            long end = System.nanoTime() + millis * 1_000_000;
            for (long left = millis; !rung && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                wait(left);
            }
            rung = false;
        }
    }

    /** The newest frame, until it is looked at. */
    private record Waiting(
            Feed.Shot shot, long number, long positionNanos, long capturedNanos, long arrivalNanos, long outageNanos) {}

    private final class Deadline implements Feed.Limits {
        private volatile long endNanos;

        @Override
        public void alive() {
            endNanos = clock.nanoTime() + options.timeoutNanos();
        }

        @Override
        public boolean isOver() {
            return closed || clock.nanoTime() - endNanos > 0;
        }

        boolean isStuck() {
            return clock.nanoTime() - endNanos > GRACE_NANOS;
        }
    }

    Camera(
            LiveAddress address,
            LiveOptions options,
            Feed.Opener opener,
            LiveClock clock,
            RandomGenerator random,
            Watch watch) {
        this.address = address;
        this.options = options;
        this.opener = opener;
        this.clock = clock;
        this.watch = watch;
        this.backOff = new BackOff(random, FIRST_PAUSE, LONGEST_PAUSE);
        this.lastSignNanos = clock.nanoTime();
        this.thread = new Thread(this::run, "camera-" + address.stream());
        thread.setDaemon(true);
        deadline.alive();
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                String gone = watchOnce();
                synchronized (watch) {
                    gone(gone);
                    if (!options.reconnect()) {
                        phase = Phase.ENDED;
                    }
                }
                watch.ring();
                if (!options.reconnect()) {
                    return;
                }
                deadline.endNanos = Long.MAX_VALUE / 2;
                clock.sleep(backOff.next(), () -> closed);
            }
        } catch (Throwable e) { // an Error, too, must be said, or the camera would be dark without a word
            synchronized (watch) {
                gone("reading it has failed: " + e);
                phase = Phase.ENDED;
            }
            watch.ring();
        }
    }

    /** Opens it and decodes until it is gone; why it is. */
    private String watchOnce() {
        deadline.alive();
        try (Feed feed = opener.open(address, options, deadline)) {
            deadline.alive();
            synchronized (watch) {
                times.opened();
                reconnects += everOpened ? 1 : 0;
                everOpened = true;
            }
            while (!closed) {
                Feed.Next next = feed.next();
                if (next instanceof Feed.Decoded decoded) {
                    arrived(decoded);
                } else if (next instanceof Feed.Damaged damaged) {
                    damaged(damaged.reason());
                }
                watch.ring();
            }
            return "closed";
        } catch (FeedException e) {
            return String.valueOf(e.getMessage()).equals(FFmpegFeed.SILENT)
                    ? "silent for " + Durations.text(options.timeoutNanos())
                    : String.valueOf(e.getMessage());
        }
    }

    private void arrived(Feed.Decoded decoded) {
        synchronized (watch) {
            if (closed) {
                decoded.shot().close();
                return;
            }
            long now = clock.nanoTime();
            times.arrived(now, clock.epochNanos(), decoded.stampNanos());
            long outageNanos = isOut ? now - lastSignNanos : waiting == null ? 0 : waiting.outageNanos;
            isOut = false;
            reason = null;
            phase = Phase.LIVE;
            backOff.reset();
            drop();
            waiting = new Waiting(
                    decoded.shot(), arrived, times.positionNanos(), times.capturedNanos(), now, outageNanos);
            arrived++;
            lastSignNanos = now;
            lastArrivalEpochNanos = times.capturedNanos();
        }
    }

    private void drop() {
        if (waiting != null) {
            waiting.shot.close();
            waiting = null;
            dropped++;
            droppedSinceEvent++;
        }
    }

    /** A frame that is there and cannot be looked at. */
    private void damaged(String why) {
        synchronized (watch) {
            times.arrived(clock.nanoTime(), clock.epochNanos(), Long.MIN_VALUE);
            add(skip(why + "; the next frame that is looked at is a sound one", 0, times.capturedNanos()));
            arrived++;
        }
    }

    private void gone(String why) {
        long now = clock.nanoTime();
        if (!isOut) {
            isOut = true;
            nextRepeatNanos = lastSignNanos;
            phase = Phase.GONE;
        }
        reason = why;
        if (now - nextRepeatNanos >= 0 && !closed) {
            long outage = now - lastSignNanos;
            nextRepeatNanos = outage < REPEAT_NANOS ? lastSignNanos + REPEAT_NANOS : nextRepeatNanos + REPEAT_NANOS;
            add(skip("no picture: " + why, Math.max(0, outage), clock.epochNanos()));
        }
    }

    private Skip skip(String why, long outageNanos, long capturedNanos) {
        LiveSource live = new LiveSource(0, 0, reconnects, outageNanos);
        return new Skip(
                address.shown(),
                arrived,
                times.positionNanos(),
                capturedNanos,
                0,
                why,
                new Live(address.stream(), live));
    }

    private void add(Skip skip) {
        if (skips.size() < MOST_SKIPS) {
            skips.add(skip);
        } else {
            droppedSinceEvent++;
        }
    }

    /** Under the lock of the watch: says that the camera's library is stuck, where it is. */
    void look() {
        if (!closed && phase != Phase.ENDED && deadline.isStuck()) {
            gone("silent, and the library that reads it does not give up");
        }
    }

    /** Under the lock of the watch: what is there to look at now, or null. A frame is still to be {@linkplain Feed.Shot#picture converted}. */
    @Nullable
    Taken take() {
        Skip skip = skips.poll();
        if (skip != null) {
            LiveSource then = liveOf(skip).source();
            LiveSource live = new LiveSource(droppedSinceEvent, 0, then.reconnects(), then.outageNanos());
            droppedSinceEvent = 0;
            return new Taken(
                    new Skip(
                            skip.source(),
                            skip.number(),
                            skip.positionNanos(),
                            skip.capturedNanos(),
                            0,
                            skip.reason(),
                            new Live(address.stream(), live)),
                    null);
        }
        long now = clock.nanoTime();
        if (waiting == null || (nextTakeNanos != Long.MIN_VALUE && now - nextTakeNanos < 0)) {
            return null;
        }
        Waiting found = waiting;
        waiting = null;
        if (options.framesPerSecond() > 0) {
            long every = (long) (1e9 / options.framesPerSecond());
            // in step with the rate, as long as frames come fast enough for it
            nextTakeNanos = nextTakeNanos == Long.MIN_VALUE || now - nextTakeNanos > every
                    ? now + every
                    : nextTakeNanos + every;
        }
        LiveSource live =
                new LiveSource(droppedSinceEvent, Math.max(0, now - found.arrivalNanos), reconnects, found.outageNanos);
        droppedSinceEvent = 0;
        taken++;
        Skip facts = new Skip(
                address.shown(),
                found.number,
                found.positionNanos,
                found.capturedNanos,
                0,
                "",
                new Live(address.stream(), live));
        return new Taken(facts, found.shot);
    }

    /**
     * What was taken.
     *
     * @param facts the skip, or what the frame will say of itself
     * @param shot null for a skip; else to be converted and closed
     */
    record Taken(Skip facts, Feed.@Nullable Shot shot) {}

    static Live liveOf(Captured captured) {
        return java.util.Objects.requireNonNull(captured.live());
    }

    /** Under the lock of the watch. */
    CameraState state() {
        return new CameraState(
                address.stream(), phase, reason, arrived, taken, dropped, reconnects, lastArrivalEpochNanos);
    }

    /** Under the lock of the watch: whether nothing comes any more. */
    boolean isDone() {
        return phase == Phase.ENDED && waiting == null && skips.isEmpty();
    }

    /** Under the lock of the watch: how long until it may be looked at again, 0 when now. */
    long waitNanos() {
        return waiting == null || nextTakeNanos == Long.MIN_VALUE ? 0 : Math.max(0, nextTakeNanos - clock.nanoTime());
    }

    /** Asks its thread to end. */
    @Override
    public void close() {
        closed = true;
        synchronized (watch) {
            if (waiting != null) {
                waiting.shot.close();
                waiting = null;
            }
        }
    }

    /** Waits for its thread, at most so long: a library may be stuck, and a thread that is left ends with the process. */
    void join(long millis) throws InterruptedException {
        thread.join(millis);
    }
}
