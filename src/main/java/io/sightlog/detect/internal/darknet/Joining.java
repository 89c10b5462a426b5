package io.sightlog.detect.internal.darknet;

import static io.sightlog.detect.internal.darknet.Graph.attribute;

import java.util.ArrayList;
import java.util.List;

/** Layers that read what several others give. */
final class Joining {
    private static final long CHANNELS = 1;
    private static final int MAX_CHANNELS = 1 << 20;

    private Joining() {}

    /** {@code [route]}: all channels of some layers, or the same group of each. */
    static Blob route(NetBuilder net, Section section) {
        List<Integer> layers = section.integers("layers");
        if (layers.isEmpty()) {
            throw section.error("[route] has no layers; wanted: layers=A, or layers=A,B");
        }
        int groups = section.integer("groups", 1, 1, MAX_CHANNELS);
        int group = section.integer("group_id", 0, 0, groups - 1);
        Blob first = net.output(section, "layers", layers.get(0));
        List<String> parts = new ArrayList<>();
        long channels = 0;
        for (int layer : layers) {
            Blob blob = net.output(section, "layers", layer);
            if (!blob.isAsWideAndHighAs(first)) {
                throw section.error("layers", "[route] has layers of different sizes, " + first + " and " + blob);
            }
            if (blob.channels() % groups != 0) {
                throw section.error(
                        "groups",
                        "groups=" + groups + " does not divide the " + blob.channels() + " channels of a layer");
            }
            int share = blob.channels() / groups;
            channels += share;
            parts.add(groups == 1 ? blob.name() : slice(net.graph(), blob.name(), group * share, share));
        }
        if (channels > MAX_CHANNELS) {
            throw section.error(
                    "layers", "[route] would have " + channels + " channels; wanted: at most " + MAX_CHANNELS);
        }
        String joined =
                parts.size() == 1 ? parts.get(0) : net.graph().node("Concat", parts, attribute("axis", CHANNELS));
        return new Blob(joined, (int) channels, first.height(), first.width());
    }

    /** {@code [shortcut]}: the sum of some layers; of those with more channels the first, those with fewer reach as far as they do. */
    static Blob shortcut(NetBuilder net, Section section) {
        Blob input = net.input(section);
        List<Integer> layers = section.integers("from");
        if (layers.isEmpty()) {
            throw section.error("[shortcut] has no from; wanted: from=A");
        }
        Graph graph = net.graph();
        String sum = input.name();
        for (int layer : layers) {
            Blob other = net.output(section, "from", layer);
            if (!other.isAsWideAndHighAs(input)) {
                throw section.error(
                        "from", "[shortcut] would add layers of different sizes, " + input + " and " + other);
            }
            int all = input.channels();
            int shared = Math.min(all, other.channels());
            String added = graph.node(
                    "Add",
                    List.of(
                            shared == all ? sum : slice(graph, sum, 0, shared),
                            shared == other.channels() ? other.name() : slice(graph, other.name(), 0, shared)));
            sum = shared == all
                    ? added
                    : graph.node(
                            "Concat",
                            List.of(added, slice(graph, sum, shared, all - shared)),
                            attribute("axis", CHANNELS));
        }
        return net.activated(
                new Blob(sum, input.channels(), input.height(), input.width()), Activation.ofShortcut(section));
    }

    /** {@code [scale_channels]}: another layer times one number a channel, or with {@code scale_wh} one a pixel. */
    static Blob scaleChannels(NetBuilder net, Section section) {
        Blob factors = net.input(section);
        Blob from = net.output(section, "from", from(section));
        boolean fits = section.flag("scale_wh")
                ? factors.channels() == 1 && factors.isAsWideAndHighAs(from)
                : factors.width() == 1 && factors.height() == 1 && factors.channels() == from.channels();
        return product(net, section, factors, from, fits);
    }

    /** {@code [sam]}: another layer of the same shape, number by number. */
    static Blob sam(NetBuilder net, Section section) {
        Blob factors = net.input(section);
        Blob from = net.output(section, "from", from(section));
        return product(
                net, section, factors, from, factors.isAsWideAndHighAs(from) && factors.channels() == from.channels());
    }

    private static Blob product(NetBuilder net, Section section, Blob factors, Blob from, boolean fits) {
        if (!fits) {
            throw section.error("from", "[" + section.name() + "] cannot multiply " + factors + " and " + from);
        }
        String product = net.graph().node("Mul", List.of(factors.name(), from.name()));
        return net.activated(
                new Blob(product, from.channels(), from.height(), from.width()), Activation.ofOther(section));
    }

    private static int from(Section section) {
        return section.integer("from", 0, section.has("from") ? Integer.MIN_VALUE : 1, Integer.MAX_VALUE);
    }

    private static String slice(Graph graph, String from, int first, int count) {
        return graph.node(
                "Slice",
                List.of(from, graph.integers(first), graph.integers((long) first + count), graph.integers(CHANNELS)));
    }
}
