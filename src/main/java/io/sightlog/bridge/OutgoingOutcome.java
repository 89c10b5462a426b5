package io.sightlog.bridge;

import io.sightlog.consume.Outcome;

/**
 * What became of a bridge that was not ended by an exception.
 *
 * @param consumption how it ended, and what could not be read; {@code handled} are the events that the broker has
 * @param passedOver events that can never be delivered, and were passed over as was asked for
 * @param waiting events that were on their way: they come again
 * @param counts of all that happened
 */
public record OutgoingOutcome(Outcome consumption, long passedOver, long waiting, BridgeCounts counts) {
    /** Whether all that was there to be sent could be read and delivered. */
    public boolean isWhole() {
        return consumption.isWhole() && passedOver == 0;
    }
}
