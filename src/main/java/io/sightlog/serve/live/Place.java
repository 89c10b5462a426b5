package io.sightlog.serve.live;

import io.sightlog.journal.Position;
import org.jspecify.annotations.Nullable;

/** How far a listener is in a {@link Ring}, which guards it. */
final class Place {
    /** Number in the ring of what it gets next. */
    long next;
    /** Of the event that it got last, or was told of, among those of its channel. */
    long ordinal;
    /** Of the event that it got last; null: before the first of the journal. */
    @Nullable
    Position position;
    /** Of which journal that is. */
    int journal;
}
