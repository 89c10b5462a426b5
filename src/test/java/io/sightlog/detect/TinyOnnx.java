package io.sightlog.detect;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Tiny ONNX files that a test makes, of operator set 12: inputs, nodes and outputs in this order, each by one call.
 *
 * <pre>{@code
 * new TinyOnnx()
 *         .input("in", Type.FLOAT, 1, 3, 8, 8)
 *         .node("ReduceMax", "in", "out", TinyOnnx.ints("axes", 2, 3), TinyOnnx.number("keepdims", 0))
 *         .output("out", Type.FLOAT, 1, 3)
 *         .write(folder.resolve("tiny.onnx"));
 * }</pre>
 */
public final class TinyOnnx {
    private static final int IR_VERSION = 7;
    private static final int OPERATORS = 12;

    private final ModelProto.Builder model = ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("test")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATORS));
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");

    /** Numbers in tensors, and how ONNX numbers them. */
    public enum Type {
        FLOAT(1),
        UINT8(2),
        INT8(3),
        INT32(6),
        INT64(7),
        FLOAT16(10),
        DOUBLE(11);

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    /** @param shape -1 where a size is left open */
    public TinyOnnx input(String name, Type type, long... shape) {
        graph.addInput(value(name, type, shape));
        return this;
    }

    /** @param shape -1 where a size is left open */
    public TinyOnnx output(String name, Type type, long... shape) {
        graph.addOutput(value(name, type, shape));
        return this;
    }

    private static ValueInfoProto value(String name, Type type, long... shape) {
        TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
        for (long size : shape) {
            TensorShapeProto.Dimension.Builder one = TensorShapeProto.Dimension.newBuilder();
            sizes.addDim(size < 0 ? one.setDimParam("size" + sizes.getDimCount()) : one.setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.number)
                                .setShape(sizes)))
                .build();
    }

    /** Numbers that are always the same. */
    public TinyOnnx floats(String name, List<Long> shape, float... values) {
        TensorProto.Builder tensor = tensor(name, Type.FLOAT, shape);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        graph.addInitializer(tensor);
        return this;
    }

    /** Whole numbers that are always the same. */
    public TinyOnnx longs(String name, List<Long> shape, long... values) {
        graph.addInitializer(tensor(name, Type.INT64, shape)
                .addAllInt64Data(LongStream.of(values).boxed().toList()));
        return this;
    }

    private static TensorProto.Builder tensor(String name, Type type, List<Long> shape) {
        return TensorProto.newBuilder().setName(name).setDataType(type.number).addAllDims(shape);
    }

    /**
     * @param inputs names with commas between them
     * @param outputs likewise
     */
    public TinyOnnx node(String operator, String inputs, String outputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setName("node" + graph.getNodeCount())
                .setOpType(operator)
                .addAllInput(Arrays.asList(inputs.split(",")))
                .addAllOutput(Arrays.asList(outputs.split(",")))
                .addAllAttribute(Arrays.asList(attributes)));
        return this;
    }

    /** What an exporter writes beside the model, such as {@code names}. */
    public TinyOnnx metadata(String key, String value) {
        model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
        return this;
    }

    public static AttributeProto number(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    public static AttributeProto ints(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(LongStream.of(values).boxed().toList())
                .build();
    }

    /** For {@code Cast}. */
    public static AttributeProto to(Type type) {
        return number("to", type.number);
    }

    public byte[] bytes() {
        return model.setGraph(graph).build().toByteArray();
    }

    public Path write(Path file) {
        try {
            return Files.write(file, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
