package io.sightlog.detect.internal.engine;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether the tensors in an ONNX file are as large as they say, and those that operators make of constants no larger than any
 * detector's. ONNX Runtime would ask the machine for as much memory as a few bytes tell it to.
 */
final class OnnxSizes {
    /** Numbers in a tensor that is made of nothing. */
    private static final long MAX_MADE = 1L << 26;

    /** Numbers that are put beside others along one side. */
    private static final long MAX_PAD = 1 << 14;

    private static final int MAX_DIMENSIONS = 64;

    /** Operators whose result has the size that an input says, and which input. */
    private static final Map<String, Integer> SIZE_AT =
            Map.of("ConstantOfShape", 0, "Expand", 1, "Tile", 1, "Resize", 3, "OneHot", 1);

    private static final Set<String> RANDOM = Set.of("RandomNormal", "RandomUniform");

    private OnnxSizes() {}

    /** @throws IOException which names the tensor or operator */
    static void check(ModelProto model) throws IOException {
        for (FunctionProto function : model.getFunctionsList()) {
            check(function.getNodeList(), new HashMap<>());
        }
        check(model.getGraph(), new HashMap<>());
    }

    private static void check(GraphProto graph, Map<String, TensorProto> outer) throws IOException {
        Map<String, TensorProto> constants = new HashMap<>(outer);
        for (TensorProto tensor : graph.getInitializerList()) {
            checkData(tensor);
            if (tensor.getDimsCount() <= 1) {
                constants.put(tensor.getName(), tensor);
            }
        }
        check(graph.getNodeList(), constants);
    }

    private static void check(List<NodeProto> nodes, Map<String, TensorProto> constants) throws IOException {
        for (NodeProto node : nodes) {
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasT()) {
                    checkData(attribute.getT());
                    if (node.getOpType().equals("Constant") && node.getOutputCount() == 1) {
                        constants.put(node.getOutput(0), attribute.getT());
                    }
                }
                for (TensorProto tensor : attribute.getTensorsList()) {
                    checkData(tensor);
                }
                if (attribute.hasG()) {
                    check(attribute.getG(), constants);
                }
                for (GraphProto inner : attribute.getGraphsList()) {
                    check(inner, constants);
                }
            }
            checkMade(node, constants);
        }
    }

    private static void checkData(TensorProto tensor) throws IOException {
        if (tensor.getDimsCount() > MAX_DIMENSIONS) {
            throw new IOException("the tensor " + tensor.getName() + " has " + tensor.getDimsCount() + " dimensions");
        }
        long count = product(tensor.getDimsList());
        if (count < 0) {
            throw new IOException("the tensor " + tensor.getName() + " has the shape " + tensor.getDimsList());
        }
        if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
            return;
        }
        int bytes = bytes(tensor.getDataType());
        long there =
                tensor.hasRawData() ? bytes == 0 ? count : tensor.getRawData().size() / bytes : numbers(tensor);
        if (there != count && bytes > 0) {
            throw new IOException("the tensor " + tensor.getName() + " has the shape " + tensor.getDimsList()
                    + ", which is " + count + " numbers, but " + there + " are there");
        }
    }

    /** Of one number, or 0 where it is not known or no whole one. */
    private static int bytes(int type) {
        DataType known = DataType.forNumber(type);
        if (known == null) {
            return 0;
        }
        return switch (known) {
            case FLOAT, INT32, UINT32 -> 4;
            case DOUBLE, INT64, UINT64 -> 8;
            case FLOAT16, BFLOAT16, INT16, UINT16 -> 2;
            case INT8, UINT8, BOOL -> 1;
            default -> 0;
        };
    }

    private static long numbers(TensorProto tensor) {
        return (long) tensor.getFloatDataCount()
                + tensor.getInt32DataCount()
                + tensor.getInt64DataCount()
                + tensor.getDoubleDataCount()
                + tensor.getUint64DataCount();
    }

    private static void checkMade(NodeProto node, Map<String, TensorProto> constants) throws IOException {
        Integer at = SIZE_AT.get(node.getOpType());
        List<Long> sizes = null;
        if (at != null && at < node.getInputCount()) {
            sizes = longs(constants.get(node.getInput(at)));
        } else if (RANDOM.contains(node.getOpType())) {
            sizes = node.getAttributeList().stream()
                    .flatMap(attribute -> attribute.getIntsList().stream())
                    .toList();
        } else if (node.getOpType().equals("Range") && node.getInputCount() == 3) {
            sizes = range(node, constants);
        }
        boolean isPad = node.getOpType().equals("Pad") && node.getInputCount() > 1;
        List<Long> pads = isPad ? longs(constants.get(node.getInput(1))) : null;
        if (pads != null && pads.stream().anyMatch(pad -> pad > MAX_PAD)) {
            throw new IOException("the operator Pad " + node.getName() + " adds " + pads);
        }
        if (sizes != null && tooMany(sizes)) {
            throw new IOException("the operator " + node.getOpType() + " " + node.getName() + " makes a tensor of "
                    + sizes + " numbers");
        }
    }

    private static boolean tooMany(List<Long> sizes) {
        long made = 1;
        for (long size : sizes) {
            long positive = Math.max(1, Math.abs(size)); // -1, 0: as large as it is
            if (positive < 0 || made > MAX_MADE / positive) {
                return true;
            }
            made *= positive;
        }
        return false;
    }

    private static @Nullable List<Long> range(NodeProto node, Map<String, TensorProto> constants) {
        List<Long> from = longs(constants.get(node.getInput(0)));
        List<Long> to = longs(constants.get(node.getInput(1)));
        List<Long> step = longs(constants.get(node.getInput(2)));
        if (from == null || to == null || step == null || from.size() != 1 || to.size() != 1 || step.size() != 1) {
            return null;
        }
        double count = ((double) to.get(0) - from.get(0)) / step.get(0);
        return count > 0 ? List.of((long) count) : null;
    }

    /** Numbers of a constant of 64-bit integers, or null. */
    private static @Nullable List<Long> longs(@Nullable TensorProto tensor) {
        if (tensor == null || tensor.getDataType() != DataType.INT64_VALUE) {
            return null;
        }
        if (!tensor.hasRawData()) {
            return tensor.getInt64DataList();
        }
        ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        Long[] longs = new Long[Math.min(MAX_DIMENSIONS, raw.remaining() / Long.BYTES)];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = raw.getLong();
        }
        return List.of(longs);
    }

    /** -1 when it is no size of anything. */
    private static long product(List<Long> sizes) {
        long product = 1;
        for (long size : sizes) {
            if (size < 0 || (size > 0 && product > Long.MAX_VALUE / Long.BYTES / size)) {
                return -1;
            }
            product *= size;
        }
        return product;
    }
}
