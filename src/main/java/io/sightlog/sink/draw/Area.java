package io.sightlog.sink.draw;

/** A rectangle of whole pixels. */
record Area(int x, int y, int width, int height) {
    boolean intersects(Area other) {
        return x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height;
    }
}
