package io.sightlog.timeline;

/** What a series counts. */
enum Kind {
    FRAMES,
    SKIPS,
    MESSAGES,
    DETECTIONS;

    static final Kind[] ALL = values();

    /** Whether its counts are kept by confidence. */
    boolean hasSteps() {
        return this == DETECTIONS;
    }
}
