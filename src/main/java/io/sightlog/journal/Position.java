package io.sightlog.journal;

import io.sightlog.journal.internal.format.ExcerptIndex;

/**
 * Where an event is: the index of its excerpt, and its place when that excerpt is a batch.
 *
 * @param index of the excerpt, as Chronicle Queue counts: the upper 32 bits are its cycle, the lower 32 its number in that, from 0
 * @param place place inside a batch, 0 outside batches
 */
public record Position(long index, int place) implements Comparable<Position> {
    public Position {
        if (index < 0 || place < 0) {
            throw new IllegalArgumentException("a position is not negative: index=" + index + " place=" + place);
        }
    }

    /**
     * Reads {@code 0x<index>} or {@code 0x<index>:<place>}.
     *
     * @throws IllegalArgumentException when it is neither, saying what is needed
     */
    public static Position parse(String text) {
        try {
            if (text.startsWith("0x")) {
                int colon = text.indexOf(':');
                long index = Long.parseLong(text.substring(2, colon < 0 ? text.length() : colon), 16);
                int place = colon < 0 ? 0 : Integer.parseInt(text.substring(colon + 1));
                return new Position(index, place);
            }
        } catch (IllegalArgumentException e) {
            // reported below
        }
        throw new IllegalArgumentException("bad position \"" + text + "\": 0x<index> or 0x<index>:<place> is needed");
    }

    /** The number of its cycle. */
    public int cycle() {
        return ExcerptIndex.cycle(index);
    }

    @Override
    public int compareTo(Position other) {
        int byIndex = Long.compare(index, other.index);
        return byIndex != 0 ? byIndex : Integer.compare(place, other.place);
    }

    /** As {@link #parse} reads it; the place only when it is not 0. */
    @Override
    public String toString() {
        return "0x" + Long.toHexString(index) + (place == 0 ? "" : ":" + place);
    }
}
