package io.sightlog.detect.internal.darknet;

import java.util.List;

/**
 * What comes out of a layer: {@code [1, channels, height, width]}.
 *
 * @param name of the tensor in the graph
 */
record Blob(String name, int channels, int height, int width) {
    List<Long> shape() {
        return List.of(1L, (long) channels, (long) height, (long) width);
    }

    boolean isAsWideAndHighAs(Blob other) {
        return width == other.width && height == other.height;
    }

    /** As in {@code 13x13x255}: width, height, channels, as Darknet prints it. */
    @Override
    public String toString() {
        return width + "x" + height + "x" + channels;
    }
}
