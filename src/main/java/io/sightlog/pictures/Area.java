package io.sightlog.pictures;

/** A rectangle of whole pixels. */
record Area(int x, int y, int width, int height) {
    /** Pixels that are in both. */
    long overlap(Area other) {
        int across = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
        int down = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
        return across > 0 && down > 0 ? (long) across * down : 0;
    }
}
