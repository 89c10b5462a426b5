package io.sightlog.journal;

import io.sightlog.journal.internal.format.ConsumerFile;
import org.jspecify.annotations.Nullable;

/**
 * Where a named consumer stands.
 *
 * @param name its name
 * @param next the position of the event it will read next, or null while that event is not there
 * @param lagEvents events it has not handled
 * @param lagNanos how much later than the first event it has not handled the newest one was appended, 0 when it has handled
 *     all
 * @param holderPid process that runs it now, 0 when none does
 * @param movedNanos when it last moved, since the epoch, 0 never
 * @param beyondEnd whether it stands past the end of the journal, as after a loss of events
 * @param damage what is wrong with its position, which then is not known; null when all is well
 */
public record ConsumerStatus(
        String name,
        @Nullable Position next,
        long lagEvents,
        long lagNanos,
        long holderPid,
        long movedNanos,
        boolean beyondEnd,
        @Nullable String damage) {

    static ConsumerStatus damaged(String name, String damage) {
        return new ConsumerStatus(name, null, 0, 0, 0, 0, false, damage);
    }

    private static long lastAppendedNanos(JournalReader reader) {
        try {
            return reader.lastAppendedNanos();
        } catch (DamageException e) {
            return 0; // reported to whoever reads there
        }
    }

    static ConsumerStatus of(String name, ConsumerFile.State state, JournalReader reader) {
        boolean beyondEnd = !reader.seek(state);
        long lagNanos = 0;
        Position next = null;
        long lagEvents = 0;
        if (!beyondEnd && reader.peekPastDamage()) {
            next = reader.nextPosition();
            long first = reader.peekAppendedNanos();
            lagEvents = reader.remaining();
            lagNanos = Math.max(0, lastAppendedNanos(reader) - first);
        }
        return new ConsumerStatus(
                name,
                next,
                lagEvents,
                lagNanos,
                state.held() ? state.holderPid() : 0,
                state.movedNanos(),
                beyondEnd,
                null);
    }
}
