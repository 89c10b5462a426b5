package io.sightlog.journal.internal.format;

/** What tests elsewhere need of this room, and nobody else. */
public final class FormatInside {
    private FormatInside() {}

    /** Byte of {@code metadata.cq4t} at which the highest cycle is. */
    public static int highestCycleOffset(Metadata metadata) {
        return metadata.highestCycleOffset();
    }
}
