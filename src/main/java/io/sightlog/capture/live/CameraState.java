package io.sightlog.capture.live;

import org.jspecify.annotations.Nullable;

/**
 * How a camera is doing, for people.
 *
 * @param stream its name
 * @param phase what it does now
 * @param reason why it is gone, null while it is not
 * @param arrived frames that have arrived since the start
 * @param taken frames of these that were looked at
 * @param dropped frames of these that were not
 * @param reconnects how often it was connected anew
 * @param lastArrivalNanos when its last frame arrived, since 1970; 0 when none has
 */
public record CameraState(
        String stream,
        Phase phase,
        @Nullable String reason,
        long arrived,
        long taken,
        long dropped,
        long reconnects,
        long lastArrivalNanos) {

    /** What a camera does. */
    public enum Phase {
        OPENING,
        LIVE,
        /** It is gone, and waited for. */
        GONE,
        /** It is not waited for any more. */
        ENDED
    }
}
