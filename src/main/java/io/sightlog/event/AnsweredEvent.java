package io.sightlog.event;

import static io.sightlog.event.EventLayout.SECTION_ANSWERS;

import org.jspecify.annotations.Nullable;

/**
 * The event that a derived one answers: another model's view of the same frame, a verdict on a message.
 *
 * @param journal the journal in which it is; null when that has no id
 * @param producer its producer, not 0: with the sequence number that is what it is known by, wherever it is copied to
 * @param sequence its sequence number
 * @param index where it was, as a hint: in a copy, or after a recovery, it may be elsewhere; 0 unknown
 * @param place in its batch, likewise
 */
public record AnsweredEvent(@Nullable JournalId journal, long producer, long sequence, long index, int place) {
    static final int BYTES = 48;

    /** @throws IllegalArgumentException when a value is out of its range */
    public AnsweredEvent {
        RareSections.check(producer != 0, "answers.producer", producer, "not 0");
        RareSections.check(sequence >= 0, "answers.sequence", sequence, "0 or more");
        RareSections.check(index >= 0, "answers.index", index, "0 or more");
        RareSections.check(place >= 0, "answers.place", place, "0 or more");
    }

    /**
     * What an event answers; null when it answers none. Allocates.
     *
     * @throws UnreadableEventException when what it says cannot be
     */
    public static @Nullable AnsweredEvent of(Event event) {
        return RareSections.read(event, SECTION_ANSWERS, "answered event", BYTES, AnsweredEvent::read);
    }

    /** An event that is being read, as what another one answers. */
    public static AnsweredEvent to(Event event, @Nullable JournalId journal) {
        return new AnsweredEvent(journal, event.producer(), event.sequence(), event.index(), event.place());
    }

    private static AnsweredEvent read(long at, int bytes) {
        return new AnsweredEvent(
                JournalId.isThere(at) ? JournalId.read(at) : null,
                Memory.getLong(at + 16),
                Memory.getLong(at + 24),
                Memory.getLong(at + 32),
                Memory.getInt(at + 40));
    }

    void write(DraftSection into) {
        byte[] to = into.fill(BYTES);
        if (journal == null) {
            Memory.putLong(to, 0, 0);
            Memory.putLong(to, 8, 0);
        } else {
            journal.write(to, 0);
        }
        Memory.putLong(to, 16, producer);
        Memory.putLong(to, 24, sequence);
        Memory.putLong(to, 32, index);
        Memory.putInt(to, 40, place);
        Memory.putInt(to, 44, 0);
    }
}
