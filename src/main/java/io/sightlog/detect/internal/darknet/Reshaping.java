package io.sightlog.detect.internal.darknet;

import static io.sightlog.detect.internal.darknet.Graph.attribute;

import java.util.List;

/** Layers that put numbers elsewhere. */
final class Reshaping {
    private static final int MAX_STRIDE = 64;

    private Reshaping() {}

    /** {@code [upsample]}: each pixel becomes a square of itself. */
    static Blob upsample(NetBuilder net, Section section) {
        Blob input = net.input(section);
        int stride = section.integer("stride", 2, 1, MAX_STRIDE);
        net.requirePossible(section, (long) input.channels() * input.height() * input.width() * stride * stride);
        Graph graph = net.graph();
        String output = graph.node(
                "Resize",
                List.of(input.name(), "", graph.constants(List.of(4L), 1, 1, stride, stride)),
                attribute("mode", "nearest"),
                attribute("coordinate_transformation_mode", "asymmetric"),
                attribute("nearest_mode", "floor"));
        float scale = section.decimal("scale", 1);
        if (scale != 1) {
            output = graph.node("Mul", List.of(output, graph.constant(scale)));
        }
        return new Blob(output, input.channels(), input.height() * stride, input.width() * stride);
    }

    /**
     * {@code [reorg3d]}: each square of pixels becomes a pixel with more channels, or the other way round. {@code [reorg]} does the
     * same with the numbers read in the order of what it should give, which is no picture any more: nets were trained with it.
     */
    static Blob reorg(NetBuilder net, Section section, boolean isInOrder) {
        Blob input = net.input(section);
        int stride = section.integer("stride", 1, 1, MAX_STRIDE);
        boolean isReverse = section.flag("reverse");
        int square = stride * stride;
        if (isReverse ? input.channels() % square != 0 : input.height() % stride != 0 || input.width() % stride != 0) {
            throw section.error("stride", "stride=" + stride + " does not divide " + input);
        }
        Blob output = isReverse
                ? new Blob("", input.channels() / square, input.height() * stride, input.width() * stride)
                : new Blob("", input.channels() * square, input.height() / stride, input.width() / stride);
        // Darknet's own function takes these for the many channels of small planes.
        Blob many = isInOrder ? output : input;
        if (many.channels() % square != 0) {
            throw section.error(
                    "stride", "the square of stride=" + stride + " does not divide the channels of " + many);
        }
        long few = many.channels() / square;
        long height = many.height();
        long width = many.width();
        long s = stride;
        Graph graph = net.graph();
        String parts = isReverse
                ? transposed(graph, input, new long[] {s, s, few, height, width}, List.of(2L, 3L, 0L, 4L, 1L))
                : transposed(graph, input, new long[] {few, height, s, width, s}, List.of(2L, 4L, 0L, 1L, 3L));
        String shaped = graph.node(
                "Reshape", List.of(parts, graph.integers(1, output.channels(), output.height(), output.width())));
        return new Blob(shaped, output.channels(), output.height(), output.width());
    }

    private static String transposed(Graph graph, Blob input, long[] shape, List<Long> order) {
        String parts = graph.node("Reshape", List.of(input.name(), graph.integers(shape)));
        return graph.node("Transpose", parts, attribute("perm", order));
    }
}
