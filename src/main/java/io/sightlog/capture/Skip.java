package io.sightlog.capture;

import org.jspecify.annotations.Nullable;

/**
 * A frame that cannot be looked at.
 *
 * @param reason why, one line for people
 */
public record Skip(
        String source,
        long number,
        long positionNanos,
        long capturedNanos,
        long digest,
        String reason,
        @Nullable Live live)
        implements Captured {
    /** Of a file. */
    public Skip(String source, long number, long positionNanos, long capturedNanos, long digest, String reason) {
        this(source, number, positionNanos, capturedNanos, digest, reason, null);
    }
}
