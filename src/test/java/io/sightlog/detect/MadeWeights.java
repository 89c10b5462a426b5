package io.sightlog.detect;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * Darknet weights whose every number follows from the cfg alone, for nets whose real weights are not to be had: number i comes from
 * splitmix64 of i, large enough that things are found. Reads the cfg by itself, so that it is independent of what is tested.
 */
public final class MadeWeights {
    private static final double OBJECTNESS_BIAS = -4;

    private final DataOutputStream out;
    private long at;
    private double objectness;

    private MadeWeights(OutputStream out) {
        this.out = new DataOutputStream(out);
    }

    /** A section of the cfg. */
    private record Part(String name, Map<String, String> options) {
        int number(String key, int byDefault) {
            String text = options.get(key);
            return text == null ? byDefault : Integer.parseInt(text);
        }
    }

    /** Writes what {@code cfg} wants into {@code weights}. */
    public static void write(Path cfg, Path weights) throws IOException {
        write(cfg, weights, 0, OBJECTNESS_BIAS);
    }

    /**
     * @param first where the numbers begin; every other makes another net
     * @param objectness about which that of each box lies, before it is brought to 0..1
     */
    public static void write(Path cfg, Path weights, long first, double objectness) throws IOException {
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(weights), 1 << 20)) {
            MadeWeights made = new MadeWeights(file);
            made.at = first;
            made.objectness = objectness;
            for (int word : new int[] {0, 2, 5, 0, 0}) {
                made.word(word);
            }
            made.layers(parts(Files.readString(cfg)));
            made.out.flush();
        }
    }

    private static List<Part> parts(String cfg) {
        List<Part> parts = new ArrayList<>();
        for (String raw : cfg.lines().toList()) {
            String line = raw.replaceAll("#.*|\\s", "");
            if (line.startsWith("[")) {
                parts.add(new Part(line.substring(1, line.indexOf(']')), new HashMap<>()));
            } else if (line.contains("=")) {
                String[] pair = line.split("=", 2);
                parts.get(parts.size() - 1).options().put(pair[0], pair[1]);
            }
        }
        return parts;
    }

    private void layers(List<Part> parts) throws IOException {
        List<Integer> channels = new ArrayList<>();
        int current = parts.get(0).number("channels", 3);
        for (int i = 1; i < parts.size(); i++) {
            Part part = parts.get(i);
            switch (part.name()) {
                case "convolutional" -> {
                    convolution(part, current, i + 1 < parts.size() ? parts.get(i + 1) : part);
                    current = part.number("filters", 1);
                }
                case "route" -> {
                    int sum = 0;
                    for (String text : part.options().get("layers").split(",")) {
                        int layer = Integer.parseInt(text);
                        sum += channels.get(layer < 0 ? i - 1 + layer : layer);
                    }
                    current = sum / part.number("groups", 1);
                }
                case "reorg", "reorg3d" -> {
                    int square = part.number("stride", 2) * part.number("stride", 2);
                    current = part.number("reverse", 0) == 0 ? current * square : current / square;
                }
                case "scale_channels" -> current = channels.get(i - 1 + part.number("from", -1));
                default -> {}
            }
            channels.add(current);
        }
    }

    private void convolution(Part part, int channels, Part next) throws IOException {
        int filters = part.number("filters", 1);
        int perFilter = channels / part.number("groups", 1) * part.number("size", 1) * part.number("size", 1);
        boolean isLast = next.name().equals("yolo") || next.name().equals("region");
        int box = isLast ? 5 + next.number("classes", 20) : Integer.MAX_VALUE;
        for (int i = 0; i < filters; i++) {
            double u = uniform();
            number(isLast && i % box == 4 ? objectness + (2 * u - 1) : (2 * u - 1) * .2);
        }
        if (part.number("batch_normalize", 0) + part.number("cbn", 0) != 0) {
            numbers(filters, u -> .8 + .4 * u);
            numbers(filters, u -> (2 * u - 1) * .1);
            numbers(filters, u -> .8 + .4 * u);
        }
        double spread = Math.sqrt(6.0 / perFilter) * (isLast ? .6 : 1);
        numbers(filters * perFilter, u -> (2 * u - 1) * spread);
    }

    private void numbers(int count, DoubleUnaryOperator of) throws IOException {
        for (int i = 0; i < count; i++) {
            number(of.applyAsDouble(uniform()));
        }
    }

    /** 0..1. */
    private double uniform() {
        long z = ++at * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 40) / (double) (1 << 24);
    }

    private void number(double value) throws IOException {
        word(Float.floatToRawIntBits((float) value));
    }

    private void word(int value) throws IOException {
        out.writeInt(Integer.reverseBytes(value));
    }
}
