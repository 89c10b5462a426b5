package io.sightlog.serve.live;

import io.sightlog.event.Event;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalReplacedException;
import io.sightlog.journal.Missed;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import io.sightlog.serve.api.Choice;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a listener has missed since a position, step by step, until it can join its channel: under the lock of the feed, where both
 * have read the same. Each step opens the journal anew, so that a listener that takes nothing holds no file. One thread at a time.
 */
final class CatchUp {
    /** Who is farther behind goes on with the newest {@link #NEWEST}. */
    private static final int MOST_BEHIND = 10_000;

    private static final int NEWEST = 1_000;

    /** What is jumped over is counted as long as it is not more. */
    private static final int MOST_COUNTED = 100_000;

    private static final int STEP_EVENTS = 2_000;
    private static final int LOCKED_EVENTS = 256;
    private static final int MOST_DRAINS = 4;

    private final Journal journal;
    private final LiveFeed feed;
    private final Listener listener;
    private final Choice choice;
    private final boolean isNewestOnly;
    /** Anew in each step, so that those who wait keep nothing. */
    private Messages messages = new Messages();

    private ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** What is read next is behind it, or is it. */
    private Position at;

    private boolean isIncluded;
    private boolean isBegun;
    private boolean isDone;

    /** Events that are not told, in front of the next that is; -1 unknown. */
    private long left;

    private Reason reason = Reason.RATE;
    private Position told;
    private byte @Nullable [] held;
    private @Nullable Position heldPosition;

    CatchUp(Journal journal, LiveFeed feed, Listener listener, LiveQuestion.Asked asked, Position after) {
        this.journal = journal;
        this.feed = feed;
        this.listener = listener;
        choice = asked.filters().choice(journal.labels());
        isNewestOnly = asked.most() > 0;
        at = after;
        told = after;
    }

    /** Whether the listener has joined. */
    boolean isDone() {
        return isDone;
    }

    /** What is to be sent now, perhaps nothing. */
    byte[] step() {
        messages = new Messages();
        out = new ByteArrayOutputStream();
        try {
            if (isBegun || begin()) {
                isBegun = true;
                Position target = feed.newest();
                if (target == null || read(target, STEP_EVENTS)) {
                    feed.locked(this::joinIfThere);
                }
            }
        } catch (RuntimeException | InternalError e) { // the latter where a mapped file was cut
            feed.failed(e);
            feed.locked(tail -> {
                add(-1, Reason.UNREADABLE);
                join(tail.newest());
            });
        }
        byte[] bytes = out.toByteArray();
        messages = new Messages();
        out = new ByteArrayOutputStream();
        return bytes;
    }

    /** False when there is nothing to be read. */
    private boolean begin() {
        if (!journal.exists()) {
            feed.locked(this::joinAnew); // what comes may be another one
            return false;
        }
        Missed missed;
        try (JournalReader reader = journal.reader(new Start.At(at))) {
            missed = reader.missed();
        } catch (FileAccessException | JournalReplacedException e) {
            throw e;
        } catch (JournalException e) { // it ends before that position
            feed.locked(this::joinAnew);
            return false;
        }
        if (missed != null) {
            add(-1, Reason.PRUNED);
            at = missed.next();
            isIncluded = true;
        }
        Position far = first(new Start.Before(Long.MAX_VALUE, MOST_BEHIND));
        Position to = far == null || at.compareTo(far) >= 0 ? null : first(new Start.Last(NEWEST));
        if (to != null) {
            add(count(to), Reason.SLOW);
            feed.counters().jumps.increment();
            at = to;
            isIncluded = true;
        }
        return true;
    }

    private @Nullable Position first(Start start) {
        try (JournalReader reader = journal.reader(start)) {
            return nextPosition(reader);
        }
    }

    private @Nullable Position nextPosition(JournalReader reader) {
        while (true) {
            try {
                return reader.peek() ? reader.nextPosition() : null;
            } catch (DamageException e) {
                if (!e.canGoOn()) {
                    throw e;
                }
            }
        }
    }

    /** How many events of those that are asked for are in front of a position, -1 when that takes too long to see. */
    private long count(Position to) {
        long counted = 0;
        try (JournalReader reader = journal.reader(new Start.At(at))) {
            for (int looked = 0; looked < MOST_COUNTED; looked++) {
                Position next = nextPosition(reader);
                if (next == null || next.compareTo(to) >= 0) {
                    return counted;
                }
                Event event = isNext(next) ? next(reader) : skip(reader);
                counted += event == null ? 0 : 1;
            }
        }
        return -1;
    }

    private void add(long events, Reason why) {
        left = left < 0 || events < 0 ? -1 : left + events;
        if (events != 0) {
            reason = reason.and(why);
        }
    }

    private boolean isNext(Position position) {
        int order = position.compareTo(at);
        return order > 0 || (order == 0 && isIncluded);
    }

    private static @Nullable Event skip(JournalReader reader) {
        try {
            reader.next();
        } catch (DamageException e) {
            // it was told before
        }
        return null;
    }

    /** The next event when it is asked for and can be read. */
    private @Nullable Event next(JournalReader reader) {
        try {
            if (reader.next() && reader.event().hasGoodTexts()) {
                return Messages.isHuge(reader.event()) ? reader.event() : choice.take(reader.event());
            }
        } catch (UnreadableEventException e) {
            // as the feed does: it is passed over
        } catch (DamageException e) {
            if (!e.canGoOn()) {
                throw e;
            }
        }
        return null;
    }

    /** Reads on up to a position; true when it is there. */
    private boolean read(Position target, int most) {
        if (!isIncluded && at.compareTo(target) >= 0) {
            return true;
        }
        try (JournalReader reader = journal.reader(new Start.At(at))) {
            for (int events = 0; events < most && out.size() < Ring.CHUNK_BYTES; events++) {
                Position next = nextPosition(reader);
                if (next == null || next.compareTo(target) > 0) {
                    return true;
                }
                if (isNext(next)) {
                    Event event = next(reader);
                    if (event != null) {
                        tell(event, next);
                    }
                    at = next;
                    isIncluded = false;
                } else {
                    skip(reader);
                }
            }
        }
        return false;
    }

    private void tell(Event event, Position position) {
        byte[] message = null;
        Reason why = Reason.LARGE;
        try {
            message = messages.seen(event);
        } catch (UnreadableEventException e) {
            why = Reason.UNREADABLE;
        }
        if (message == null) {
            add(held == null ? 1 : 2, why);
            held = null;
            if (!isNewestOnly) {
                leftOut(position);
                told = position;
            }
        } else if (isNewestOnly) {
            add(held == null ? 0 : 1, Reason.RATE);
            held = message;
            heldPosition = position;
        } else {
            send(message, position);
        }
    }

    private void send(byte[] message, Position position) {
        leftOut(position);
        out.writeBytes(message);
        told = position;
        feed.counters().sent.increment();
    }

    private void leftOut(Position to) {
        if (left != 0) {
            out.writeBytes(Messages.leftOut(left, told, to, reason));
            feed.counters().leftOut.add(Math.max(0, left));
            left = 0;
            reason = Reason.RATE;
        }
    }

    /** One that has read farther than the feed waits for it: what is counted from now on it must not have been told. */
    private void joinIfThere(Tail tail) {
        for (int drains = 0; isAhead(tail.newest()); drains++) {
            if (drains == MOST_DRAINS) {
                return;
            }
            if (tail.drain() == 0) {
                break;
            }
        }
        Position newest = tail.newest();
        if (newest == null || read(newest, LOCKED_EVENTS)) {
            join(newest);
        }
    }

    private boolean isAhead(@Nullable Position newest) {
        return newest != null && newest.compareTo(at) < 0;
    }

    private void joinAnew(Tail tail) {
        out.writeBytes(Messages.replaced(tail.newest()));
        listener.channel().join(listener, tail.newest());
        isDone = true;
    }

    private void join(@Nullable Position newest) {
        if (held != null && heldPosition != null) {
            send(held, heldPosition);
        } else if (newest != null) {
            leftOut(newest);
        }
        boolean isFarther = !isIncluded && (newest == null || isAhead(newest));
        listener.channel().join(listener, isFarther ? at : newest);
        isDone = true;
    }
}
