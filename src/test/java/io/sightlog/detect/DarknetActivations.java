package io.sightlog.detect;

import java.util.function.DoubleUnaryOperator;

/** What Darknet's activations give for a number, as their own definitions say it: {@link DarknetReference}'s. */
final class DarknetActivations {
    private DarknetActivations() {}

    /** Makes a layer of its numbers. */
    @FunctionalInterface
    interface Maker<T> {
        T make(int c, int h, int w, double[] x);
    }

    static <T> T of(String name, int channels, double[] x, int height, int width, Maker<T> maker) {
        double[] to = new double[x.length];
        if (name.startsWith("normalize_channels")) {
            normalise(name, channels, x, to);
        } else {
            DoubleUnaryOperator f = function(name);
            for (int i = 0; i < x.length; i++) {
                to[i] = f.applyAsDouble(x[i]);
            }
        }
        return maker.make(channels, height, width, to);
    }

    private static void normalise(String name, int channels, double[] x, double[] to) {
        int plane = x.length / channels;
        for (int i = 0; i < plane; i++) {
            double most = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < channels; k++) {
                most = Math.max(most, x[k * plane + i]);
            }
            double less = name.endsWith("maxval") ? most : 0;
            double sum = 0.0001;
            for (int k = 0; k < channels; k++) {
                double value = x[k * plane + i];
                to[k * plane + i] = name.contains("softmax") ? Math.exp(value - less) : Math.max(0, value);
                sum += to[k * plane + i];
            }
            for (int k = 0; k < channels; k++) {
                to[k * plane + i] /= sum;
            }
        }
    }

    private static DoubleUnaryOperator function(String name) {
        return switch (name) {
            case "linear" -> x -> x;
            case "leaky", "revleaky" -> x -> x > 0 ? x : .1 * x;
            case "relu" -> x -> Math.max(0, x);
            case "relu6" -> x -> Math.max(0, Math.min(x, 6));
            case "logistic" -> x -> 1 / (1 + Math.exp(-x));
            case "tanh" -> Math::tanh;
            case "elu" -> x -> x >= 0 ? x : Math.expm1(x);
            case "selu" -> x -> x >= 0 ? 1.0507 * x : 1.0507 * 1.6732 * Math.expm1(x);
            case "gelu" -> x -> .5 * x * (1 + Math.tanh(.797885 * x + .035677 * x * x * x));
            case "relie" -> x -> x > 0 ? x : .01 * x;
            case "ramp" -> x -> x > 0 ? 1.1 * x : .1 * x;
            case "loggy" -> x -> 2 / (1 + Math.exp(-x)) - 1;
            case "plse" -> x -> x < -4 ? .01 * (x + 4) : x > 4 ? .01 * (x - 4) + 1 : .125 * x + .5;
            case "stair" ->
                x -> (int) Math.floor(x) % 2 == 0 ? Math.floor(x / 2) : x - Math.floor(x) + Math.floor(x / 2);
            case "hardtan" -> x -> Math.max(-1, Math.min(x, 1));
            case "lhtan" -> x -> x < 0 ? .001 * x : x > 1 ? .001 * (x - 1) + 1 : x;
            case "swish", "silu" -> x -> x / (1 + Math.exp(-x));
            case "mish" -> x -> x * Math.tanh(Math.log1p(Math.exp(x)));
            case "hard_mish" -> x -> x > 0 ? x : x > -2 ? x * x / 2 + x : 0;
            default -> throw new IllegalArgumentException(name);
        };
    }
}
