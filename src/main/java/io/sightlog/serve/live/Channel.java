package io.sightlog.serve.live;

import io.sightlog.event.Event;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.Position;
import io.sightlog.serve.api.Choice;
import io.sightlog.serve.api.Filters;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What all get who ask the same: events are chosen and printed once. All but {@link #ring} and {@link #wake} under the lock of the
 * {@link LiveFeed}.
 */
final class Channel {
    private static final Filters ALL = new Filters(List.of(), 0, List.of(), List.of(), null, false, null);
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** How often a channel of all events tells the newest while the feed cannot keep up. */
    private static final long LATE_NANOS = 20_000_000;

    private final LiveQuestion.Asked asked;
    private final Ring ring;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final boolean takesAll;
    private final Choice choice;
    private final Messages messages;
    private final long pauseNanos;
    private int users;
    /** How many were chosen, and so the number of the newest. */
    private long chosen;

    private Reason gap = Reason.RATE;
    private boolean isHolding;
    private long heldIndex;
    private int heldPlace;
    private long dueNanos;
    private long wokenVersion;

    Channel(LiveQuestion.Asked asked, Journal journal, Messages messages, Counters counters, long nowNanos) {
        this.asked = asked;
        this.messages = messages;
        ring = new Ring(asked.most() > 0, counters);
        takesAll = asked.filters().equals(ALL);
        choice = asked.filters().choice(journal.labels());
        pauseNanos = asked.most() == 0 ? 0 : NANOS_PER_SECOND / asked.most();
        dueNanos = nowNanos;
    }

    LiveQuestion.Asked asked() {
        return asked;
    }

    Ring ring() {
        return ring;
    }

    /** Somebody will listen, or has left. */
    void use(int more) {
        users += more;
    }

    boolean isUsed() {
        return users > 0;
    }

    /** From now on a listener gets what comes, from behind an event that no other is newer than. */
    void join(Listener listener, @Nullable Position position) {
        ring.place(listener.place(), chosen, position);
        listeners.add(listener);
    }

    void leave(Listener listener) {
        listeners.remove(listener);
    }

    /** Lets those who listen see what is new. The thread of the feed, without the lock. */
    void wake() {
        long version = ring.version();
        if (version != wokenVersion) {
            wokenVersion = version;
            for (Listener listener : listeners) {
                listener.wake();
            }
        }
    }

    /** Whether it does not look at what an event is until it tells it. */
    boolean onlyCounts() {
        return takesAll && pauseNanos > 0;
    }

    /**
     * The next event.
     *
     * @param isLate whether the feed is so far behind that not all can be told
     * @throws UnreadableEventException when it cannot be chosen
     */
    void offer(Event event, boolean isLate) {
        Event shown = choose(event);
        if (shown == null) {
            return;
        }
        chosen++;
        if (pauseNanos == 0 && !isLate) {
            tell(event, shown);
            return;
        }
        if (pauseNanos == 0) {
            gap = gap.and(Reason.SLOW);
        }
        isHolding = true;
        heldIndex = event.index();
        heldPlace = event.place();
    }

    private @Nullable Event choose(Event event) {
        return takesAll || Messages.isHuge(event) ? event : choice.take(event);
    }

    /** Whether it has an event that is to be told now. */
    boolean isDue(long nowNanos, boolean isLate) {
        return isHolding && ((pauseNanos == 0 && !isLate) || nowNanos - dueNanos >= 0);
    }

    boolean isHolding() {
        return isHolding;
    }

    /** Whether the next event is told as soon as it is there. */
    boolean wantsAtOnce(long nowNanos) {
        return !isHolding && (pauseNanos == 0 || nowNanos - dueNanos >= 0);
    }

    long dueNanos() {
        return dueNanos;
    }

    boolean holds(Event event) {
        return event.index() == heldIndex && event.place() == heldPlace;
    }

    Position held() {
        return new Position(heldIndex, heldPlace);
    }

    /** Tells the event that it holds. */
    void tellHeld(Event event, long nowNanos) {
        isHolding = false;
        dueNanos = nowNanos + (pauseNanos > 0 ? pauseNanos : LATE_NANOS);
        try {
            Event shown = event.hasGoodTexts() ? choose(event) : null;
            if (shown != null) {
                tell(event, shown);
                return;
            }
        } catch (UnreadableEventException e) {
            // it was counted, and is not told
        }
        leaveOut(event, Reason.UNREADABLE);
    }

    /** The event that it holds is gone. */
    void dropHeld(Reason why) {
        isHolding = false;
        gap = gap.and(why);
    }

    private void tell(Event event, Event shown) {
        byte[] message;
        try {
            message = messages.seen(shown);
        } catch (UnreadableEventException e) {
            leaveOut(event, Reason.UNREADABLE);
            return;
        }
        if (message == null) {
            leaveOut(event, Reason.LARGE);
            return;
        }
        ring.put(chosen, new Position(event.index(), event.place()), message, gap);
        gap = Reason.RATE;
    }

    /** The newest that was counted is not told. */
    private void leaveOut(Event event, Reason why) {
        ring.leaveOut(chosen, new Position(event.index(), event.place()), gap.and(why));
        gap = Reason.RATE;
    }

    /** Any number of events were jumped over. */
    void jumped(Reason why) {
        isHolding = false;
        chosen++;
        ring.unknown(chosen);
        gap = gap.and(why);
    }

    void replaced() {
        isHolding = false;
        gap = Reason.RATE;
        ring.replaced(chosen);
    }
}
