package io.sightlog.timeline;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of what was there when, in columns of equal width. Immutable but for its arrays, which are the asker's.
 *
 * @param startNanos when the first column begins, since the epoch: a multiple of the width
 * @param widthNanos how long a column is
 * @param columns how many there are
 * @param confidence the least confidence that was counted: the step of .05 that is nearest to the one asked for
 * @param lanes those with the highest counts, these first; of the same count by name
 * @param others all other lanes as one, null when there are none
 * @param otherLanes how many these are; at least, when there are very many
 * @param unknown spans of which nothing, or not all, is known yet, ascending; counts are then too low there
 * @param isCut whether it has an end because there were too many events to read: what comes after it is the last of {@code unknown}
 * @param damaged events and stretches of them that could not be read and are not counted, in the cycles that the span touches
 * @param unattributed counts for which there was no series of their own, so that it is not known whether the filter takes them
 */
public record Answer(
        long startNanos,
        long widthNanos,
        int columns,
        float confidence,
        List<Lane> lanes,
        @Nullable Lane others,
        int otherLanes,
        List<Span> unknown,
        boolean isCut,
        long damaged,
        long unattributed) {

    /** What is known of a lane in a column. */
    public enum State {
        /** There is something. */
        SEEN,
        /** It was looked for, and there was nothing of it: frames were looked at, of topics any events were there. */
        NOTHING_FOUND,
        /** Frames were there, and none was looked at. */
        SKIPPED,
        /** No event was there. */
        NO_DATA,
        /** Not known yet, at least of a part: see {@link #unknown}. */
        UNKNOWN
    }

    /**
     * A span of time.
     *
     * @param fromNanos since the epoch
     * @param toNanos behind it
     */
    public record Span(long fromNanos, long toNanos) {}

    /**
     * One lane.
     *
     * @param name of what it is: see {@link Lanes}
     * @param total of its counts
     * @param counts by column: see {@link Lanes}
     * @param highest confidence of what was counted, by column, in two hundredths of 1; 0 where there is none
     * @param states by column
     */
    public record Lane(String name, long total, long[] counts, byte[] highest, State[] states) {
        /** The highest confidence in a column, rounded to .005; 0 where there is none. */
        public float highest(int column) {
            return (highest[column] & 0xff) / (float) Steps.HIGHEST;
        }

        /** Two lanes are the same when they are one. */
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }

        @Override
        public String toString() {
            return name + " " + total;
        }
    }

    /** When a column begins, since the epoch. */
    public long columnNanos(int column) {
        return startNanos + column * widthNanos;
    }
}
