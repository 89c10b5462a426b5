package io.sightlog.event;

import org.jspecify.annotations.Nullable;

/** Where label sets are found by their hash. */
@FunctionalInterface
public interface LabelSource {
    /** Knows none. */
    LabelSource NONE = hash -> null;

    /** The label set of a hash, or null when it is missing or cannot be read. Allocates nothing for a hash it was asked for before. */
    @Nullable
    LabelSet find(long hash);

    /** Why a label set that is there cannot be read, with the file; null when it can, or is missing. */
    default @Nullable String problem(long hash) {
        return null;
    }
}
