package io.sightlog.timeline;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes counts out of an index, part by part: first its keys, then block by block, series by series, ascending in time in each. */
interface Cells {
    /** The keys of the part that begins, by number of series. */
    void begin(List<Key> keys);

    /** Whether a series is wanted. */
    boolean wants(int series);

    /** Whether counts are wanted by step of confidence. */
    boolean wantsSteps();

    /** Before the series of a block: nothing of this part that comes is earlier. */
    default void block(long second) {}

    /**
     * A count that is not 0.
     *
     * @param second when its bucket begins, since the epoch
     * @param count 1 or more
     * @param highest confidence as {@link Steps#highest}, 0 where there is none
     * @param steps counts by step, valid until this returns; null where there are none, or they are not wanted
     */
    void cell(int series, long second, long count, int highest, long @Nullable [] steps);
}
