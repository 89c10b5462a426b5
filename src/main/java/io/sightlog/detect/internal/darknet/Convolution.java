package io.sightlog.detect.internal.darknet;

import static io.sightlog.detect.internal.darknet.Graph.attribute;

import java.util.List;

/** {@code [convolutional]}. */
final class Convolution {
    private static final int MAX_FILTERS = 1 << 16;
    private static final int MAX_SIZE = 255;

    private Convolution() {}

    static Blob add(NetBuilder net, Section section) {
        Blob input = net.input(section);
        int filters = section.integer("filters", 1, 1, MAX_FILTERS);
        int groups = section.integer("groups", 1, 1, MAX_FILTERS);
        int size = section.integer("size", 1, 1, MAX_SIZE);
        Stride stride = Stride.of(section);
        int dilation = size == 1 ? 1 : section.integer("dilation", 1, 1, MAX_SIZE);
        int padding = section.flag("pad") ? size / 2 : section.integer("padding", 0, 0, MAX_SIZE);
        if (input.channels() % groups != 0 || filters % groups != 0) {
            throw section.error(
                    "groups",
                    "groups=" + groups + " does not divide the " + input.channels() + " channels that come in and the "
                            + filters + " filters");
        }
        int width = Stride.steps(section, input.width(), 2 * padding, size, stride.x());
        int height = Stride.steps(section, input.height(), 2 * padding, size, stride.y());
        int dilated = (size - 1) * dilation + 1;
        if (dilation > 1
                && (width != Stride.steps(section, input.width(), 2 * padding * dilation, dilated, stride.x())
                        || height
                                != Stride.steps(
                                        section, input.height(), 2 * padding * dilation, dilated, stride.y()))) {
            throw section.error(
                    "dilation",
                    "dilation=" + dilation + " with a padding of " + padding + " and a size of " + size
                            + " gives no size that Darknet would agree with; wanted: pad=1 and an odd size");
        }
        long edge = (long) padding * dilation;
        boolean isNormalised = section.flag("batch_normalize") || section.flag("cbn");
        Kernel kernel = net.kernel(
                section,
                List.of((long) filters, (long) input.channels() / groups, (long) size, (long) size),
                isNormalised);
        String output = net.graph()
                .node(
                        "Conv",
                        List.of(input.name(), kernel.weights(), kernel.biases()),
                        attribute("kernel_shape", List.of((long) size, (long) size)),
                        attribute("strides", List.of((long) stride.y(), (long) stride.x())),
                        attribute("pads", List.of(edge, edge, edge, edge)),
                        attribute("dilations", List.of((long) dilation, (long) dilation)),
                        attribute("group", groups));
        return net.activated(new Blob(output, filters, height, width), Activation.ofConvolution(section));
    }
}
