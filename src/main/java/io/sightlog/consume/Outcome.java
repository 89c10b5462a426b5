package io.sightlog.consume;

import io.sightlog.journal.Missed;
import org.jspecify.annotations.Nullable;

/**
 * What became of a consumption that was not ended by an exception.
 *
 * @param ending how it ended
 * @param handled events that the sink has taken
 * @param inRange events that were read and lie in the range, selected or not
 * @param damaged events that could not be read, and label sets that could not be had where they were needed
 * @param missed the newest of what was deleted before it was read here, null when nothing was
 */
public record Outcome(
        Ending ending,
        long handled,
        long inRange,
        long damaged,
        @Nullable Missed missed) {
    /** How. */
    public enum Ending {
        /** There was nothing more to read. */
        END,
        /** The end of the range was reached. */
        END_OF_RANGE,
        /** The sink had enough. */
        DONE,
        /** It was asked to stop. */
        STOPPED
    }

    /** Whether everything that was there to be read could be read. */
    public boolean isWhole() {
        return damaged == 0 && missed == null;
    }
}
