package io.sightlog.detect.internal.darknet;

import io.sightlog.detect.ModelException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Goes through the layers of a cfg and adds each to the graph. Used once. */
final class NetBuilder {
    /** Numbers that one layer may give: 1 GiB. */
    private static final long MAX_NUMBERS = 1 << 28;

    /** Numbers that all layers together may give, of which a net like YOLOv4-P7 has half. */
    private static final long MAX_ALL_NUMBERS = 1L << 31;

    /** Numbers that all weights may have: 2 GiB, as much as a buffer holds. */
    private static final long MAX_WEIGHTS = (Integer.MAX_VALUE - 1024) / Float.BYTES;

    private final Graph graph = new Graph();
    private final List<Kernel> kernels = new ArrayList<>();
    private final List<Head> heads = new ArrayList<>();
    /** What each layer has given, null for one that gives nothing to another. */
    private final List<@Nullable Blob> outputs = new ArrayList<>();

    private @Nullable Blob current;
    private long weights;
    private long numbers;

    NetBuilder(Blob picture) {
        this.current = picture;
        graph.input(picture.name(), picture.shape());
    }

    /** @throws ModelException when it cannot be done as Darknet does it, by its line */
    void add(Section section) {
        LayerKind kind = LayerKind.of(section);
        if (kind == LayerKind.NET) {
            throw section.error("[" + section.name() + "] stands first in a cfg, and nowhere else");
        }
        section.require(kind);
        @Nullable
        Blob output = switch (kind) {
            case CONVOLUTIONAL -> Convolution.add(this, section);
            case MAXPOOL, LOCAL_AVGPOOL, AVGPOOL -> Pooling.add(this, section, kind);
            case ROUTE -> Joining.route(this, section);
            case SHORTCUT -> Joining.shortcut(this, section);
            case SCALE_CHANNELS -> Joining.scaleChannels(this, section);
            case SAM -> Joining.sam(this, section);
            case UPSAMPLE -> Reshaping.upsample(this, section);
            case REORG, REORG3D -> Reshaping.reorg(this, section, kind == LayerKind.REORG3D);
            case ACTIVATION -> activated(input(section), Activation.ofOther(section));
            case DROPOUT, EMPTY -> input(section);
            case COST, NET -> null;
            case YOLO, REGION -> {
                heads.add(Heads.of(section, kind, input(section)));
                yield null;
            }
        };
        if (output != null) {
            long size = (long) output.channels() * output.height() * output.width();
            requirePossible(section, size);
            numbers += size;
            if (numbers > MAX_ALL_NUMBERS) {
                throw section.error("up to here the layers would give " + numbers + " numbers; at most "
                        + MAX_ALL_NUMBERS + " are possible here");
            }
        }
        outputs.add(output);
        current = output;
    }

    /** @throws ModelException when a layer would give more than there can be */
    void requirePossible(Section section, long numbers) {
        if (numbers > MAX_NUMBERS) {
            throw section.error("[" + section.name() + "] would give " + numbers + " numbers; at most " + MAX_NUMBERS
                    + " are possible here");
        }
    }

    Graph graph() {
        return graph;
    }

    /** What the layer before gives. */
    Blob input(Section section) {
        if (current == null) {
            throw section.error(
                    "[" + section.name()
                            + "] would read what a detection or cost layer gives, which is not supported; wanted: a [route] between them");
        }
        return current;
    }

    /**
     * What a layer gives that a key names.
     *
     * @param index from the first layer, or below 0 from this one
     */
    Blob output(Section section, String key, int index) {
        int absolute = index < 0 ? outputs.size() + index : index;
        if (absolute < 0 || absolute >= outputs.size()) {
            throw section.error(
                    key,
                    key + " has the layer " + index + " in [" + section.name() + "]; there are " + outputs.size()
                            + " before it");
        }
        Blob output = outputs.get(absolute);
        if (output == null) {
            throw section.error(
                    key,
                    key + " has the layer " + index + " in [" + section.name()
                            + "], a detection or cost layer, which gives nothing to others here");
        }
        return output;
    }

    /** The weights and biases of a convolution, which the file has next. */
    Kernel kernel(Section section, List<Long> shape, boolean isNormalised) {
        Kernel kernel = new Kernel(graph.outside(List.of(shape.get(0))), graph.outside(shape), shape, isNormalised);
        kernels.add(kernel);
        weights += kernel.size();
        if (weights > MAX_WEIGHTS) {
            throw section.error("up to here the weights would have " + weights + " numbers; at most " + MAX_WEIGHTS
                    + " can be read");
        }
        return kernel;
    }

    Blob activated(Blob blob, Activation activation) {
        return new Blob(activation.add(graph, blob.name()), blob.channels(), blob.height(), blob.width());
    }

    /** The heads in their order, each with an output of the graph of its own. */
    List<Head> heads() {
        return heads;
    }

    List<Kernel> kernels() {
        return kernels;
    }

    /** The names of the heads' outputs, in the heads' order, which become the graph's. */
    List<String> declareOutputs() {
        Set<String> names = new HashSet<>();
        List<String> inOrder = new ArrayList<>();
        for (Head head : heads) {
            String name = head.blob().name();
            String own = names.add(name) ? name : graph.node("Identity", name);
            graph.output(own, head.blob().shape());
            inOrder.add(own);
        }
        return inOrder;
    }
}
