package io.sightlog.bridge;

/**
 * What becomes of what a broker delivers.
 *
 * @param asEvents whether what is our event becomes that event again; else everything becomes a message
 * @param strict whether what is no event of ours is an error, when events are wanted
 * @param skipUndeliverable whether what can never be taken in is passed over
 */
public record InboxOptions(boolean asEvents, boolean strict, boolean skipUndeliverable) {}
