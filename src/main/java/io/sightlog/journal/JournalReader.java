package io.sightlog.journal;

import io.sightlog.event.Event;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.internal.format.Catalogue;
import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.Filler;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.read.JournalCursor;
import io.sightlog.journal.internal.read.MissedEvents;
import io.sightlog.journal.internal.read.QuietTime;
import io.sightlog.journal.internal.read.Seek;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal event by event, live or past, over the mapped bytes: it locks nothing and writes nothing but, when it has a
 * name, its own position.
 *
 * <p>It may be opened before the journal exists, and then waits for a complete one. Every event is checked before it is
 * handed out. Polling allocates nothing once warm, but at a change of cycle. One thread at a time.
 */
public final class JournalReader implements AutoCloseable {
    private static final long NONE = -1;

    private static final long CHECK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final JournalDirectory directory;
    private final NanoClock clock;
    private final @Nullable ConsumerFile consumer;
    private final Start start;
    private final Event event;
    private final JournalCursor cursor;

    private Start pending = Start.OLDEST;
    private boolean sought = true;
    private boolean closed;
    private long checkedNanos = System.nanoTime();
    private final QuietTime quiet = new QuietTime(checkedNanos);
    /** How often nothing is found before the clock is looked at. */
    private int looksLeft = 1;
    /** What {@link #handled(Position)} takes: from the position saved last, else the first handed out, to the newest handed out. */
    private long fromIndex = NONE;

    private int fromPlace;
    private long newestIndex = NONE;
    private int newestPlace;

    JournalReader(JournalDirectory directory, @Nullable ConsumerFile consumer, Start start, NanoClock clock) {
        this.directory = directory;
        this.consumer = consumer;
        this.start = start;
        this.clock = clock;
        this.event = new Event(new Catalogue(directory));
        this.cursor = new JournalCursor(directory, event);
        boolean begun = false;
        try {
            begin(start);
            begun = true;
        } finally {
            if (!begun) {
                close();
            }
        }
    }

    private void begin(Start start) {
        if (consumer == null || consumer.isNew()) {
            seek(start);
            if (consumer != null && sought) {
                saveNext(consumer);
            }
        } else if (!seek(consumer.state())) {
            ConsumerFile.State state = consumer.state();
            throw new JournalException("this consumer is past the end of the journal, at " + state.position()
                    + ": events that it has read are gone; the next producer that starts moves it back to the end, and so does"
                    + " sightlog consumers reset");
        } else {
            if (consumer.state().state() == ConsumerFile.BEHIND) {
                handedOut(consumer.state().index(), consumer.state().place());
            }
            int next = cycleHere();
            if (next >= 0) {
                cursor.missed(MissedEvents.resuming(directory, consumer.state(), next));
            }
        }
    }

    /** The cycle in which it goes on, the oldest one when it is at the start; -1 when there is none, or none to be read yet. */
    private int cycleHere() {
        if (!cursor.isOpen()) {
            return -1;
        }
        if (cursor.isInFile()) {
            return ExcerptIndex.cycle(cursor.index());
        }
        if (!cursor.isRewound()) {
            return -1;
        }
        int[] cycles = cursor.cycles();
        return cycles.length == 0 ? -1 : cycles[0];
    }

    /**
     * What this reader could not read because it had been deleted to make room: when it was opened, when it was told to go to
     * a position or a time that is gone, or when it was overtaken. Another object each time.
     *
     * @return the newest, null while there is none
     */
    public @Nullable Missed missed() {
        return cursor.missed();
    }

    /**
     * Hands out up to {@code limit} events in order. The position of a named reader is saved after each event that its
     * handler has returned from, so that at most one is repeated after a death. What a handler throws comes out of here as it is: the
     * events before are handled and saved, its own is not. The reader has moved past it all the same, and the next call hands out the
     * event after it, which would save it as handled: whoever wants it again opens the reader anew, or seeks to it.
     *
     * @param handler called on this thread, with one reused view that is valid until it returns
     * @param limit at most so many, 1 or more: how long one call may take
     * @return how many were handled, 0 when there are none now
     * @throws DamageException at a damaged event; see there how to go on
     * @throws JournalReplacedException when the journal was replaced, moved or removed; looked for when a file is opened, and about
     *     once a second while there are no events
     * @throws FileAccessException when a file cannot be read now; the next call goes on with the same event
     */
    public int poll(EventHandler handler, int limit) {
        int handled = 0;
        long now = 0;
        while (handled < limit && next()) {
            handler.onEvent(event);
            if (consumer != null) {
                now = now == 0 ? clock.nanos() : now;
                save(consumer, event.index(), event.place(), now);
            }
            handled++;
        }
        return handled;
    }

    /**
     * Moves to the next event, which {@link #event} then shows until the next call. A named reader must {@link #handled}
     * each one by itself when it does not poll.
     *
     * @return false when there is none now
     * @throws DamageException as {@link #poll}
     */
    public boolean next() {
        try {
            return moved();
        } catch (InternalError e) {
            throw FileAccessException.fault("cannot read journal " + directory.path(), e);
        }
    }

    private boolean moved() {
        if (!peek()) {
            return false;
        }
        long index = cursor.index();
        int place = cursor.place();
        boolean alone = !cursor.isInBatch();
        boolean sound = cursor.isSound();
        long payload = cursor.payload();
        int length = cursor.length();
        try {
            if (sound) {
                event.wrapSound(payload, length);
            } else {
                event.wrap(payload, length);
            }
        } catch (UnreadableEventException e) {
            cursor.confirm();
            cursor.leave();
            if (alone && cursor.back()) {
                return next();
            }
            throw unreadable(new Position(index, place), alone, payload, length, e);
        }
        cursor.leave();
        event.at(index, place);
        handedOut(index, place);
        return true;
    }

    private void handedOut(long index, int place) {
        newestIndex = index;
        newestPlace = place;
        if (fromIndex == NONE) {
            fromIndex = index;
            fromPlace = place;
        }
    }

    /**
     * Goes back, under a name, to where it would go on if it were opened now: behind what was saved as handled, so that all that was
     * handed out since is handed out again. Without a name, to the start it was opened with.
     *
     * @throws JournalException as when it is opened
     */
    public void rewind() {
        fromIndex = NONE;
        newestIndex = NONE;
        sought = true;
        begin(start);
    }

    /**
     * How often this name was moved on purpose, by {@link Journal#resetConsumer}, or back to an end that had been lost: what was done
     * with events before the last time tells nothing about those that come now. 0 without a name.
     */
    public int resets() {
        return consumer == null ? 0 : consumer.state().resets();
    }

    /** The newest event that was saved as handled, with all before it; null when none was since the name is known, or was moved. */
    public @Nullable Position handledLast() {
        return consumer != null && consumer.state().state() == ConsumerFile.BEHIND
                ? consumer.state().position()
                : null;
    }

    /** Whether nothing was ever saved under this name but where it begins; always without a name. */
    public boolean isNew() {
        return consumer == null || (handledLast() == null && resets() == 0);
    }

    /** What {@link #next} has moved to. */
    public Event event() {
        return event;
    }

    /** Saves, for a named reader, that the event {@link #next} moved to was handled. Does nothing without a name. */
    public void handled() {
        if (consumer != null) {
            save(consumer, event.index(), event.place(), clock.nanos());
        }
    }

    /**
     * Saves, for a named reader, that the event at a position and all before it were handled, while newer ones that were handed
     * out may not be yet: for those who finish events later than they get them, in order. After a death it goes on with the event
     * after that position, at the next place when it is within a batch, so that what was not finished is handed out again. Without
     * a name it only checks. Allocates nothing.
     *
     * @param position from the one that was saved last, also by an earlier reader of this name, to that of the newest event handed
     *     out, both included. Before anything was saved, and after a {@link #seek(Start)}, from the first event handed out since
     * @throws IllegalArgumentException when it is another one: nothing is saved
     */
    public void handled(Position position) {
        long index = position.index();
        int place = position.place();
        if (newestIndex == NONE
                || compare(index, place, fromIndex, fromPlace) < 0
                || compare(index, place, newestIndex, newestPlace) > 0) {
            throw new IllegalArgumentException("position " + position + " cannot be saved as handled: "
                    + (newestIndex == NONE
                            ? "no event was handed out yet"
                            : "wanted is one from " + new Position(fromIndex, fromPlace)
                                    + ", saved or handed out first, to " + new Position(newestIndex, newestPlace)
                                    + ", handed out last"));
        }
        if (consumer != null) {
            save(consumer, index, place, clock.nanos());
        }
    }

    private void save(ConsumerFile held, long index, int place, long nowNanos) {
        held.save(ConsumerFile.BEHIND, index, place, nowNanos);
        fromIndex = index;
        fromPlace = place;
    }

    private static int compare(long index, int place, long otherIndex, int otherPlace) {
        int byIndex = Long.compare(index, otherIndex);
        return byIndex != 0 ? byIndex : Integer.compare(place, otherPlace);
    }

    /**
     * Whether there is a next event now. It is not checked yet.
     *
     * @throws DamageException when the structure around it is damaged; the next call goes on after it
     */
    public boolean peek() {
        try {
            if ((cursor.isOpen() || ready()) && cursor.peek()) {
                return true;
            }
        } catch (InternalError e) {
            throw FileAccessException.fault("cannot read journal " + directory.path(), e);
        }
        if (--looksLeft <= 0) {
            checkSame();
        }
        return false;
    }

    /** In quiet times, and not more than once a second: that what is waited for can still come. */
    private void checkSame() {
        long now = System.nanoTime();
        looksLeft = quiet.looks(now, event.index(), event.place());
        if (cursor.isOpen() && now - checkedNanos >= CHECK_EVERY_NANOS) {
            checkedNanos = now;
            cursor.checkSame();
            if (consumer != null) {
                consumer.checkSame();
            }
        }
    }

    /** Whether there is a next event, past damage, which is not reported then. */
    boolean peekPastDamage() {
        while (true) {
            try {
                return peek();
            } catch (DamageException e) {
                if (!e.canGoOn()) {
                    return false;
                }
            }
        }
    }

    private boolean ready() {
        if (closed) {
            throw new IllegalStateException("this reader of " + directory.path() + " is closed");
        }
        if (cursor.open() && consumer != null) {
            consumer.checkSame(); // it came before the journal, and the directory may be another one since
        }
        if (cursor.isOpen() && !sought) {
            seek(pending);
            if (consumer != null && consumer.isNew()) {
                saveNext(consumer);
            }
        }
        return cursor.isOpen();
    }

    private DamageException unreadable(
            Position position, boolean alone, long payload, int length, UnreadableEventException e) {
        if (alone && Filler.isOne(payload, length)) {
            return cursor.pastFillers(position.index());
        }
        String damage = alone ? cursor.batchDamage(payload, length) : null;
        String text = "event " + position + " of " + directory.path() + " cannot be read: "
                + (damage == null ? e.getMessage() : damage);
        return new DamageException(text, position, true, e);
    }

    /**
     * Moves to a start. While there is no journal it is kept, and an end is the start of what comes.
     *
     * @throws JournalException when it is a position past the end of the journal
     * @throws FileAccessException when a file cannot be read now; the next poll goes there
     */
    public void seek(Start start) {
        pending = start instanceof Start.Time || start instanceof Start.At ? start : Start.OLDEST;
        sought = false;
        fromIndex = NONE;
        newestIndex = NONE;
        if (cursor.isOpen() || ready()) {
            sought = true;
            try {
                go(start);
            } catch (FileAccessException e) {
                cursor.close(); // it is not where it should be: the next poll goes there
                pending = start;
                sought = false;
                throw e;
            }
        }
    }

    private void go(Start start) {
        Seek.to(cursor, start);
        if (start instanceof Start.At at
                && cursor.isInFile()
                && cursor.index() > at.position().index()) {
            cursor.missed(MissedEvents.seeking(directory, at.position().index(), ExcerptIndex.cycle(cursor.index())));
        } else if (start instanceof Start.Time time && cycleHere() >= 0) {
            cursor.missed(MissedEvents.since(directory, time.nanos(), cycleHere()));
        }
    }

    /** Goes where a consumer's file says; false when that is past the end of the journal. */
    boolean seek(ConsumerFile.State state) {
        if (!cursor.isOpen() && !ready()) {
            return state.state() == ConsumerFile.AT_START;
        }
        return Seek.to(cursor, state);
    }

    /** The position of the next event. Only after {@link #peek} said that there is one. */
    public Position nextPosition() {
        return cursor.position();
    }

    /** When the next event was appended. Only after {@link #peek} said that there is one. */
    long peekAppendedNanos() {
        return Seek.appendedNanos(cursor);
    }

    /** Whether it stands in front of the oldest event there can be: at the start, to which also a {@link Start.Before} can lead. */
    public boolean isAtStart() {
        return cursor.isRewound();
    }

    /** How many events there are from here to the end. Walks over them, a few nanoseconds each. */
    public long remaining() {
        return peekPastDamage() ? Seek.remaining(cursor) : 0;
    }

    /**
     * When the newest event was appended, 0 when there is none.
     *
     * @throws DamageException when it is damaged, and its stamp cannot be believed
     */
    public long lastAppendedNanos() {
        try (JournalReader last = new JournalReader(directory, null, new Start.Last(1), clock)) {
            return last.next() ? last.event.appendedNanos() : 0;
        }
    }

    /** Makes a consumer go on where this reader is. */
    void saveNext(ConsumerFile held) {
        long now = clock.nanos();
        if (!cursor.isRewound()) {
            peekPastDamage();
        }
        if (cursor.isInFile()) {
            held.save(ConsumerFile.AT, cursor.index(), cursor.place(), now);
        } else {
            held.save(ConsumerFile.AT_START, 0, 0, now);
        }
    }

    /** Releases the name, if it has one, and unmaps everything; {@link #event} shows nothing any more. */
    @Override
    public void close() {
        closed = true;
        cursor.close();
        if (consumer != null) {
            consumer.close();
        }
    }

    @Override
    public String toString() {
        return "reader of " + directory.path() + (cursor.isInFile() ? " at " + cursor.position() : "");
    }
}
