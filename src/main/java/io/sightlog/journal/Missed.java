package io.sightlog.journal;

/**
 * What a reader could not read any more because it had been deleted to make room.
 *
 * @param from where it would have gone on
 * @param next where it goes on: the oldest event that is left
 * @param excerpts how many excerpts lay between, -1 unknown; each is one event or a batch of them
 */
public record Missed(Position from, Position next, long excerpts) {
    /** One line for people. */
    @Override
    public String toString() {
        return "skipped " + (excerpts < 0 ? "an unknown number of" : "at least " + excerpts)
                + (excerpts == 1 ? " event" : " events") + " from " + from
                + " on, which were pruned before they were read here; going on at " + next;
    }
}
