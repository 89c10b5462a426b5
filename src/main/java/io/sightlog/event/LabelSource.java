package io.sightlog.event;

import org.jspecify.annotations.Nullable;

/** Where label sets are found by their hash. */
@FunctionalInterface
public interface LabelSource {
    /** Knows none. */
    LabelSource NONE = hash -> null;

    /** The label set of a hash, or null when it is missing. Allocates nothing for a hash it was asked for before. */
    @Nullable
    LabelSet find(long hash);
}
