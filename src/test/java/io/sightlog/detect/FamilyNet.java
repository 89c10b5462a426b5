package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.detect.Input.Layout;
import io.sightlog.detect.TinyOnnx.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An echo net that looks like a model of some family, and reports the three rectangles of {@link Echo#picture} as classes 0, 1 and 2.
 *
 * @param name for people
 * @param onnx the net, of an input of {@value #WIDTH} x {@value #HEIGHT}
 * @param neighbours texts of files beside it, by their names
 * @param filled what is filled into the card that it needs, by its key there; empty when it needs none
 * @param decoder that the card should name
 * @param input that the card should have, as text
 */
public record FamilyNet(
        String name,
        byte[] onnx,
        Map<String, String> neighbours,
        Map<String, String> filled,
        String decoder,
        String input) {
    static final int WIDTH = 128;
    static final int HEIGHT = 96;

    private static final float[] BLACK = {0, 0, 0};

    static FamilyNet of(String name, TinyOnnx net, String decoder, String input) {
        return new FamilyNet(name, net.bytes(), Map.of(), Map.of(), decoder, input);
    }

    FamilyNet beside(String file, String text) {
        Map<String, String> more = new TreeMap<>(neighbours);
        more.put(file, text);
        return new FamilyNet(name, onnx, more, filled, decoder, input);
    }

    FamilyNet filling(String... keysAndValues) {
        Map<String, String> all = new TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            all.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return new FamilyNet(name, onnx, neighbours, all, decoder, input);
    }

    @Override
    public String toString() {
        return name;
    }

    /** Writes it as {@code net.onnx}, and what lies beside it. */
    public Path write(Path folder) {
        try {
            for (Map.Entry<String, String> file : neighbours.entrySet()) {
                Files.writeString(folder.resolve(file.getKey()), file.getValue());
            }
            return Files.write(folder.resolve("net.onnx"), onnx);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A card that is shown for completion, completed. */
    public String complete(String template) {
        String card = template;
        TreeSet<String> asked = new TreeSet<>();
        template.lines()
                .filter(line -> line.contains("# fill in: "))
                .forEach(line -> asked.add(line.substring(0, line.indexOf(':')).strip()));
        TreeSet<String> given = new TreeSet<>();
        for (Map.Entry<String, String> place : filled.entrySet()) {
            String key = place.getKey().substring(place.getKey().indexOf('.') + 1);
            given.add(key);
            boolean isWhole = place.getValue().startsWith("mean: "); // in place of the range
            card = card.replaceFirst(
                    "(?m)^( *)" + key + ": # fill in: .*$", "$1" + (isWhole ? "" : key + ": ") + place.getValue());
        }
        assertThat(asked).as(template).isEqualTo(given);
        return card;
    }

    /** Begins a net: {@code echoBoxes}, {@code echoFractions}, {@code echoCentred}, {@code echoTopFirst [1, 3, 4]} beside what {@link Echo} sees. */
    private static TinyOnnx look(String in, Type type, Layout layout, float[] black, float[] white, long... shape) {
        TinyOnnx net = new TinyOnnx().input(in, type, shape);
        Echo.look(net, in, layout, WIDTH, HEIGHT, black, white);
        float w = 1f / WIDTH;
        float h = 1f / HEIGHT;
        return net.node("Concat", "x1,y1,x2,y2", "echoBoxes", TinyOnnx.number("axis", 2))
                .floats("perSide", List.of(1L, 1L, 4L), w, h, w, h)
                .node("Mul", "echoBoxes,perSide", "echoFractions")
                .floats("toCentred", List.of(4L, 4L), new float[] {
                    0.5f, 0, -1, 0, 0, 0.5f, 0, -1, 0.5f, 0, 1, 0, 0, 0.5f, 0, 1
                })
                .node("MatMul", "echoFractions,toCentred", "echoCentred")
                .floats("toTopFirst", List.of(4L, 4L), new float[] {0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0})
                .node("MatMul", "echoFractions,toTopFirst", "echoTopFirst");
    }

    /** In 0..1, NCHW. */
    static TinyOnnx unit(String in) {
        return look(in, Type.FLOAT, Layout.NCHW, BLACK, new float[] {1, 1, 1}, 1, 3, HEIGHT, WIDTH);
    }

    /** In 0..1, NCHW; the net leaves its size open. */
    static TinyOnnx open(String in) {
        return look(in, Type.FLOAT, Layout.NCHW, BLACK, new float[] {1, 1, 1}, -1, 3, -1, -1);
    }

    /** As ImageNet has it, NCHW. */
    static TinyOnnx imageNet(String in) {
        float[] black = {-0.485f / 0.229f, -0.456f / 0.224f, -0.406f / 0.225f};
        float[] white = {0.515f / 0.229f, 0.544f / 0.224f, 0.594f / 0.225f};
        return look(in, Type.FLOAT, Layout.NCHW, black, white, 1, 3, HEIGHT, WIDTH);
    }

    /** Bytes, NHWC. */
    static TinyOnnx bytes(String in) {
        return look(in, Type.UINT8, Layout.NHWC, BLACK, new float[] {255, 255, 255}, 1, HEIGHT, WIDTH, 3);
    }
}
