package io.sightlog.event;

/** What of a box lies within a picture, one direction at a time. */
final class Clip {
    private Clip() {}

    /** An edge, moved to 0 or to the limit where it lies outside. */
    static float edge(float edge, int limit) {
        return Math.max(0, Math.min(edge, limit)) + 0f; // no -0
    }

    /** What is left of an extent that began at {@code from} and now begins at {@code clipped}. */
    static float extent(float from, float clipped, float extent, int limit) {
        float left = clipped == from ? extent : Math.max(0, from + extent - clipped);
        return clipped + left > limit ? limit - clipped : left;
    }
}
