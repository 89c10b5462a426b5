package io.sightlog.serve.live;

/**
 * What has become of events and listeners since the feed was made, and how many there are now.
 *
 * @param listeners there are now
 * @param channels of different questions there are now
 * @param refused listeners, as there were too many
 * @param cut listeners that took nothing for too long
 * @param sent events to listeners, each counted as often as it was sent
 * @param jumps times that a listener was too slow, and went on with newer events
 * @param leftOut events that listeners were told they did not get, as far as their number is known
 * @param damaged places that could not be read
 */
public record LiveCounts(
        int listeners, int channels, long refused, long cut, long sent, long jumps, long leftOut, long damaged) {}
