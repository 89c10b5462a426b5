package io.sightlog.system;

import io.sightlog.event.Event;
import io.sightlog.event.Origin;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Goes along with a journal that grows and is pruned, as a consumer that pruning waits for, and counts what came in from a broker. */
final class JournalCount implements AutoCloseable {
    private final Path queue;
    private @Nullable JournalReader reader;
    private final Set<String> ids = new HashSet<>();
    private final Set<String> origins = new HashSet<>();
    private final Map<Long, Long> newest = new HashMap<>();
    private int events;
    private int others;
    private int gaps;
    private int backwards;

    JournalCount(Path queue) {
        this.queue = queue;
    }

    /** Reads what is there. */
    void read() {
        Journal journal = Journal.open(queue);
        if (reader == null) {
            if (!journal.exists()) {
                return;
            }
            reader = journal.reader("count");
        }
        while (reader.next()) {
            count(reader.event());
            reader.handled();
        }
    }

    private void count(Event event) {
        Origin origin = Origin.of(event);
        if (origin == null) {
            others++;
            return;
        }
        events++;
        ids.add(event.producer() + "-" + event.sequence());
        origins.add(origin.partition() + ":" + origin.offset());
        Long before = newest.put(event.producer(), event.sequence());
        long expected = before == null ? 0 : before + 1;
        gaps += event.sequence() > expected ? 1 : 0;
        backwards += event.sequence() < expected ? 1 : 0;
    }

    /** Events that came in. */
    int events() {
        return events;
    }

    /** Of those, how many have an id of another one, or come from the same record as another one. */
    int repeated() {
        return 2 * events - ids.size() - origins.size();
    }

    /** How often a producer's sequence was not the one after that before it. */
    int outOfSequence() {
        return gaps + backwards;
    }

    @Override
    public String toString() {
        return events + " events, " + repeated() + " repeated, " + gaps + " gaps, " + backwards + " backwards, "
                + others + " of its own";
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
        }
    }
}
