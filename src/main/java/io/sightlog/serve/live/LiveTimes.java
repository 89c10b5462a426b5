package io.sightlog.serve.live;

/**
 * How long what takes.
 *
 * @param heartbeatNanos after so long without anything a heartbeat is sent
 * @param stallNanos a listener is cut when what is on its way was not taken for so long
 */
record LiveTimes(long heartbeatNanos, long stallNanos) {
    static final LiveTimes USUAL = new LiveTimes(3_000_000_000L, 30_000_000_000L);
}
