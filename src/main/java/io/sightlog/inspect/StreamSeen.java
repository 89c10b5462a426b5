package io.sightlog.inspect;

import org.jspecify.annotations.Nullable;

/**
 * A stream, and when it was last seen.
 *
 * @param events of it that were read
 * @param live whether its last event was of a camera
 * @param seenNanos when its last frame was captured, since the epoch; of a camera of which only skips were read, when they say it was
 *     seen last; {@link Long#MIN_VALUE} when it never was, in what was read
 * @param gone why there is no frame since, null when there is none but a frame after it, or nobody has said why
 */
public record StreamSeen(
        long events, boolean live, long seenNanos, @Nullable String gone) {}
