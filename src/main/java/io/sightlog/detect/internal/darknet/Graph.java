package io.sightlog.detect.internal.darknet;

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
import java.util.Arrays;
import java.util.List;

/** An ONNX graph that grows operator by operator. Its large weights are outside of it. */
final class Graph {
    /** The first with which all operators here have their inputs as they are given. */
    private static final int OPERATOR_SET = 13;

    private static final int FILE_FORMAT = 8;

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("darknet");
    private int names;

    /** An operator with one output, whose name it gives. */
    String node(String operator, List<String> inputs, AttributeProto... attributes) {
        String output = "t" + names++;
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(Arrays.asList(attributes)));
        return output;
    }

    String node(String operator, String input, AttributeProto... attributes) {
        return node(operator, List.of(input), attributes);
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    static AttributeProto attribute(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(com.google.protobuf.ByteString.copyFromUtf8(value))
                .build();
    }

    static AttributeProto attribute(String name, List<Long> values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(values)
                .build();
    }

    /** One number. */
    String constant(float value) {
        return constants(List.of(), value);
    }

    /** @param shape sizes of the dimensions, outermost first */
    String constants(List<Long> shape, float... values) {
        TensorProto.Builder tensor = tensor(TensorProto.DataType.FLOAT, shape);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    /** Whole numbers in one dimension. */
    String integers(long... values) {
        TensorProto.Builder tensor = tensor(TensorProto.DataType.INT64, List.of((long) values.length));
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    /** Weights that are handed over beside the graph under the name it gives. */
    String outside(List<Long> shape) {
        TensorProto.Builder tensor = tensor(TensorProto.DataType.FLOAT, shape)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue("weights"));
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    private TensorProto.Builder tensor(TensorProto.DataType type, List<Long> shape) {
        return TensorProto.newBuilder()
                .setName("w" + names++)
                .setDataType(type.getNumber())
                .addAllDims(shape);
    }

    void input(String name, List<Long> shape) {
        graph.addInput(value(name, shape));
    }

    void output(String name, List<Long> shape) {
        graph.addOutput(value(name, shape));
    }

    private static ValueInfoProto value(String name, List<Long> shape) {
        TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
        shape.forEach(
                size -> sizes.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size)));
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(sizes)))
                .build();
    }

    /** The file, without what is outside of it. */
    byte[] bytes() {
        return ModelProto.newBuilder()
                .setIrVersion(FILE_FORMAT)
                .setProducerName("sightlog")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
                .setGraph(graph)
                .build()
                .toByteArray();
    }
}
