package io.sightlog.event;

import static io.sightlog.event.EventLayout.SECTION_LIVE;

import org.jspecify.annotations.Nullable;

/**
 * How a live source was doing when one of its frames was looked at, or could not be.
 *
 * @param dropped frames that arrived since this producer's event before of the same stream and were not looked at
 * @param ageNanos how long the frame had been there when the detector took it: from its arrival, which is {@code capturedNanos}
 * @param reconnects how often this producer has connected this stream anew
 * @param outageNanos of the first frame after an outage, how long that was; of a skip, how long it has lasted; else 0
 */
public record LiveSource(long dropped, long ageNanos, long reconnects, long outageNanos) {
    static final int BYTES = 32;

    /** @throws IllegalArgumentException when a value is negative */
    public LiveSource {
        RareSections.check(dropped >= 0, "live.dropped", dropped, "0 or more");
        RareSections.check(ageNanos >= 0, "live.ageNanos", ageNanos, "0 or more");
        RareSections.check(reconnects >= 0, "live.reconnects", reconnects, "0 or more");
        RareSections.check(outageNanos >= 0, "live.outageNanos", outageNanos, "0 or more");
    }

    /**
     * That of an event; null when its source is not live. Allocates.
     *
     * @throws UnreadableEventException when what it says cannot be
     */
    public static @Nullable LiveSource of(Event event) {
        return RareSections.read(event, SECTION_LIVE, "live source", BYTES, LiveSource::read);
    }

    private static LiveSource read(long at, int bytes) {
        return new LiveSource(
                Memory.getLong(at), Memory.getLong(at + 8), Memory.getLong(at + 16), Memory.getLong(at + 24));
    }

    void write(DraftSection into) {
        byte[] to = into.fill(BYTES);
        Memory.putLong(to, 0, dropped);
        Memory.putLong(to, 8, ageNanos);
        Memory.putLong(to, 16, reconnects);
        Memory.putLong(to, 24, outageNanos);
    }
}
