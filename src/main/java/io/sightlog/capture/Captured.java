package io.sightlog.capture;

import io.sightlog.event.LiveSource;
import org.jspecify.annotations.Nullable;

/** What a source gives: a frame, or why there is none. */
public sealed interface Captured permits Frame, Skip {
    /** Absolute path of the file. */
    String source();

    /** Number of the frame in the original video, from 0; 0 for a picture. */
    long number();

    /** Its place in the video; 0 for a picture. */
    long positionNanos();

    /** When it was captured, nanoseconds since the epoch. */
    long capturedNanos();

    /** What the event carries: see {@link io.sightlog.event.Digest}; 0 when unknown. */
    long digest();

    /** Of a camera: which, and how it is doing; null of a file. */
    @Nullable
    Live live();

    /**
     * What only a camera has.
     *
     * @param stream its name
     * @param source how it was doing when this was taken
     */
    record Live(String stream, LiveSource source) {}
}
