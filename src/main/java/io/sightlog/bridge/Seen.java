package io.sightlog.bridge;

import io.sightlog.event.Event;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import java.util.HashMap;
import java.util.Map;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Which events a journal has, by producer and sequence: all that are in it, whoever has appended them. Numbers without gaps take a
 * bit each at most. One thread.
 */
final class Seen implements AutoCloseable {
    private final JournalReader reader;
    private final Map<Long, Roaring64Bitmap> sequences = new HashMap<>();

    /** Goes over the whole journal, which must be there. */
    Seen(Journal journal) {
        reader = journal.reader();
        catchUp();
    }

    /** Takes in what was appended meanwhile, by anybody. What is damaged is not there. */
    void catchUp() {
        boolean more = true;
        while (more) {
            try {
                while (reader.next()) {
                    Event event = reader.event();
                    add(event.producer(), event.sequence());
                }
                more = false;
            } catch (DamageException e) {
                more = e.canGoOn();
            }
        }
    }

    /** Whether it is there. */
    boolean has(long producer, long sequence) {
        Roaring64Bitmap of = sequences.get(producer);
        return of != null && of.contains(sequence);
    }

    /** It is there, or will be with the next append. */
    void add(long producer, long sequence) {
        sequences.computeIfAbsent(producer, any -> new Roaring64Bitmap()).addLong(sequence);
    }

    @Override
    public void close() {
        reader.close();
    }
}
