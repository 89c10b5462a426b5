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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the journal for all channels. Everything under the lock of the {@link LiveFeed}. */
final class Tail {
    /** Of a journal that has taken another one's place, so many of the newest are told. */
    private static final int FIRST_EVENTS = 1_000;

    private static final int MOST_EVENTS = 4_096;
    private static final int CLOCK_EVERY = 32;
    private static final long MOST_NANOS = 2_000_000;

    /** Of a burst only the newest is told, unless it is longer. */
    private static final long BURST_NANOS = 20_000_000;

    /** Behind the end for longer, not all is told. */
    private static final long LATE_NANOS = 2_000_000_000;

    /** And for longer than this, not all is read. */
    private static final long LOST_NANOS = 10_000_000_000L;

    private final Journal journal;
    private final Channels channels;
    private final Counters counters;

    private @Nullable JournalReader reader;
    private @Nullable JournalReader again;
    /** Goes up whenever the journal is opened. */
    private int openings;
    /** Whether nothing was read yet. */
    private boolean isFresh = true;
    /** Whether events that were read may come again. */
    private boolean isResuming;

    private @Nullable Position newest;
    private @Nullable Missed missed;
    private boolean isAtEnd = true;
    /** Since when it is not at the end, 0: it is. */
    private long behindNanos;

    private boolean isLate;

    Tail(Journal journal, Channels channels, Counters counters) {
        this.journal = journal;
        this.channels = channels;
        this.counters = counters;
    }

    /** The newest event that was read, null while there is none. */
    @Nullable
    Position newest() {
        return newest;
    }

    boolean isAtEnd() {
        return isAtEnd;
    }

    int openings() {
        return openings;
    }

    /**
     * Opens the journal, where nothing was read yet at its end.
     *
     * @throws RuntimeException when it cannot be read now
     */
    void open() {
        if (reader != null) {
            return;
        }
        openings++;
        if (isFresh) {
            JournalReader opened = journal.reader(new Start.Last(1));
            reader = opened;
            newest = null;
            while (newest == null && readNext(opened)) {
                newest = new Position(opened.event().index(), opened.event().place());
            }
            isFresh = false;
        } else if (newest == null) {
            reader = journal.reader();
        } else {
            resume(newest);
        }
    }

    private void resume(Position at) {
        isResuming = true;
        try {
            reader = journal.reader(new Start.At(at));
        } catch (FileAccessException e) {
            throw e;
        } catch (JournalException e) {
            try (JournalReader any = journal.reader(new Start.Last(1))) {
                readNext(any);
            }
            replaced(); // it can be read, and has no such position any more
        }
    }

    /** Nothing is read until it is opened again, and then from the end on. */
    void sleep() {
        close();
        isFresh = true;
        newest = null;
        missed = null;
        isAtEnd = true;
        behindNanos = 0;
        isLate = false;
    }

    /** Gives up what is open; it is opened again where it was. */
    void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
        if (again != null) {
            again.close();
            again = null;
        }
    }

    /** Whether there is an event behind damage, which is counted; where nothing is behind it, it throws. */
    private boolean readNext(JournalReader from) {
        while (true) {
            try {
                return from.next();
            } catch (DamageException e) {
                counters.damaged.increment();
                if (!e.canGoOn()) {
                    throw e;
                }
            }
        }
    }

    /**
     * Reads what there is, for two milliseconds or so.
     *
     * @return how many events
     * @throws RuntimeException when it cannot be read now
     */
    int drain() {
        try {
            open();
            int events = read(Objects.requireNonNull(reader));
            long now = System.nanoTime();
            keepUp(now);
            tellHeld(now);
            return events;
        } catch (JournalReplacedException e) {
            replaced();
            return 0;
        }
    }

    private int read(JournalReader from) {
        long until = System.nanoTime() + MOST_NANOS;
        int events = 0;
        long index = -1;
        int place = 0;
        isAtEnd = false;
        try {
            while (events < MOST_EVENTS) {
                if (!readNext(from)) {
                    isAtEnd = true;
                    break;
                }
                events++;
                Event event = from.event();
                if (isResuming && isRead(event)) {
                    continue;
                }
                isResuming = false;
                index = event.index();
                place = event.place();
                offer(event);
                if (events % CLOCK_EVERY == 0 && System.nanoTime() - until > 0) {
                    break;
                }
            }
        } finally {
            if (index >= 0) {
                newest = new Position(index, place);
            }
        }
        return events;
    }

    private boolean isRead(Event event) {
        return newest != null && new Position(event.index(), event.place()).compareTo(newest) <= 0;
    }

    private void offer(Event event) {
        boolean isChecked = false;
        for (Channel channel : channels.all()) {
            if (!isChecked && !channel.onlyCounts()) {
                if (!event.hasGoodTexts()) {
                    counters.damaged.increment();
                    return;
                }
                isChecked = true;
            }
            try {
                channel.offer(event, isLate);
            } catch (UnreadableEventException e) {
                counters.damaged.increment();
            }
        }
    }

    private void keepUp(long now) {
        JournalReader from = Objects.requireNonNull(reader);
        Missed told = from.missed();
        if (told != null && !told.equals(missed)) {
            missed = told;
            channels.all().forEach(channel -> channel.jumped(Reason.PRUNED));
        }
        if (isAtEnd) {
            behindNanos = 0;
            isLate = false;
            return;
        }
        behindNanos = behindNanos == 0 ? now : behindNanos;
        isLate = now - behindNanos > LATE_NANOS;
        if (now - behindNanos > LOST_NANOS) {
            from.seek(new Start.Last(FIRST_EVENTS));
            isResuming = true;
            behindNanos = now;
            channels.all().forEach(channel -> channel.jumped(Reason.SLOW));
        }
    }

    private void tellHeld(long now) {
        if (!isAtEnd && now - behindNanos < BURST_NANOS) {
            return;
        }
        for (Channel channel : channels.all()) {
            if (channel.isDue(now, isLate)) {
                Event event = eventAt(channel);
                if (event == null) {
                    channel.dropHeld(Reason.PRUNED);
                } else {
                    channel.tellHeld(event, now);
                }
            }
        }
    }

    /** The event that a channel holds, as it stands in the journal; null when it is gone. */
    private @Nullable Event eventAt(Channel channel) {
        Event shown = Objects.requireNonNull(reader).event();
        if (shown.producer() != 0 && channel.holds(shown)) { // a view of what is not mapped any more shows zeros
            return shown;
        }
        if (again == null) {
            again = journal.reader();
        }
        try {
            again.seek(new Start.At(channel.held()));
            return again.next() && channel.holds(again.event()) ? again.event() : null;
        } catch (DamageException e) {
            return null;
        }
    }

    private void replaced() {
        close();
        newest = null;
        missed = null;
        isResuming = false;
        channels.all().forEach(Channel::replaced);
        openings++;
        reader = journal.reader(new Start.Last(FIRST_EVENTS));
    }
}
