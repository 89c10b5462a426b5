package io.sightlog.system;

import io.sightlog.event.Event;
import io.sightlog.event.Origin;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Goes along with a journal that grows and is pruned, as a consumer that pruning waits for, and counts what came in from a broker. */
final class JournalCount implements AutoCloseable {
    private final Path queue;
    private @Nullable JournalReader reader;
    private final Map<Long, BitSet> sequences = new HashMap<>();
    private final Map<Integer, BitSet> offsets = new HashMap<>();
    private final Map<Long, Long> newest = new HashMap<>();
    private int events;
    private int repeated;
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
        repeated += mark(sequences.computeIfAbsent(event.producer(), any -> new BitSet()), event.sequence());
        repeated += mark(offsets.computeIfAbsent(origin.partition(), any -> new BitSet()), origin.offset());
        Long before = newest.put(event.producer(), event.sequence());
        long expected = before == null ? 0 : before + 1;
        gaps += event.sequence() > expected ? 1 : 0;
        backwards += event.sequence() < expected ? 1 : 0;
    }

    /** 1 when it was there already. */
    private static int mark(BitSet seen, long number) {
        int at = Math.toIntExact(number);
        boolean was = seen.get(at);
        seen.set(at);
        return was ? 1 : 0;
    }

    /** Events that came in. */
    int events() {
        return events;
    }

    /** How often there was an id, or the record that an event came from, a second time. */
    int repeated() {
        return repeated;
    }

    /** How often a producer's sequence was not the one after that before it. */
    int outOfSequence() {
        return gaps + backwards;
    }

    @Override
    public String toString() {
        return events + " events, " + repeated + " repeated, " + gaps + " gaps, " + backwards + " backwards, " + others
                + " of its own";
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
        }
    }
}
