package io.sightlog.serve.live;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who listens: a place in a ring, and at most one write on its way. Whichever thread finds something to do does it, one at a time;
 * none waits.
 */
final class Listener {
    private enum Step {
        /** There may be more. */
        DONE,
        /** Whoever calls back goes on. */
        PENDING,
        NOTHING,
        OVER
    }

    /** How a send and the call back have met. */
    private static final int BEGUN = 0;

    private static final int RETURNED = 1;
    private static final int CALLED = 2;

    /** What the thread of the feed, which has others to look after, sends to one; the rest is for a thread of the outlet. */
    private static final int SENDS_OF_FEED = 1;

    private static final int CHUNK_OF_FEED_BYTES = 4 * 1024;

    /** What a thread of the outlet sends before it looks after others. */
    private static final int SENDS = 16;

    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final LiveFeed feed;
    private final Channel channel;
    private final Outlet outlet;
    private final Place place = new Place();

    /** Who makes it more than 0 works until it is 0 again. */
    private final AtomicInteger wanted = new AtomicInteger();

    private final AtomicInteger phase = new AtomicInteger();
    private ByteBuffer rest;
    private @Nullable CatchUp catchUp;
    private int sendsLeft;
    private int chunkBytes;
    private boolean isOver;

    /** When what is on its way was begun, 0: nothing is. */
    private volatile long sendingNanos;

    private volatile long sentNanos;
    private volatile boolean isHeartbeatDue;
    private volatile boolean isToEnd;

    /** @param first what is sent first of all */
    Listener(LiveFeed feed, Channel channel, Outlet outlet, byte[] first) {
        this.feed = feed;
        this.channel = channel;
        this.outlet = outlet;
        rest = ByteBuffer.wrap(first);
        sentNanos = feed.nanoTime();
        place.journal = channel.ring().journal();
    }

    Channel channel() {
        return channel;
    }

    Place place() {
        return place;
    }

    /** Before anything else it reads what it has missed. */
    void catchUp(CatchUp reading) {
        catchUp = reading;
    }

    /** There may be something to send. Any thread. */
    void wake() {
        if (wanted.getAndIncrement() == 0) {
            work(SENDS_OF_FEED, CHUNK_OF_FEED_BYTES);
        }
    }

    /** All that is there is still sent. */
    void end() {
        isToEnd = true;
        wake();
    }

    /** Once a second. */
    void look(long nowNanos, long stallNanos, long heartbeatNanos) {
        long since = sendingNanos;
        if (since != 0) {
            if (nowNanos - since > stallNanos) {
                feed.counters().cut.increment();
                outlet.cut("nothing was taken for " + stallNanos / 1_000_000 + " ms");
            }
        } else if (nowNanos - sentNanos >= heartbeatNanos) {
            isHeartbeatDue = true;
            wake();
        }
    }

    /** Gives it up, whatever is on its way. */
    void cut(String why) {
        outlet.cut(why);
    }

    private void goOn() {
        work(SENDS, Ring.CHUNK_BYTES);
    }

    private void work(int sends, int bytes) {
        sendsLeft = sends;
        chunkBytes = bytes;
        int seen = wanted.get();
        while (true) {
            switch (step()) {
                case PENDING, OVER -> {
                    return;
                }
                case NOTHING -> {
                    if (wanted.compareAndSet(seen, 0)) {
                        return;
                    }
                    seen = wanted.get();
                }
                case DONE -> {
                    // goes on
                }
            }
        }
    }

    private Step step() {
        if (isOver) {
            return Step.OVER;
        }
        if (rest.hasRemaining()) {
            return sendsLeft-- > 0 ? send() : handOver(this::goOn);
        }
        if (catchUp != null) {
            return handOver(this::readOn);
        }
        ByteBuffer taken = channel.ring().take(place, chunkBytes);
        if (taken == null && isToEnd) {
            leave();
            outlet.end();
            return Step.OVER;
        }
        if (taken == null && isHeartbeatDue) {
            isHeartbeatDue = false;
            taken = ByteBuffer.wrap(Messages.alive(feed.sentUpTo(this), feed.clockNanos()));
        }
        if (taken == null) {
            return Step.NOTHING;
        }
        rest = taken;
        return Step.DONE;
    }

    private Step handOver(Runnable work) {
        try {
            outlet.execute(work);
            return Step.PENDING;
        } catch (RuntimeException e) { // the pool takes no more
            leave();
            outlet.end();
            return Step.OVER;
        }
    }

    private void readOn() {
        CatchUp reading = catchUp;
        try {
            if (reading != null && !isToEnd) {
                rest = ByteBuffer.wrap(reading.step());
            }
        } catch (RuntimeException e) {
            feed.failed(e);
            leave();
            outlet.end();
        }
        if (reading == null || reading.isDone() || isToEnd) {
            catchUp = null;
        }
        goOn();
    }

    /** At most a chunk, so that it shows whether anything is taken. */
    private Step send() {
        ByteBuffer chunk = rest.slice();
        if (chunk.remaining() > Ring.CHUNK_BYTES) {
            chunk.limit(Ring.CHUNK_BYTES);
        }
        rest.position(rest.position() + chunk.remaining());
        if (!rest.hasRemaining()) {
            rest = NONE;
        }
        phase.set(BEGUN);
        sendingNanos = feed.nanoTime() | 1;
        try {
            outlet.send(chunk, this::sent);
        } catch (RuntimeException e) {
            outlet.cut("it cannot be sent");
            leave();
            return Step.OVER;
        }
        return phase.compareAndSet(BEGUN, RETURNED) ? Step.PENDING : Step.DONE;
    }

    private void sent(@Nullable Throwable failure) {
        sentNanos = feed.nanoTime();
        sendingNanos = 0;
        if (failure != null) {
            leave();
        }
        if (!phase.compareAndSet(BEGUN, CALLED)) {
            goOn();
        }
    }

    private void leave() {
        isOver = true;
        rest = NONE;
        feed.leave(this);
    }
}
