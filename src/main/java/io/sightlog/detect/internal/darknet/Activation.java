package io.sightlog.detect.internal.darknet;

import static io.sightlog.detect.internal.darknet.Graph.attribute;

import io.sightlog.detect.Near;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What Darknet does with each number, or with those of a pixel, after a layer. */
enum Activation {
    LINEAR,
    LEAKY,
    /** Forwards the same as the other. */
    REVLEAKY,
    RELU,
    RELU6,
    LOGISTIC,
    TANH,
    ELU,
    SELU,
    GELU,
    RELIE,
    RAMP,
    LOGGY,
    PLSE,
    STAIR,
    HARDTAN,
    LHTAN,
    SWISH(false),
    /** Another name for it, which Darknet itself does not know. */
    SILU(false),
    MISH(false),
    HARD_MISH(false),
    NORMALIZE_CHANNELS(false),
    NORMALIZE_CHANNELS_SOFTMAX(false),
    NORMALIZE_CHANNELS_SOFTMAX_MAXVAL(false);

    private static final float NORMALISE_EPSILON = 0.0001f;

    /** Whether Darknet has it in every layer that has an activation, and not in {@code [convolutional]} only, or nearly so. */
    private final boolean everywhere;

    Activation() {
        this(true);
    }

    Activation(boolean everywhere) {
        this.everywhere = everywhere;
    }

    /** Of a {@code [convolutional]}. */
    static Activation ofConvolution(Section section) {
        return of(section, LOGISTIC);
    }

    /** Of a {@code [shortcut]}. */
    static Activation ofShortcut(Section section) {
        Activation activation = of(section, LINEAR);
        return activation.everywhere || List.of(SWISH, SILU, MISH).contains(activation) ? activation : refuse(section);
    }

    /** Of any other layer. */
    static Activation ofOther(Section section) {
        Activation activation = of(section, LINEAR);
        return activation.everywhere ? activation : refuse(section);
    }

    private static Activation of(Section section, Activation byDefault) {
        String name = section.text("activation");
        if (name == null) {
            return byDefault;
        }
        List<String> names = Arrays.stream(values())
                .map(activation -> activation.name().toLowerCase(Locale.ROOT))
                .toList();
        int index = names.indexOf(name);
        if (index < 0) {
            throw section.error(
                    "activation",
                    "activation=" + Section.shown(name) + " is not known; " + Near.hint(Section.shown(name), names));
        }
        return values()[index];
    }

    private static Activation refuse(Section section) {
        throw section.error(
                "activation",
                "activation=" + section.text("activation") + " in [" + section.name()
                        + "] is nothing that Darknet does");
    }

    /** Adds it, and gives the name of what comes out. */
    String add(Graph graph, String x) {
        return switch (this) {
            case LINEAR -> x;
            case LEAKY, REVLEAKY -> graph.node("LeakyRelu", x, attribute("alpha", 0.1f));
            case RELIE -> graph.node("LeakyRelu", x, attribute("alpha", 0.01f));
            case RELU -> graph.node("Relu", x);
            case RELU6 -> clip(graph, x, 0, 6);
            case HARDTAN -> clip(graph, x, -1, 1);
            case LOGISTIC -> graph.node("Sigmoid", x);
            case TANH -> graph.node("Tanh", x);
            case ELU -> graph.node("Elu", x);
            case SELU -> graph.node("Selu", x, attribute("alpha", 1.6732f), attribute("gamma", 1.0507f));
            case SWISH, SILU -> graph.node("Mul", List.of(x, graph.node("Sigmoid", x)));
            case MISH -> graph.node("Mul", List.of(x, graph.node("Tanh", graph.node("Softplus", x))));
            case LOGGY -> plus(graph, times(graph, graph.node("Sigmoid", x), 2), -1);
            case RAMP -> sum(graph, graph.node("Relu", x), times(graph, x, 0.1f));
            case GELU -> gelu(graph, x);
            case HARD_MISH -> {
                String below = clip(graph, x, -2, 0);
                String square = times(graph, graph.node("Mul", List.of(below, below)), 0.5f);
                yield sum(graph, graph.node("Relu", x), sum(graph, square, below));
            }
            case PLSE -> {
                String ramp = clip(graph, plus(graph, times(graph, x, 0.125f), 0.5f), 0, 1);
                yield sum(graph, ramp, times(graph, beyond(graph, x, -4, 4), 0.01f));
            }
            case LHTAN -> sum(graph, clip(graph, x, 0, 1), times(graph, beyond(graph, x, 0, 1), 0.001f));
            case STAIR -> stair(graph, x);
            case NORMALIZE_CHANNELS -> normalise(graph, graph.node("Relu", x));
            case NORMALIZE_CHANNELS_SOFTMAX -> normalise(graph, graph.node("Exp", x));
            case NORMALIZE_CHANNELS_SOFTMAX_MAXVAL -> {
                String largest = graph.node("ReduceMax", x, attribute("axes", List.of(1L)));
                yield normalise(graph, graph.node("Exp", graph.node("Sub", List.of(x, largest))));
            }
        };
    }

    private static String gelu(Graph graph, String x) {
        String cube = graph.node("Mul", List.of(x, graph.node("Mul", List.of(x, x))));
        String inner = sum(graph, times(graph, x, 0.797885f), times(graph, cube, 0.035677f));
        return graph.node("Mul", List.of(times(graph, x, 0.5f), plus(graph, graph.node("Tanh", inner), 1)));
    }

    /** Every second step is a slope. */
    private static String stair(Graph graph, String x) {
        String whole = graph.node("Floor", x);
        String odd = graph.node("Sub", List.of(whole, times(graph, graph.node("Floor", times(graph, whole, 0.5f)), 2)));
        String slope = graph.node("Mul", List.of(odd, graph.node("Sub", List.of(x, whole))));
        return sum(graph, slope, graph.node("Floor", times(graph, x, 0.5f)));
    }

    /** Each number over the sum of its pixel's. */
    private static String normalise(Graph graph, String x) {
        String total = graph.node("ReduceSum", List.of(x, graph.integers(1)));
        return graph.node("Div", List.of(x, plus(graph, total, NORMALISE_EPSILON)));
    }

    /** What a number has beyond a range, 0 within it. */
    private static String beyond(Graph graph, String x, float low, float high) {
        return graph.node("Sub", List.of(x, clip(graph, x, low, high)));
    }

    private static String clip(Graph graph, String x, float low, float high) {
        return graph.node("Clip", List.of(x, graph.constant(low), graph.constant(high)));
    }

    private static String times(Graph graph, String x, float factor) {
        return graph.node("Mul", List.of(x, graph.constant(factor)));
    }

    private static String plus(Graph graph, String x, float term) {
        return graph.node("Add", List.of(x, graph.constant(term)));
    }

    private static String sum(Graph graph, String a, String b) {
        return graph.node("Add", List.of(a, b));
    }
}
