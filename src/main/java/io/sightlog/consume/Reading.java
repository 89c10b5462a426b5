package io.sightlog.consume;

import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Start;
import org.jspecify.annotations.Nullable;

/**
 * What is to be read, and how.
 *
 * @param selection which events
 * @param name of the consumer whose position is kept; null: none is
 * @param follow whether to wait for what comes, and do not end at the end
 * @param waiting how to wait then
 */
public record Reading(Selection selection, @Nullable String name, boolean follow, IdleStrategy.Mode waiting) {
    /** What is there now, without a name. */
    public static Reading past(Selection selection) {
        return new Reading(selection, null, false, IdleStrategy.Mode.PARK);
    }

    /** Where it begins when nothing is saved: without a name, who follows wants what comes; all others begin at the start. */
    public Start start() {
        return selection.start(follow && name == null ? Start.END : Start.OLDEST);
    }

    /** Whether it ends when there is nothing more to read. */
    boolean endsAtTheEnd() {
        return !follow || selection.endsWithWhatIsThere();
    }
}
