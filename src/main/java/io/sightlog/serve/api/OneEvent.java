package io.sightlog.serve.api;

import io.sightlog.event.Event;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Missed;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;

/** The event at a position, until it is closed. One thread. */
final class OneEvent implements AutoCloseable {
    private final JournalReader reader;
    private final Position position;
    private final Event event;

    private OneEvent(JournalReader reader, Position position, Labels labels, Journal journal) {
        this.reader = reader;
        this.position = position;
        event = new Event(labels.of(journal));
        event.wrapSound(reader.event().address(), reader.event().totalBytes());
        event.at(position.index(), position.place());
    }

    /** @throws Refusal 404 when none is there, 410 when it was pruned, 422 when it is damaged */
    static OneEvent at(Journal journal, Labels labels, Position position) throws Refusal {
        JournalReader reader = journal.reader(new Start.Before(position.index(), 0));
        OneEvent found = null;
        try {
            go(journal, reader, position);
            found = new OneEvent(reader, position, labels, journal);
            return found;
        } finally {
            if (found == null) {
                reader.close();
            }
        }
    }

    private static void go(Journal journal, JournalReader reader, Position position) throws Refusal {
        try {
            while (reader.next()) {
                Event event = reader.event();
                int order = new Position(event.index(), event.place()).compareTo(position);
                if (order == 0) {
                    if (!event.hasGoodTexts()) {
                        throw damaged(position, "its texts are no good UTF-8");
                    }
                    return;
                }
                if (order > 0) {
                    break;
                }
            }
        } catch (DamageException e) {
            if (e.position().compareTo(position) <= 0) {
                throw new Refusal(422, String.valueOf(e.getMessage()));
            }
        }
        if (!journal.exists()) {
            throw new Refusal(404, "no journal in " + journal.directory() + " yet");
        }
        Missed missed = missed(journal, position);
        if (missed != null) {
            throw new Refusal(410, "event " + position + " was pruned; the oldest one is " + missed.next());
        }
        throw new Refusal(404, "no event at " + position);
    }

    private static @org.jspecify.annotations.Nullable Missed missed(Journal journal, Position position) {
        try (JournalReader reader = journal.reader(new Start.At(position))) {
            return reader.missed();
        } catch (JournalException e) { // past the end
            return null;
        }
    }

    Event event() {
        return event;
    }

    /** It cannot be read after all. */
    Refusal damaged(String how) {
        return damaged(position, how);
    }

    private static Refusal damaged(Position position, String how) {
        return new Refusal(422, "event " + position + " cannot be read: " + how);
    }

    @Override
    public void close() {
        event.unwrap();
        reader.close();
    }
}
