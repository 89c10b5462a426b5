package io.sightlog.serve.live;

import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Position;
import io.sightlog.serve.api.Refusal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands on what is appended to a journal, to all who listen. Its thread "live" reads the journal once for all of them, and sleeps while
 * there are none. A journal that comes later is waited for, and one that is replaced is begun anew. Any thread.
 *
 * <p>What it takes is bounded, whatever is appended and whoever does not read: rings of {@link Channels#RINGS_BYTES} together, twice
 * {@link Messages#LARGEST_EVENT} outside of the heap for each channel that filters, and for each listener what is on its way, which is
 * {@link Ring#CHUNK_BYTES} and one event of {@link Messages#LONGEST_EVENT} at most. With all channels and listeners there can be, and a journal
 * that means harm, that is 16 MiB + 300 x 160 KiB = 63 MiB, and 32 MiB outside; with one listener and usual events, one or two.
 */
public final class LiveFeed implements AutoCloseable {
    /** So many listeners. */
    static final int MOST_LISTENERS = 300;

    private static final long RETRY_MILLIS = 1_000;
    private static final long LOOK_NANOS = 1_000_000_000;
    private static final long BACK_OFF_NANOS = 1_000_000_000;
    private static final long LONGEST_PARK_NANOS = 250_000_000;

    /** While some wait for any event and others for their time. */
    private static final long SHORT_PARK_NANOS = 1_000_000;

    private static final long NO_JOURNAL_NANOS = 20_000_000;

    private static final int FAILED = -1;
    private static final long CLOSE_MILLIS = 1_000;

    private final Journal journal;
    private final String instance;
    private final LiveTimes times;
    private final Counters counters = new Counters();
    private final Channels channels;
    private final Tail tail;
    private final Thread thread = new Thread(this::run, "live");

    /** Fair, so that who joins is not kept waiting by a feed that is busy. */
    private final ReentrantLock lock = new ReentrantLock(true);

    private final Condition needed = lock.newCondition();
    private final Set<Listener> listeners = new HashSet<>();
    private long lookedNanos = System.nanoTime();
    private volatile boolean isClosing;
    /** Somebody was refused: perhaps some of those who are here have gone, which is seen when something is sent to them. */
    private volatile boolean isCrowded;

    private volatile @Nullable String problem;

    /**
     * @param journal stays the caller's, and need not exist yet
     * @param instance hex id of this run of the server, told to each listener
     */
    public LiveFeed(Journal journal, String instance) {
        this(journal, instance, LiveTimes.USUAL);
    }

    LiveFeed(Journal journal, String instance, LiveTimes times) {
        this.journal = journal;
        this.instance = instance;
        this.times = times;
        channels = new Channels(journal, counters);
        tail = new Tail(journal, channels, counters);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Somebody listens from now on, until its outlet fails or the feed is closed.
     *
     * @throws Refusal with status 503 when there are too many, or the feed is closing; the outlet was not touched then
     */
    public void join(LiveQuestion question, Outlet outlet) throws Refusal {
        Listener listener;
        lock.lock();
        try {
            listener = add(question, outlet);
            needed.signal();
        } finally {
            lock.unlock();
        }
        LockSupport.unpark(thread);
        listener.wake();
    }

    private Listener add(LiveQuestion question, Outlet outlet) throws Refusal {
        if (isClosing) {
            throw new Refusal(503, "the server is closing");
        }
        Channel channel = listeners.size() < MOST_LISTENERS ? channels.of(question.asked(), nanoTime()) : null;
        if (channel == null) {
            counters.refused.increment();
            isCrowded = true;
            throw new Refusal(
                    503,
                    listeners.size() < MOST_LISTENERS
                            ? "there are " + Channels.MOST
                                    + " different live questions already: ask one of them, or later"
                            : "there are " + MOST_LISTENERS + " live listeners already: ask later");
        }
        channel.use(1);
        try {
            tail.open();
        } catch (RuntimeException e) {
            failed(e); // the thread tries again
        }
        Position after = question.after();
        Position from = after == null ? tail.newest() : after;
        byte[] hello = Messages.hello(instance, generation(), from, clockNanos(), times.heartbeatNanos(), RETRY_MILLIS);
        Listener listener = new Listener(this, channel, outlet, hello);
        listeners.add(listener);
        if (after == null) {
            channel.join(listener, from);
        } else {
            listener.catchUp(new CatchUp(journal, this, listener, question.asked(), after));
        }
        return listener;
    }

    private @Nullable String generation() {
        try {
            return journal.generation();
        } catch (JournalException e) {
            return null; // not known now
        }
    }

    void leave(Listener listener) {
        lock.lock();
        try {
            if (listeners.remove(listener)) {
                Channel channel = listener.channel();
                channel.leave(listener);
                channel.use(-1);
                channels.release(channel);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Does something with the reader of all, which stands still meanwhile. */
    void locked(Consumer<Tail> work) {
        lock.lock();
        try {
            work.accept(tail);
        } finally {
            lock.unlock();
        }
    }

    /** The newest event that was read, null while there is none. */
    @Nullable
    Position newest() {
        lock.lock();
        try {
            return tail.newest();
        } finally {
            lock.unlock();
        }
    }

    /** Up to where a listener has got all; null when it has not. */
    @Nullable
    Position sentUpTo(Listener listener) {
        lock.lock();
        try {
            Channel channel = listener.channel();
            return channel.isHolding() ? null : channel.ring().takenUpTo(listener.place(), tail.newest());
        } finally {
            lock.unlock();
        }
    }

    Counters counters() {
        return counters;
    }

    /** Since the epoch. */
    long clockNanos() {
        return System.currentTimeMillis() * 1_000_000;
    }

    long nanoTime() {
        return System.nanoTime();
    }

    void failed(Throwable e) {
        problem = e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /** Why the journal cannot be read now, in one line; null when it can, and while nobody listens. */
    public @Nullable String problem() {
        return problem;
    }

    /** How many of what. */
    public LiveCounts counts() {
        int now;
        lock.lock();
        try {
            now = listeners.size();
        } finally {
            lock.unlock();
        }
        return new LiveCounts(
                now,
                channels.all().size(),
                counters.refused.sum(),
                counters.cut.sum(),
                counters.sent.sum(),
                counters.jumps.sum(),
                counters.leftOut.sum(),
                counters.damaged.sum());
    }

    private void run() {
        IdleStrategy idle = IdleStrategy.parking();
        int openings = -1;
        while (!isClosing) {
            int events = drain();
            channels.all().forEach(Channel::wake);
            look();
            if (openings != tail.openings()) { // it may be another journal, with a signal of its own
                openings = tail.openings();
                idle.close();
                idle = journal.idleStrategy(IdleStrategy.Mode.byDefault());
            }
            pause(events, idle);
        }
        idle.close();
        locked(Tail::close);
    }

    private int drain() {
        lock.lock();
        try {
            while (channels.all().isEmpty()) {
                tail.sleep();
                problem = null; // nobody looks
                if (isClosing) {
                    return 0;
                }
                needed.awaitUninterruptibly();
            }
            int events = tail.drain();
            problem = null;
            return events;
        } catch (RuntimeException | InternalError | OutOfMemoryError e) { // the second where a mapped file was cut
            failed(e);
            tail.close();
            return FAILED;
        } finally {
            lock.unlock();
        }
    }

    private void pause(int events, IdleStrategy idle) {
        if (isClosing) {
            return;
        }
        if (events == FAILED) {
            LockSupport.parkNanos(BACK_OFF_NANOS);
            return;
        }
        if (!tail.isAtEnd()) {
            return;
        }
        long now = nanoTime();
        long due = Long.MAX_VALUE;
        boolean isWanted = false;
        boolean isHeld = false;
        for (Channel channel : channels.all()) {
            if (channel.wantsAtOnce(now)) {
                isWanted = true;
            } else {
                due = Math.min(due, channel.dueNanos() - now);
                isHeld |= channel.isHolding();
            }
        }
        if (!isWanted && due != Long.MAX_VALUE) {
            LockSupport.parkNanos(Math.min(due, LONGEST_PARK_NANOS));
        } else if (isHeld) {
            LockSupport.parkNanos(Math.min(due, SHORT_PARK_NANOS));
        } else {
            idle.idle(events);
            if (events == 0 && tail.newest() == null && idle.mode() != IdleStrategy.Mode.byDefault()) {
                LockSupport.parkNanos(NO_JOURNAL_NANOS); // nobody can wake it yet
            }
        }
    }

    /** Once a second: heartbeats, and who takes nothing. */
    private void look() {
        long now = nanoTime();
        if (now - lookedNanos < Math.min(LOOK_NANOS, times.heartbeatNanos() / 4)) {
            return;
        }
        lookedNanos = now;
        long heartbeatNanos = isCrowded ? Math.min(LOOK_NANOS, times.heartbeatNanos()) : times.heartbeatNanos();
        isCrowded = false;
        for (Listener listener : all()) {
            listener.look(now, times.stallNanos(), heartbeatNanos);
        }
    }

    private List<Listener> all() {
        lock.lock();
        try {
            return List.copyOf(listeners);
        } finally {
            lock.unlock();
        }
    }

    /** Ends all listeners, and the thread; returns within two seconds. */
    @Override
    public void close() {
        lock.lock();
        try {
            isClosing = true;
            needed.signalAll();
        } finally {
            lock.unlock();
        }
        LockSupport.unpark(thread);
        all().forEach(Listener::end);
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all().forEach(listener -> listener.cut("the server is closing"));
    }
}
