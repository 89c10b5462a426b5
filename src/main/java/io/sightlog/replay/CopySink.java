package io.sightlog.replay;

import io.sightlog.consume.Sink;
import io.sightlog.event.Event;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/** Appends events to another journal, with the label sets they refer to. Owns the writer. One thread. */
public final class CopySink implements Sink {
    private final Journal from;
    private final JournalWriter into;
    private final boolean keepsIdentity;
    private final Set<Long> copied = new HashSet<>();
    private final Set<Long> unreadable = new LinkedHashSet<>();

    /**
     * @param from where the events come from
     * @param into closed with this
     * @param keepsIdentity whether events keep their producer and sequence, or become new ones of the writer
     */
    public CopySink(Journal from, JournalWriter into, boolean keepsIdentity) {
        this.from = from;
        this.into = into;
        this.keepsIdentity = keepsIdentity;
    }

    @Override
    public void accept(Event event) {
        long hash = event.labelSetHash();
        if (hash != 0 && copied.add(hash)) {
            if (from.labels().problem(hash) == null) {
                into.publishFrom(from, hash);
            } else {
                unreadable.add(hash);
            }
        }
        into.append(event, keepsIdentity);
    }

    /** Label sets that could not be copied, as they are missing or cannot be read. */
    public Set<Long> missingLabelSets() {
        return unreadable;
    }

    @Override
    public void close() {
        into.close();
    }
}
