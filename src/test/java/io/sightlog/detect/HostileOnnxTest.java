package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.sightlog.detect.TinyOnnx.Type;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX files that are cut, changed, or made to harm: one line, and no more memory than a model takes. */
class HostileOnnxTest {
    private static final long HUGE = 1L << 31;

    @TempDir
    Path folder;

    private Path onnx;

    @BeforeEach
    void name() {
        onnx = folder.resolve("net.onnx");
    }

    /** The smallest that is recognised. */
    private static byte[] tiny() {
        return new TinyOnnx()
                .input("images", Type.FLOAT, 1, 3, 32, 32)
                .floats("rows", List.of(1L, 1L, 6L), 1, 2, 3, 4, 0.5f, 0)
                .node("Identity", "rows", "output0")
                .output("output0", Type.FLOAT, 1, 1, 6)
                .bytes();
    }

    private String refused(byte[] bytes) throws IOException {
        Files.write(onnx, bytes);
        try (Detector detector = Detector.open(Model.find(onnx.toString()), DetectorOptions.DEFAULT)) {
            return "";
        } catch (ModelException e) {
            assertThat(e.getMessage()).doesNotContain("\n", "\r").hasSizeLessThan(1000);
            return e.getMessage();
        }
    }

    @Test
    void aFileThatIsCutIsRefusedAtEveryLength() throws IOException {
        byte[] whole = tiny();
        assertThat(refused(whole)).isEmpty();
        for (int length = 0; length < whole.length; length++) {
            assertThat(refused(Arrays.copyOf(whole, length)))
                    .as("%d bytes", length)
                    .isNotEmpty();
        }
    }

    @Test
    void randomBytesAndRandomChangesAreRefusedOrRun() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 150; i++) {
            byte[] bytes = i % 5 == 0 ? new byte[random.nextInt(2000)] : tiny();
            if (i % 5 == 0) {
                random.nextBytes(bytes);
            } else {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                refused += refused(bytes).isEmpty() ? 0 : 1;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", file " + i, e);
            }
        }
        assertThat(refused).as("seed %d", seed).isGreaterThan(30);
    }

    /** Two gigabytes and more, of which the file has next to nothing. */
    record Bomb(String name, String message, Consumer<GraphProto.Builder> graph) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bomb> bombs() {
        return Stream.of(
                new Bomb(
                        "a tensor without data",
                        "the tensor big has the shape [2147483648]",
                        g -> g.addInitializer(big().addDims(HUGE))),
                new Bomb(
                        "a tensor with little data",
                        "which is 2147483648 numbers, but 4 are there",
                        g -> g.addInitializer(big().addDims(HUGE).setRawData(ByteString.copyFrom(new byte[16])))),
                new Bomb(
                        "a tensor whose size overflows",
                        "the tensor big has the shape [",
                        g -> g.addInitializer(big().addDims(1L << 40).addDims(1L << 40))),
                new Bomb(
                        "a negative tensor",
                        "the tensor big has the shape [-4]",
                        g -> g.addInitializer(big().addDims(-4).setRawData(ByteString.copyFrom(new byte[16])))),
                new Bomb(
                        "a constant",
                        "the tensor big has the shape [2147483648]",
                        g -> g.addNode(node("Constant", "c")
                                .addAttribute(AttributeProto.newBuilder()
                                        .setName("value")
                                        .setType(AttributeProto.AttributeType.TENSOR)
                                        .setT(big().addDims(HUGE))))),
                new Bomb(
                        "a constant that is filled",
                        "the operator ConstantOfShape",
                        g -> g.addInitializer(sizes(HUGE))
                                .addNode(node("ConstantOfShape", "c").addInput("sizes"))),
                new Bomb(
                        "a constant that a constant says to fill",
                        "the operator ConstantOfShape",
                        g -> g.addNode(node("Constant", "of")
                                        .addAttribute(AttributeProto.newBuilder()
                                                .setName("value")
                                                .setType(AttributeProto.AttributeType.TENSOR)
                                                .setT(sizes(1 << 16, 1 << 16))))
                                .addNode(node("ConstantOfShape", "c").addInput("of"))),
                new Bomb(
                        "one number, many times",
                        "the operator Expand",
                        g -> g.addInitializer(sizes(HUGE))
                                .addNode(node("Expand", "c").addInput("rows").addInput("sizes"))),
                new Bomb(
                        "a tile",
                        "the operator Tile",
                        g -> g.addInitializer(sizes(1, HUGE, 1))
                                .addNode(node("Tile", "c").addInput("rows").addInput("sizes"))),
                new Bomb(
                        "a pad",
                        "the operator Pad",
                        g -> g.addInitializer(sizes(0, 0, 0, 0, 1 << 15, 1 << 15))
                                .addNode(node("Pad", "c").addInput("rows").addInput("sizes"))),
                new Bomb(
                        "random numbers",
                        "the operator RandomNormal",
                        g -> g.addNode(node("RandomNormal", "c").addAttribute(TinyOnnx.ints("shape", HUGE)))),
                new Bomb(
                        "a bomb in a branch",
                        "the operator ConstantOfShape",
                        g -> g.addInitializer(sizes(HUGE))
                                .addNode(node("If", "c")
                                        .addInput("rows")
                                        .addAttribute(AttributeProto.newBuilder()
                                                .setName("then_branch")
                                                .setType(AttributeProto.AttributeType.GRAPH)
                                                .setG(GraphProto.newBuilder()
                                                        .addNode(node("ConstantOfShape", "d")
                                                                .addInput("sizes")))))),
                new Bomb(
                        "an input",
                        "takes pictures of 32x2147483648",
                        g -> g.getInputBuilder(0)
                                .getTypeBuilder()
                                .getTensorTypeBuilder()
                                .getShapeBuilder()
                                .getDimBuilder(2)
                                .setDimValue(HUGE)),
                new Bomb("operators without end", "it has more than 65536 operators", g -> {
                    for (int i = 0; i < 70_000; i++) {
                        g.addNode(NodeProto.getDefaultInstance());
                    }
                }),
                new Bomb("parts without end", "it has more than 1048576 parts", g -> {
                    for (int i = 0; i < 1 << 20; i++) {
                        g.addInitializer(TensorProto.getDefaultInstance());
                    }
                }));
    }

    private static TensorProto.Builder big() {
        return TensorProto.newBuilder().setName("big").setDataType(TensorProto.DataType.FLOAT_VALUE);
    }

    private static TensorProto.Builder sizes(long... sizes) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName("sizes")
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(sizes.length);
        for (long size : sizes) {
            tensor.addInt64Data(size);
        }
        return tensor;
    }

    private static NodeProto.Builder node(String operator, String output) {
        return NodeProto.newBuilder().setOpType(operator).addOutput(output);
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void whatWouldTakeMoreMemoryThanAModelIsRefused(Bomb bomb) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(tiny()).toBuilder();
        bomb.graph.accept(model.getGraphBuilder());
        assertThat(refused(model.build().toByteArray())).contains(bomb.message);
    }

    /** Written from the inside out, as no builder could. */
    @Test
    void graphsInGraphsAreRefusedHoweverDeep() throws IOException {
        for (int depth : new int[] {40, 5_000}) {
            byte[] inner = {};
            for (int i = 0; i < depth; i++) {
                inner = message(1, message(5, message(6, inner))); // a node, its attribute, its graph
            }
            byte[] graph = message(7, inner);
            byte[] all = Arrays.copyOf(tiny(), tiny().length + graph.length);
            System.arraycopy(graph, 0, all, tiny().length, graph.length);
            assertThat(refused(all)).contains("deep");
        }
    }

    private static byte[] message(int field, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((field << 3) | 2);
        int length = content.length;
        while (length >= 0x80) {
            out.write((length & 0x7F) | 0x80);
            length >>>= 7;
        }
        out.write(length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    @Test
    void aFileLargerThanMemoryIsRefusedUnread() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(onnx.toFile(), "rw")) {
            file.setLength(HUGE + 1);
        }
        assertThatThrownBy(() -> Detector.open(Model.find(onnx.toString()), DetectorOptions.DEFAULT))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has 2147483649 bytes, there is room for ");
    }
}
