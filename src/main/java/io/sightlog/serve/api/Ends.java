package io.sightlog.serve.api;

import io.sightlog.event.Event;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import org.jspecify.annotations.Nullable;

/** The first and the last event of a journal. Any thread. */
final class Ends {
    private static final int MOST_DAMAGED = 1000;
    private static final long FARTHEST = 1_000_000;

    private Ends() {}

    /** One of them. */
    record End(Position position, long appendedNanos) {}

    /** The oldest sound event, null when there is none near the beginning. */
    static @Nullable End first(Journal journal) {
        try (JournalReader reader = journal.reader(Start.OLDEST)) {
            return read(reader, 1);
        }
    }

    /** The newest sound event, null when there is none near the end. */
    static @Nullable End last(Journal journal) {
        End last = null;
        try (JournalReader reader = journal.reader(Start.END)) {
            for (long back = 1; last == null && back <= FARTHEST; back *= 10) {
                reader.seek(new Start.Before(Long.MAX_VALUE, back));
                boolean isOldest = reader.isAtStart();
                last = read(reader, Long.MAX_VALUE);
                if (isOldest) {
                    break;
                }
            }
        }
        return last;
    }

    private static @Nullable End read(JournalReader reader, long enough) {
        End end = null;
        int damaged = 0;
        for (long read = 0; read < enough; read++) {
            try {
                if (!reader.next()) {
                    break;
                }
                Event event = reader.event();
                end = new End(new Position(event.index(), event.place()), event.appendedNanos());
            } catch (DamageException e) {
                read--;
                if (!e.canGoOn() || ++damaged >= MOST_DAMAGED) {
                    break;
                }
            }
        }
        return end;
    }
}
