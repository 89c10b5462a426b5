package io.sightlog.journal;

import java.nio.file.Path;

/**
 * A cycle of a journal that has a file. From {@link Journal#cycles}.
 *
 * @param number as in the upper half of the index of its events
 * @param file its file, which may be gone by now
 * @param startSeconds when it begins, since the epoch
 * @param seconds how long it is
 */
public record CycleStatus(int number, Path file, long startSeconds, long seconds) {
    /**
     * What its file holds, in a few numbers that tell it from any other: two cycles that agree in all of them have the same events, as
     * far as nobody has damaged one. A closed cycle, one that has ended or is followed by events of a later one, has the same numbers
     * for ever, unless a loss of power is repaired in it.
     *
     * @param excerpts how many it has; each is one event or a batch of them
     * @param firstAppendedNanos since the epoch, 0 when it has none
     * @param lastAppendedNanos likewise
     * @param endPosition byte behind the last excerpt that can be reached, whatever the size of the file is
     * @param hasEnded whether the end mark is there, behind which nothing comes
     */
    public record Content(
            long excerpts, long firstAppendedNanos, long lastAppendedNanos, long endPosition, boolean hasEnded) {}
}
