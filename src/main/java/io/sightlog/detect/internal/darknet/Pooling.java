package io.sightlog.detect.internal.darknet;

import static io.sightlog.detect.internal.darknet.Graph.attribute;

import java.util.List;

/** {@code [maxpool]}, {@code [local_avgpool]} and {@code [avgpool]}. */
final class Pooling {
    private static final int MAX_SIZE = 255;

    private Pooling() {}

    static Blob add(NetBuilder net, Section section, LayerKind kind) {
        Blob input = net.input(section);
        if (kind == LayerKind.AVGPOOL) {
            return new Blob(net.graph().node("GlobalAveragePool", input.name()), input.channels(), 1, 1);
        }
        Stride stride = Stride.of(section);
        int size = section.integer("size", section.integer("stride", 1), 1, MAX_SIZE);
        int padding = section.integer("padding", size - 1, 0, 2 * MAX_SIZE);
        long before = padding / 2; // and one more after, where it is odd
        long after = padding - before;
        if (after >= size) {
            throw section.error(
                    "padding",
                    "padding=" + padding + " is too much for a size of " + size + ": windows would be empty");
        }
        int width = Stride.steps(section, input.width(), padding, size, stride.x());
        int height = Stride.steps(section, input.height(), padding, size, stride.y());
        String output = net.graph()
                .node(
                        kind == LayerKind.MAXPOOL ? "MaxPool" : "AveragePool",
                        input.name(),
                        attribute("kernel_shape", List.of((long) size, (long) size)),
                        attribute("strides", List.of((long) stride.y(), (long) stride.x())),
                        attribute("pads", List.of(before, before, after, after)));
        return new Blob(output, input.channels(), height, width);
    }
}
