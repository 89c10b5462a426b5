package io.sightlog.timeline;

import org.jspecify.annotations.Nullable;

/**
 * How far an index is.
 *
 * @param cycles how many cycles are known
 * @param indexed how many of them have an index, the one that is written to included once it has caught up
 * @param current the name of the cycle that is worked on, null when none is
 * @param currentEvents how many of its events were read
 * @param isUpToDate whether all that was there is in it
 * @param bytes what its files take
 * @param problem what keeps it from going on, such as a folder that cannot be written; null when nothing does
 */
public record Progress(
        int cycles,
        int indexed,
        @Nullable String current,
        long currentEvents,
        boolean isUpToDate,
        long bytes,
        @Nullable String problem) {
    Progress with(String other) {
        return new Progress(cycles, indexed, current, currentEvents, false, bytes, other);
    }
}
