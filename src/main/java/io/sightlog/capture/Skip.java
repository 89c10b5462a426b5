package io.sightlog.capture;

/**
 * A frame that cannot be looked at.
 *
 * @param reason why, one line for people
 */
public record Skip(String source, long number, long positionNanos, long capturedNanos, long digest, String reason)
        implements Captured {}
