package io.sightlog.detect;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a model wants to see: one picture in one tensor, and for some families its size in others.
 *
 * @param name of the picture's tensor
 * @param width in pixels
 * @param height in pixels
 * @param layout where the colours are in the tensor
 * @param type of its numbers
 * @param colour order of the colours
 * @param scale from a pixel's 0..255 to the tensor's numbers
 * @param fit how a picture of another size becomes one of this
 * @param sides the other tensors, by name, and what each holds
 */
public record Input(
        String name,
        int width,
        int height,
        Layout layout,
        ElementType type,
        Colour colour,
        Scale scale,
        Fit fit,
        Map<String, Side> sides) {
    public static final int CHANNELS = 3;

    /** The most pixels a side may have. */
    public static final int MAX_SIDE = 8192;

    public Input {
        sides = Map.copyOf(sides);
    }

    /** A picture of 32-bit floats without anything beside it. */
    public static Input floats(String name, int width, int height, Layout layout, Colour colour, Scale scale, Fit fit) {
        return new Input(name, width, height, layout, ElementType.FLOAT32, colour, scale, fit, Map.of());
    }

    /** Where the colours are. */
    public enum Layout {
        /** Batch, height, width, colours: pixel after pixel. */
        NHWC,
        /** Batch, colours, height, width: one plane after the other. */
        NCHW
    }

    /** Type of the tensor's numbers. */
    public enum ElementType {
        FLOAT32,
        FLOAT16,
        /** As the pixels are. */
        UINT8
    }

    /** Order of the three colours in the tensor. */
    public enum Colour {
        RGB,
        BGR
    }

    /** What a tensor beside the picture holds. */
    public enum Side {
        /** {@code [1,2]}: width and height of the input, 64-bit integers. Boxes then come in its pixels. */
        WIDTH_HEIGHT,
        /** {@code [1,2]}: height and width of the input, in the tensor's own type. */
        HEIGHT_WIDTH,
        /** {@code [1,2]}: ones, so that boxes come in pixels of the input. */
        ONES,
        /** {@code [1,height,width]}, or what the model says: ones for all pixels, as the picture reaches everywhere. */
        MASK
    }

    /** From a pixel's 0..255 to the tensor's numbers: {@code pixel * multiply + add}. */
    public sealed interface Scale permits Range, MeanStd {
        /** @param channel in the tensor's order */
        double multiply(int channel);

        double add(int channel);

        /** The same for every channel. */
        boolean isUniform();
    }

    /**
     * One range for all channels.
     *
     * @param low value that stands for black
     * @param high value that stands for full brightness
     */
    public record Range(float low, float high) implements Scale {
        /** As the pixels are. */
        public static final Range BYTES = new Range(0, 255);

        public static final Range UNIT = new Range(0, 1);

        @Override
        public double multiply(int channel) {
            return (high - low) / 255;
        }

        @Override
        public double add(int channel) {
            return low;
        }

        @Override
        public boolean isUniform() {
            return true;
        }

        @Override
        public String toString() {
            return plain(low) + ".." + plain(high);
        }
    }

    /**
     * {@code (pixel - mean) / std}, each channel by itself.
     *
     * @param mean of 0..255, in the tensor's order of channels
     * @param std of 0..255, above 0
     */
    public record MeanStd(List<Float> mean, List<Float> std) implements Scale {
        /** As models are fed that were trained on ImageNet, in the order RGB. */
        public static final MeanStd IMAGENET =
                new MeanStd(List.of(123.675f, 116.28f, 103.53f), List.of(58.395f, 57.12f, 57.375f));

        public MeanStd {
            mean = List.copyOf(mean);
            std = List.copyOf(std);
            if (mean.size() != CHANNELS
                    || std.size() != CHANNELS
                    || std.stream().anyMatch(s -> !(s > 0))) {
                throw new IllegalArgumentException(
                        "mean " + mean + " and std " + std + "; wanted: three numbers each, std above 0");
            }
        }

        @Override
        public double multiply(int channel) {
            return 1.0 / std.get(channel);
        }

        @Override
        public double add(int channel) {
            return -(double) mean.get(channel) / std.get(channel);
        }

        @Override
        public boolean isUniform() {
            return false;
        }

        @Override
        public String toString() {
            return "mean " + join(mean) + " std " + join(std);
        }

        private static String join(List<Float> values) {
            return values.stream().map(Input::plain).collect(Collectors.joining("/"));
        }
    }

    public Input withSize(int newWidth, int newHeight) {
        return new Input(name, newWidth, newHeight, layout, type, colour, scale, fit, sides);
    }

    /** Numbers in the tensor. */
    public int size() {
        return width * height * CHANNELS;
    }

    /** For people, as in {@code 300x300 RGB -1..1 NHWC, stretch}. */
    @Override
    public String toString() {
        return "%dx%d %s %s %s%s, %s%s"
                .formatted(
                        width,
                        height,
                        colour,
                        scale,
                        layout,
                        type == ElementType.FLOAT32 ? "" : " " + type.name().toLowerCase(Locale.ROOT),
                        fit,
                        sides.isEmpty() ? "" : ", with " + String.join(", ", new TreeMap<>(sides).keySet()));
    }

    static String plain(float value) {
        return value == Math.rint(value) ? Integer.toString((int) value) : Float.toString(value);
    }
}
