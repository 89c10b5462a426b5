package io.sightlog.detect.internal.darknet;

import java.util.List;

/**
 * A layer that says where things are: for each anchor x, y, width, height, objectness and the classes, each a plane of cells.
 *
 * @param section of the cfg
 * @param isRegion whether it is a {@code [region]}, the older one
 * @param blob what it reads
 * @param classes how many there are, 1 or more
 * @param anchors width and height of each, in pixels of the input; in cells for a region
 * @param scaleXy by which centres may leave their cell, 1 when they may not
 * @param newCoords whether the layer before has brought everything to 0..1 already
 * @param softmax whether the classes of a box share 1, in a region
 * @param dropsWeak whether objectness below a half counts as 0, in a region
 */
record Head(
        Section section,
        boolean isRegion,
        Blob blob,
        int classes,
        List<Anchor> anchors,
        float scaleXy,
        boolean newCoords,
        boolean softmax,
        boolean dropsWeak) {
    /** Numbers of a box that are no classes. */
    static final int BOX = 5;

    Head {
        anchors = List.copyOf(anchors);
    }

    /** The box that a cell's numbers are relative to. */
    record Anchor(float width, float height) {}
}
