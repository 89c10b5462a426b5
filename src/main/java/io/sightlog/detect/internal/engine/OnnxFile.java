package io.sightlog.detect.internal.engine;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.sightlog.detect.ModelException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an ONNX file says without being run, also where ONNX Runtime does not load it.
 *
 * @param producer program that wrote it, such as {@code pytorch}; may be empty
 * @param operators names of its operators, those of other domains as {@code domain:name}
 * @param inputs names of the tensors that go in
 * @param outputs names of the tensors that come out
 * @param metadata what the exporter wrote beside the model, such as {@code names}
 * @param hasSignedConvInteger whether it has {@code ConvInteger} with weights of signed bytes
 * @param outside files that the weights are in which are not in this one, as it names them
 */
public record OnnxFile(
        String producer,
        Set<String> operators,
        List<String> inputs,
        List<String> outputs,
        Map<String, String> metadata,
        boolean hasSignedConvInteger,
        Set<String> outside) {
    public OnnxFile {
        operators = Set.copyOf(operators);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        metadata = Map.copyOf(metadata);
        outside = Set.copyOf(outside);
    }

    /**
     * @param onnx the file; not copied, and its weights are not looked at
     * @param where its path, for messages
     * @throws ModelException when it is no ONNX file, or would take more memory than any detector
     */
    public static OnnxFile read(byte[] onnx, String where) {
        ByteString bytes = UnsafeByteOperations.unsafeWrap(onnx);
        CodedInputStream in = bytes.newCodedInput();
        in.enableAliasing(true);
        OnnxMl.ModelProto model;
        try {
            OnnxWalk.check(bytes.newCodedInput());
            model = OnnxMl.ModelProto.parseFrom(in);
            OnnxSizes.check(model);
        } catch (InvalidProtocolBufferException e) {
            throw new ModelException(
                    "the model " + where + " is no ONNX file, or not a whole one: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ModelException("the model " + where + " cannot be used: " + e.getMessage(), e);
        }
        OnnxMl.GraphProto graph = model.getGraph();
        if (graph.getNodeCount() == 0) {
            throw new ModelException("the model " + where + " is no ONNX file: it has no operators");
        }
        Set<String> operators = new TreeSet<>();
        for (OnnxMl.NodeProto node : graph.getNodeList()) {
            operators.add(
                    node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx")
                            ? node.getOpType()
                            : node.getDomain() + ":" + node.getOpType());
        }
        Set<String> weights = new TreeSet<>();
        Set<String> signed = new TreeSet<>();
        Set<String> outside = new TreeSet<>();
        for (OnnxMl.TensorProto tensor : graph.getInitializerList()) {
            weights.add(tensor.getName());
            if (tensor.getDataType() == OnnxMl.TensorProto.DataType.INT8_VALUE) {
                signed.add(tensor.getName());
            }
            tensor.getExternalDataList().stream()
                    .filter(entry -> entry.getKey().equals("location"))
                    .forEach(entry -> outside.add(entry.getValue()));
        }
        Map<String, String> metadata = new TreeMap<>();
        model.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        return new OnnxFile(
                model.getProducerName(),
                operators,
                names(graph.getInputList(), weights),
                names(graph.getOutputList(), Set.of()),
                metadata,
                graph.getNodeList().stream()
                        .filter(node -> node.getOpType().equals("ConvInteger"))
                        .anyMatch(node -> node.getInputList().stream().anyMatch(signed::contains)),
                outside);
    }

    /** Old exporters list weights among the inputs. */
    private static List<String> names(List<OnnxMl.ValueInfoProto> values, Set<String> without) {
        List<String> names = new ArrayList<>();
        for (OnnxMl.ValueInfoProto value : values) {
            if (!without.contains(value.getName())) {
                names.add(value.getName());
            }
        }
        return names;
    }
}
