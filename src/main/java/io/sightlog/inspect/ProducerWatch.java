package io.sightlog.inspect;

import io.sightlog.event.Event;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalReplacedException;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who appends to a journal, and how that goes. The first look reads the newest hour of events, though not more than a bounded number; each
 * later one reads what has come since. Nothing stays open between looks, so that files that are pruned are gone. What is damaged is passed
 * over. The journal need not exist yet, and may be replaced. Any thread.
 */
public final class ProducerWatch {
    /** So many producers are known: one more, and the one is forgotten that was silent for longest. */
    public static final int MOST_PRODUCERS = 200;

    static final int MOST_NAMES = 10;
    static final int MOST_GAPS = 10;

    private static final long HOUR_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final long MOST_EVENTS = 1_000_000;
    /** After so long it may be quicker to begin anew. */
    private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final int STOP_EVERY = 256;

    private final Journal journal;
    private final NanoClock clock;
    private final long mostEvents;
    private final int mostProducers;
    private final ReentrantLock lock = new ReentrantLock();

    /** By id, those with the newest events last. */
    private Map<Long, ProducerTally> tallies = new LinkedHashMap<>(16, 0.75f, true);

    private @Nullable Mark last;
    private long sinceNanos;
    private volatile Seen seen = new Seen(0, 0, false, List.of());

    /**
     * What was seen.
     *
     * @param sinceNanos when the first event that was read was appended, since the epoch; 0 while there is none
     * @param nowNanos when this was looked at, since the epoch
     * @param isComplete whether all events since then were read
     * @param producers those that appended last come first
     */
    public record Seen(long sinceNanos, long nowNanos, boolean isComplete, List<ProducerSeen> producers) {
        public Seen {
            producers = List.copyOf(producers);
        }
    }

    /** An event, and what tells it from one of another journal. */
    private record Mark(Position position, long producer, long sequence, long appendedNanos) {
        static Mark of(Event event) {
            return new Mark(
                    new Position(event.index(), event.place()),
                    event.producer(),
                    event.sequence(),
                    event.appendedNanos());
        }
    }

    /** @param journal stays the caller's */
    public ProducerWatch(Journal journal) {
        this(journal, NanoClock.SYSTEM, MOST_EVENTS, MOST_PRODUCERS);
    }

    ProducerWatch(Journal journal, NanoClock clock, long mostEvents, int mostProducers) {
        this.journal = journal;
        this.clock = clock;
        this.mostEvents = mostEvents;
        this.mostProducers = mostProducers;
    }

    /** What the last look has seen. */
    public Seen seen() {
        return seen;
    }

    /**
     * Reads on to the end, or until it is to stop; the next call goes on there. Does nothing while another thread does it.
     *
     * @param stop asked every few hundred events
     * @throws io.sightlog.journal.JournalException when the journal cannot be read
     */
    public void refresh(BooleanSupplier stop) {
        if (!lock.tryLock()) {
            return;
        }
        try (JournalReader reader = journal.reader(Start.END)) {
            go(reader, stop);
            boolean isComplete = read(reader, stop);
            long now = clock.nanos();
            List<ProducerSeen> producers = new ArrayList<>();
            tallies.values().forEach(tally -> producers.add(0, tally.seen(now)));
            seen = new Seen(sinceNanos, now, isComplete, producers);
        } catch (JournalReplacedException e) {
            forget(); // the next look begins with what is there then
        } finally {
            lock.unlock();
        }
    }

    private void forget() {
        tallies = new LinkedHashMap<>(16, 0.75f, true);
        last = null;
        sinceNanos = 0;
    }

    /** Behind the last event that was read, when that is still there; else to where a first look begins. */
    private void go(JournalReader reader, BooleanSupplier stop) {
        Mark mark = last;
        if (mark != null && clock.nanos() - seen.nowNanos() > LONG_NANOS) {
            toFirst(reader, stop);
            Mark first = peek(reader);
            if (first == null || first.position().compareTo(mark.position()) > 0) {
                mark = null;
            }
        }
        if (mark == null || !isBehind(reader, mark)) {
            forget();
            toFirst(reader, stop);
        }
    }

    /** The newest hour, or fewer events when there are very many; the hour when it is to stop before that is known. */
    private void toFirst(JournalReader reader, BooleanSupplier stop) {
        long newest = 0;
        try {
            newest = reader.lastAppendedNanos();
        } catch (DamageException e) {
            reader.seek(new Start.Last(mostEvents));
            return;
        }
        Start hour = new Start.Time(newest - HOUR_NANOS);
        reader.seek(hour);
        reader.seek(
                hasMore(reader, stop)
                        ? new Start.Last(mostEvents)
                        : hour); // in that order: so many may lie in thousands of files
    }

    private boolean hasMore(JournalReader reader, BooleanSupplier stop) {
        long events = 0;
        while (events <= mostEvents && peek(reader) != null) {
            events++;
            if (events % STOP_EVERY == 0 && stop.getAsBoolean()) {
                return false;
            }
        }
        return events > mostEvents;
    }

    private static @Nullable Mark peek(JournalReader reader) {
        while (true) {
            try {
                return reader.next() ? Mark.of(reader.event()) : null;
            } catch (DamageException e) {
                if (!e.canGoOn()) {
                    return null;
                }
            }
        }
    }

    private static boolean isBehind(JournalReader reader, Mark mark) {
        reader.seek(new Start.Before(mark.position().index(), 0));
        while (true) {
            Mark here = peek(reader);
            if (here == null || here.position().compareTo(mark.position()) > 0) {
                return false;
            }
            if (here.position().equals(mark.position())) {
                return here.equals(mark);
            }
        }
    }

    private boolean read(JournalReader reader, BooleanSupplier stop) {
        long read = 0;
        boolean isEnd = false;
        while (!isEnd && (read == 0 || read % STOP_EVERY != 0 || !stop.getAsBoolean())) { // each look gets on
            read++;
            try {
                isEnd = !reader.next();
                if (!isEnd) {
                    add(reader.event());
                }
            } catch (DamageException e) { // verify tells
                isEnd = !e.canGoOn();
            }
        }
        return isEnd;
    }

    private void add(Event event) {
        if (tallies.isEmpty()) {
            sinceNanos = event.appendedNanos();
        }
        ProducerTally tally = tallies.get(event.producer());
        if (tally == null) {
            tally = new ProducerTally(event.producer());
            tallies.put(event.producer(), tally);
            if (tallies.size() > mostProducers) {
                Iterator<ProducerTally> silent = tallies.values().iterator();
                silent.next();
                silent.remove();
            }
        }
        tally.add(event);
        last = Mark.of(event);
    }
}
