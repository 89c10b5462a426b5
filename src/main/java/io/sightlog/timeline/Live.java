package io.sightlog.timeline;

import io.sightlog.event.Event;
import io.sightlog.journal.CycleStatus;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is appended, in the cycle that is written to; when the next one begins, the table becomes the index of the one before. One
 * thread at a time.
 */
final class Live implements AutoCloseable {
    private static final int CYCLE_SHIFT = 32;

    private final Journal journal;
    private final IndexFiles files;
    private final Parts parts;
    private final Deque<CycleStatus> closed = new ArrayDeque<>();

    private @Nullable JournalReader reader;
    private Part.@Nullable Open open;
    /** Where the events of {@link #open} were last, as an index. */
    private long lastIndex = -1;
    /** Damage at which there was no going on, so that it is counted once. */
    private @Nullable Position stuck;

    Live(Journal journal, IndexFiles files, Parts parts) {
        this.journal = journal;
        this.files = files;
        this.parts = parts;
    }

    /** The number of the cycle that is written to; less than any while there is none with events. */
    int cycle() {
        Part.Open now = open;
        return now == null ? Integer.MIN_VALUE : now.cycle.number();
    }

    /** Begins at the newest cycle with events, unless it has begun. */
    void start(List<CycleStatus> cycles) {
        for (int i = cycles.size() - 1; i >= 0 && reader == null; i--) {
            CycleStatus cycle = cycles.get(i);
            CycleStatus.Content content = journal.content(cycle);
            if (content != null && content.excerpts() > 0) {
                reader = journal.reader(new Start.At(new Position((long) cycle.number() << CYCLE_SHIFT, 0)));
                begin(cycle);
            }
        }
    }

    private void begin(CycleStatus cycle) {
        Part.Open now = new Part.Open(cycle, new EventIndexer(CycleBuild.tableOf(cycle, files)));
        open = now;
        lastIndex = -1;
        parts.cycles.put(cycle.number(), now);
    }

    /**
     * Reads on.
     *
     * @return whether all events that are there were read
     */
    boolean read(int events) {
        JournalReader from = reader;
        if (from == null) {
            return true;
        }
        int left = events;
        while (left > 0) {
            Part.Open now = Objects.requireNonNull(open);
            int before = left;
            boolean more;
            now.lock.lock();
            try {
                do {
                    more = next(from, now);
                    left--;
                } while (more && left > 0 && CycleBuild.number(from.event().index()) == now.cycle.number());
            } finally {
                now.lock.unlock();
            }
            if (!more) {
                now.isCaughtUp = true;
                return true;
            }
            if (CycleBuild.number(from.event().index()) != now.cycle.number()) {
                turn(now, from.event());
            }
            left = Math.min(left, before - 1);
        }
        return false;
    }

    /** Moves to the next event, and counts it when it is of the cycle; past damage, which is counted. */
    private boolean next(JournalReader from, Part.Open now) {
        while (true) {
            try {
                if (!from.next()) {
                    return false;
                }
                Event event = from.event();
                if (CycleBuild.number(event.index()) == now.cycle.number()) {
                    now.indexer.add(event);
                    lastIndex = event.index();
                }
                return true;
            } catch (DamageException e) {
                if (e.canGoOn() || !e.position().equals(stuck)) {
                    now.indexer.damage();
                    stuck = e.position();
                }
                if (!e.canGoOn()) {
                    return false;
                }
            }
        }
    }

    /** The next cycle has begun, with this event. */
    private void turn(Part.Open before, Event event) {
        int number = CycleBuild.number(event.index());
        CycleStatus last = before.cycle;
        before.lock.lock();
        try {
            Part.Filed made = filed(before);
            parts.cycles.put(last.number(), made == null ? new Part.Missing(last) : made);
            before.close();
        } finally {
            before.lock.unlock();
        }
        closed.add(last);
        for (CycleStatus cycle : journal.cycles()) {
            if (cycle.number() == number) {
                begin(cycle);
                Part.Open now = Objects.requireNonNull(open);
                now.indexer.add(event);
                lastIndex = event.index();
                return;
            }
        }
        close(); // pruned by now: the next look begins anew
    }

    /** What the table is the index of, when it has seen all of it, and none of it damaged; else it is made from the closed cycle. */
    private Part.@Nullable Filed filed(Part.Open before) {
        CycleStatus.Content content = journal.content(before.cycle);
        boolean isWhole =
                content != null && content.excerpts() == (lastIndex & 0xffffffffL) + 1 && before.indexer.damaged() == 0;
        try {
            return isWhole ? CycleBuild.write(before.cycle, content, before.indexer, files) : null;
        } catch (FileAccessException e) {
            return null; // tried again, and then reported
        }
    }

    /** A cycle that was closed since it was asked for last, null when none was. */
    @Nullable
    CycleStatus closed() {
        return closed.poll();
    }

    @Override
    public void close() {
        JournalReader from = reader;
        reader = null;
        Part.Open now = open;
        open = null;
        if (now != null) {
            now.lock.lock();
            try {
                now.close();
                parts.cycles.remove(now.cycle.number(), now);
            } finally {
                now.lock.unlock();
            }
        }
        if (from != null) {
            from.close();
        }
    }
}
